package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sekisho/lint/config"
	"sekisho/lint/flow"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

// MaxFindings is how many findings one file may have; what is beyond is counted in a problem.
const MaxFindings = 1000

// Settings say which rules run and how.
type Settings struct {
	Rules    []*Rule                // those to run
	Known    RuleSet                // all that exist, for suppression comments; nil means Rules
	Options  map[string]any         // by rule id, in the place of Rule.NewOptions
	Severity map[string]Severity    // by id of a rule or of a kind, in the place of what the rule says
	Off      map[string]bool        // ids of kinds, or of a rule whose kinds run, that are left out
	Firm     map[string]bool        // by id of a rule or of a kind: whether no comment silences its findings; a kind that is not there is as its rule
	Given    config.Given           // what rules are told of the repository
	Strict   bool                   // keep strict findings
	Baseline *Baseline              // the findings that are known; nil: none
	Only     func(path string) bool // which files to check; nil means all
	Workers  int                    // files checked at the same time; 0 means one a processor

	// At returns the settings of one file, from Rules to Given; nil: these hold for all. It is called from several goroutines.
	At func(path string) *Settings
}

// known returns the rules that exist.
func (s *Settings) known() RuleSet {
	if s.Known == nil {
		return s.Rules
	}
	return s.Known
}

// at returns the settings of the file at path.
func (s *Settings) at(path string) *Settings {
	if s.At == nil {
		return s
	}
	return s.At(path)
}

// active returns the rules that can report, as they are under these settings; each kind of a rule is one, too.
func (s Settings) active() []*Rule {
	var list []*Rule
	for _, r := range s.Rules {
		if r.Strict && !s.Strict {
			continue
		}
		if !s.Off[r.ID] {
			list = append(list, s.as(r, r.ID))
		}
		for _, kind := range r.Kinds {
			if id := r.ID + "/" + kind; !s.Off[id] {
				list = append(list, s.as(r, id))
			}
		}
	}
	return list
}

// as returns r with an id of its findings and the severity that these settings give them.
func (s Settings) as(r *Rule, id string) *Rule {
	severity := cmp.Or(s.severity(id), r.Severity)
	if id == r.ID && severity == r.Severity {
		return r
	}
	changed := *r
	changed.ID, changed.Kinds, changed.Severity = id, nil, severity
	if _, kind, ok := strings.Cut(id, "/"); ok && r.KindOf != nil {
		k := r.KindOf(kind)
		changed.Summary, changed.Severity, changed.Doc = k.Summary, cmp.Or(s.severity(id), k.Severity), k.Doc
	}
	return &changed
}

// severity returns that of all findings with this id, or 0 when each has its own.
func (s Settings) severity(id string) Severity { return cmp.Or(s.Severity[id], s.Severity[Base(id)]) }

// firm tells whether no comment silences the findings with this id.
func (s *Settings) firm(id string) bool {
	if firm, said := s.Firm[id]; said {
		return firm
	}
	return s.Firm[Base(id)]
}

// Run checks a repository: rules → findings → suppressions → baseline. The result depends on nothing but its arguments.
func Run(r *repo.Repo, s Settings) *Result {
	files := checked(r, s)
	analysis := flow.New(r)
	results := make([]fileResult, len(files))
	repo.Each(len(files), s.Workers, func(i int) { results[i] = checkFile(r, analysis, files[i], s.at(files[i].Path)) })

	out := &Result{Files: len(files), Sources: map[string]*syntax.Source{}, Rules: s.reporting(files)}
	for _, p := range r.Problems {
		if s.Only == nil || s.Only(p.Path) {
			out.Problems = append(out.Problems, p)
		}
	}
	for _, res := range results {
		out.Findings = append(out.Findings, res.findings...)
		out.Problems = append(out.Problems, res.problems...)
	}
	sortFindings(out.Findings)
	if s.Baseline != nil {
		s.Baseline.mark(out.Findings, r)
	}
	slices.SortStableFunc(out.Problems, func(a, b Problem) int { return strings.Compare(a.Path, b.Path) })
	keepSources(out, r)
	hide(out)
	return out
}

// reporting returns the rules that can report in these files or others, sorted by id where files have settings of their own.
// A rule that is there with several severities has the highest.
func (s Settings) reporting(files []*syntax.File) []*Rule {
	list := s.active()
	if s.At == nil {
		return list
	}
	seen := map[*Settings]bool{}
	for _, f := range files {
		view := s.at(f.Path)
		if seen[view] {
			continue
		}
		seen[view] = true
		list = append(list, view.active()...)
	}
	slices.SortStableFunc(list, func(a, b *Rule) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), cmp.Compare(b.Severity, a.Severity))
	})
	return slices.CompactFunc(list, func(a, b *Rule) bool { return a.ID == b.ID })
}

func checked(r *repo.Repo, s Settings) []*syntax.File {
	var files []*syntax.File
	for _, f := range r.Files {
		if s.Only == nil || s.Only(f.Path) {
			files = append(files, f)
		}
	}
	return files
}

type fileResult struct {
	findings []Finding
	problems []Problem
}

func checkFile(r *repo.Repo, analysis *flow.Flow, f *syntax.File, s *Settings) (res fileResult) {
	pass := &Pass{File: f, Repo: r, Flow: analysis, Given: s.Given, Strict: s.Strict, off: s.Off}
	for _, rule := range s.Rules {
		if rule.Run == nil || rule.Strict && !s.Strict { // all that a strict rule finds would be left out
			continue
		}
		pass.Rule, pass.Options, pass.findings, pass.problems = rule, s.Options[rule.ID], pass.findings[:0], nil
		if pass.Options == nil && rule.NewOptions != nil {
			pass.Options = rule.NewOptions()
		}
		if err := contain(func() { rule.Run(pass) }); err != nil {
			res.problems = append(res.problems, Problem{Path: f.Path, Message: fmt.Sprintf("rule %s failed on this file and was left out: %v", rule.ID, err)})
			continue
		}
		res.problems = append(res.problems, pass.problems...)
		for _, found := range pass.findings {
			if !s.Off[found.Rule] {
				res.findings = append(res.findings, found)
			}
		}
	}
	if !s.Strict {
		res.findings = slices.DeleteFunc(res.findings, func(f Finding) bool { return f.Strict })
	}
	res.findings = once(res.findings)
	addAliases(f, res.findings)
	if len(res.findings) > MaxFindings {
		res.problems = append(res.problems, Problem{Path: f.Path, Message: fmt.Sprintf("%d findings; only the first %d are reported", len(res.findings), MaxFindings)})
		res.findings = res.findings[:MaxFindings]
	}
	if err := contain(func() { res.findings = suppress(f, res.findings, s) }); err != nil {
		res.problems = append(res.problems, Problem{Path: f.Path, Message: fmt.Sprintf("suppression comments of this file could not be read: %v", err)})
	}
	for i := range res.findings {
		if sev := s.severity(res.findings[i].Rule); sev != 0 {
			res.findings[i].Severity = sev
		}
	}
	sortFindings(res.findings)
	fingerprint(f, res.findings)
	return res
}

// contain calls f and turns a panic into an error: one file's fault must not end the run.
func contain(f func()) (err error) {
	defer func() {
		if e := recover(); e != nil {
			err = fmt.Errorf("internal error: %v", e)
		}
	}()
	f()
	return nil
}

func sortFindings(fs []Finding) {
	slices.SortStableFunc(fs, func(a, b Finding) int {
		return cmp.Or(strings.Compare(a.Path, b.Path), cmp.Compare(a.Start, b.Start), strings.Compare(a.Rule, b.Rule), cmp.Compare(a.End, b.End))
	})
}

// once keeps one finding for each rule and span, the most severe: what an alias repeats is the same text.
func once(fs []Finding) []Finding {
	type key struct {
		rule string
		span syntax.Span
	}
	at := make(map[key]int, len(fs))
	out := fs[:0]
	for _, f := range fs {
		k := key{f.Rule, f.Span}
		i, seen := at[k]
		if !seen {
			at[k] = len(out)
			out = append(out, f)
		} else if f.Severity > out[i].Severity {
			out[i] = f
		}
	}
	return out
}

// addAliases names, beside a finding within an anchored node, the places that use the node again.
func addAliases(f *syntax.File, fs []Finding) {
	for _, alias := range f.Aliases {
		target := alias.Resolve()
		if target == nil {
			continue
		}
		for i := range fs {
			if target.Span.Contains(fs[i].Span) && !fs[i].Span.Contains(alias.Span) {
				fs[i].Related = append(fs[i].Related, Place{Span: alias.Span, Message: "the same text is used here through its anchor"})
			}
		}
	}
}

func keepSources(out *Result, r *repo.Repo) {
	keep := func(path string) {
		if path == "" || out.Sources[path] != nil {
			return
		}
		if f := r.File(path); f != nil {
			out.Sources[path] = f.Source
		} else if src := r.Script(path); src != nil {
			out.Sources[path] = src
		}
	}
	for _, f := range out.Findings {
		keep(f.Path)
		for _, places := range [][]Place{f.Related, f.Trace} {
			for _, p := range places {
				keep(p.Path)
			}
		}
	}
}
