// Package migrate makes a configuration of those of zizmor and actionlint.
package migrate

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"sekisho/lint/config"
	"sekisho/lint/syntax"
)

// Rules returns the ids of the rules that are the same check as that with an id of another tool.
type Rules func(tool, id string) []string

// Read takes over the configurations of other tools and returns the text of one, in which comments name what has no counterpart.
// It fails with the faults of files that are no configuration of a tool that is known.
func Read(sources []*syntax.Source, rules Rules) (string, []config.Error) {
	p := &plan{known: rules}
	var faults []config.Error
	var names []string
	for _, src := range sources {
		root, _, errs := syntax.ParseYAML(src)
		for _, e := range errs {
			faults = append(faults, config.Error{Path: src.Path, Position: src.Position(e.Start), Message: e.Message})
		}
		if len(errs) > 0 {
			continue
		}
		r := &reader{plan: p, src: src}
		switch tool(src, root) {
		case "zizmor":
			r.zizmor(root)
		case "actionlint":
			r.actionlint(root)
		default:
			faults = append(faults, config.Error{Path: src.Path, Message: "neither a configuration of zizmor (rules) nor one of actionlint (self-hosted-runner, config-variables, paths)"})
		}
		names = append(names, src.Path)
	}
	if len(faults) > 0 {
		return "", faults
	}
	return p.text(names), nil
}

// tool tells whose configuration a file is, by its name or by its keys.
func tool(src *syntax.Source, root *syntax.Node) string {
	base := path.Base(strings.ReplaceAll(src.Path, `\`, "/"))
	name := strings.Trim(strings.TrimSuffix(strings.TrimSuffix(base, ".yaml"), ".yml"), ".")
	if name == "zizmor" || name == "actionlint" {
		return name
	}
	for _, t := range [...]struct{ key, tool string }{
		{"self-hosted-runner", "actionlint"}, {"config-variables", "actionlint"}, {"paths", "actionlint"}, {"rules", "zizmor"},
	} {
		if _, ok := root.Get(t.key); ok {
			return t.tool
		}
	}
	return ""
}

// plan is the configuration to be.
type plan struct {
	known     Rules
	rules     []*rule
	paths     []*rules
	labels    []string
	variables []string
	advice    []remark // comments that take the place of lines that were ignored
	rest      []remark // what has no counterpart
}

// rule is what is said of one of our rules.
type rule struct {
	id       string
	off      bool
	severity string
	options  []option
}

type option struct {
	name   string
	value  any    // a number, a list of texts or pairs
	remark string // a comment
}

// pairs are the keys of a mapping, with a comment or without.
type pairs []pair

type pair struct{ key, value, remark string }

// rules are what is switched off for the files that match a pattern.
type rules struct {
	glob string
	off  []string
}

// remark is a sentence about a place.
type remark struct{ place, text string }

// rule returns what is said of a rule, which is new where nothing was said yet.
func (p *plan) rule(id string) *rule {
	i := slices.IndexFunc(p.rules, func(r *rule) bool { return r.id == id })
	if i >= 0 {
		return p.rules[i]
	}
	p.rules = append(p.rules, &rule{id: id})
	return p.rules[len(p.rules)-1]
}

// switchOff switches a rule off for the files that match a pattern.
func (p *plan) switchOff(glob, id string) {
	i := slices.IndexFunc(p.paths, func(r *rules) bool { return r.glob == glob })
	if i < 0 {
		i = len(p.paths)
		p.paths = append(p.paths, &rules{glob: glob})
	}
	if !slices.Contains(p.paths[i].off, id) {
		p.paths[i].off = append(p.paths[i].off, id)
	}
}

// text writes the configuration.
func (p *plan) text(from []string) string {
	var b strings.Builder
	comment(&b, "", "Taken over from "+strings.Join(from, ", ")+".")
	if len(p.labels) > 0 {
		b.WriteString("\nrunner-labels:")
		config.Write(&b, p.labels, 2)
		b.WriteString("\n")
	}
	if len(p.variables) > 0 {
		r := p.rule("actionlint")
		r.options = append(r.options, option{name: "config-variables", value: p.variables})
	}
	if len(p.rules) > 0 {
		b.WriteString("\nrules:\n")
		for _, r := range p.rules {
			r.write(&b)
		}
	}
	if len(p.paths) > 0 {
		b.WriteString("\npaths:\n")
		for _, r := range p.paths {
			b.WriteString("  " + config.Key(r.glob) + ":\n    rules:\n")
			for _, id := range r.off {
				b.WriteString("      " + id + ": false\n")
			}
		}
	}
	remarks(&b, "Findings at these lines were ignored. Lines move, so that a comment has to do it, with a reason:", p.advice)
	remarks(&b, "What has no counterpart:", p.rest)
	return b.String()
}

func (r *rule) write(b *strings.Builder) {
	if r.off && r.severity == "" && len(r.options) == 0 {
		b.WriteString("  " + r.id + ": false\n")
		return
	}
	b.WriteString("  " + r.id + ":\n")
	if r.off {
		b.WriteString("    enabled: false\n")
	}
	if r.severity != "" {
		b.WriteString("    severity: " + r.severity + "\n")
	}
	for i, o := range r.options {
		if i == 0 {
			b.WriteString("    options:\n")
		}
		if o.remark != "" {
			comment(b, "      ", o.remark)
		}
		b.WriteString("      " + o.name + ":")
		list, nested := o.value.(pairs)
		if !nested {
			config.Write(b, o.value, 8)
		}
		for _, p := range list {
			fmt.Fprintf(b, "\n        %s: %s", config.Key(p.key), p.value)
			if p.remark != "" {
				b.WriteString(" # " + p.remark)
			}
		}
		b.WriteString("\n")
	}
}

func remarks(b *strings.Builder, title string, list []remark) {
	if len(list) == 0 {
		return
	}
	b.WriteString("\n")
	comment(b, "", title)
	for _, r := range list {
		comment(b, "", "  "+r.place+": "+r.text)
	}
}

// comment writes a line of comment. What a file says in it stays on the line.
func comment(b *strings.Builder, indent, text string) {
	b.WriteString(indent + "# " + shown(text) + "\n")
}
