package rules

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"sekisho/lint"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

func dependabotCoverage() *lint.Rule {
	return &lint.Rule{
		ID:       "dependabot-coverage",
		Summary:  "actions that nothing keeps up to date, so that pinned ones stay as old and as faulty as they are",
		Severity: lint.Low,
		Tags:     []string{"cwe-1104", "owasp-cicd-sec-3", "prevent", "prevent-pin"},
		Run:      runDependabotCoverage,
	}
}

// runDependabotCoverage reports once a repository: at the Dependabot configuration, else at the first action of another repository.
func runDependabotCoverage(p *lint.Pass) {
	conf := p.Repo.First(syntax.KindDependabot)
	if conf != nil && (p.File != conf || p.Repo.Renovated()) {
		return
	}
	if conf == nil {
		if file, use := firstRemoteUse(p); file == p.File && !p.Repo.Renovated() {
			p.Report(lint.Finding{Span: use.Span, Message: "nothing keeps the actions of this repository up to date; add .github/dependabot.yml with an update for `github-actions`, or Renovate"})
		}
		return
	}
	updates := actionUpdates(conf.Dependabot)
	if len(updates) == 0 {
		reportNoUpdate(p, conf)
		return
	}
	if missed := missedFolders(p, updates); len(missed) > 0 {
		f := lint.Finding{Span: updates[0].Ecosystem.Span}
		var names []string
		for _, m := range missed {
			names = append(names, "`/"+path.Dir(m.Path)+"`")
			for use := range m.Uses() {
				if _, ok := use.Target(); ok {
					f.Related = append(f.Related, lint.Place{Path: m.Path, Span: use.Span, Message: "not kept up to date"})
					break
				}
			}
		}
		f.Message = fmt.Sprintf("the actions that composite actions use are kept up to date only in the folders that are named, and %s is not; add it to `directories`", names[0])
		if len(names) > 1 {
			f.Message = fmt.Sprintf("the actions that composite actions use are kept up to date only in the folders that are named, and these are not: %s; add them to `directories`, patterns are allowed", strings.Join(names, ", "))
		}
		p.Report(f)
	}
}

func reportNoUpdate(p *lint.Pass, conf *syntax.File) {
	if conf.Dependabot.UpdatesKey.Len() == 0 {
		return
	}
	f := lint.Finding{
		Span:    conf.Dependabot.UpdatesKey,
		Message: "no update is for `github-actions`, so nothing keeps the actions of this repository up to date; add one",
		Fixes:   coverageFix(p, conf),
	}
	switch file, use := firstRemoteUse(p); {
	case file != nil:
		f.Related = []lint.Place{{Path: file.Path, Span: use.Span, Message: "the first of them"}}
	case len(p.Repo.Files) > 1:
		return // nothing to keep up to date
	default: // a configuration alone: the workflows may be elsewhere
		f.Confidence = lint.Unsure
	}
	p.Report(f)
}

// firstRemoteUse returns the first action of another repository that a workflow or action uses, and its file.
func firstRemoteUse(p *lint.Pass) (*syntax.File, syntax.Use) {
	for _, f := range p.Repo.Files {
		for use := range f.Uses() {
			if _, ok := use.Target(); ok {
				return f, use
			}
		}
	}
	return nil, syntax.Use{}
}

func actionUpdates(d *syntax.Dependabot) []*syntax.Update {
	var out []*syntax.Update
	for _, u := range d.Updates {
		if u.Ecosystem != nil && u.Ecosystem.Value == "github-actions" {
			out = append(out, u)
		}
	}
	return out
}

// missedFolders returns the composite actions outside the root that use actions of other repositories and that no update names.
// The root stands for the workflows and the action.yml of the root.
func missedFolders(p *lint.Pass, updates []*syntax.Update) []*syntax.File {
	var out []*syntax.File
	for _, f := range p.Repo.Files {
		if f.Action == nil || path.Dir(f.Path) == "." || testFolder(f.Path) {
			continue
		}
		remote := false
		for use := range f.Uses() {
			_, ok := use.Target()
			remote = remote || ok
		}
		if remote && !slices.ContainsFunc(updates, func(u *syntax.Update) bool { return names(u, path.Dir(f.Path)) }) {
			out = append(out, f)
		}
	}
	return out
}

// testFolder is repo.TestFolder.
func testFolder(name string) bool { return repo.TestFolder(name) }

// names reports whether an update is for this folder of the repository.
func names(u *syntax.Update, dir string) bool {
	var patterns []string
	if u.Directory != nil {
		patterns = append(patterns, u.Directory.Value)
	}
	if u.Directories != nil {
		for _, d := range u.Directories.Values {
			patterns = append(patterns, d.Value)
		}
	}
	for _, pattern := range patterns {
		pattern = strings.Trim(pattern, "/")
		if pattern == dir {
			return true
		}
		if ok, err := doublestar.Match(pattern, dir); err == nil && ok {
			return true
		}
	}
	return false
}

// coverageFix adds an update behind the last one, with the folders of all composite actions.
func coverageFix(p *lint.Pass, conf *syntax.File) []lint.Fix {
	list, ok := conf.Dependabot.Node.Get("updates")
	items := list.Value.Resolve()
	if !ok || items.Kind != syntax.Sequence || items.Style != syntax.Block || len(items.Items) == 0 {
		return nil
	}
	at := conf.Position(items.Start)
	eol := "\n"
	if strings.Contains(conf.Text, "\r\n") {
		eol = "\r\n"
	}
	indent := strings.Repeat(" ", at.Column-1)
	lines := []string{"- package-ecosystem: github-actions"}
	if missed := missedFolders(p, nil); len(missed) == 0 {
		lines = append(lines, "  directory: /")
	} else {
		lines = append(lines, "  directories:", "    - /")
		for _, f := range missed {
			lines = append(lines, "    - "+strconv.Quote("/"+path.Dir(f.Path)))
		}
	}
	lines = append(lines, "  schedule:", "    interval: weekly", "  cooldown:", "    default-days: 7")
	end := conf.LineSpan(conf.Position(items.End).Line).End
	return []lint.Fix{{
		Title:  "add an update for github-actions",
		Safety: lint.Unsafe,
		Edits:  []syntax.Edit{{Span: syntax.Span{Start: end, End: end}, New: eol + indent + strings.Join(lines, eol+indent)}},
	}}
}
