// Package lint runs rules over a repository and turns what they say into findings, suppressions and fixes.
package lint

import (
	"slices"
	"strings"

	"sekisho/lint/config"
	"sekisho/lint/flow"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

// Rule is one check. It is a value: nothing registers itself, nothing changes it.
type Rule struct {
	ID       string   // kebab-case, names the bad thing; for ever
	Summary  string   // one sentence: what the rule reports
	Severity Severity // of a finding that states none
	Strict   bool     // only with --strict
	Alike    bool     // what it says in the same words of several places of a file is told once; see Fold
	Aliases  []string // ids of the same check in other tools (tool:id), and old ids
	Tags     []string // cwe-…, owasp-cicd-sec-… (of every rule about security), threat-matrix technique, layer: prevent, limit or detect
	Needs    Need     // remote facts that the rule reads
	Doc      string   // the rule's page, in Markdown; see Help
	Tool     string   // the program that does the work of the rule, which runs only when it is asked for; Run is nil until then
	Anywhere bool     // of a rule whose findings are alike: those of several files are told once, too, unless they have fixes
	Kinds    []string // of a rule that checks several things: what stands behind its id and a slash in the ids of its findings

	KindOf     func(kind string) Kind // what a kind is by itself; nil: as its rule
	NewOptions func() any             // pointer to a struct with the defaults; nil: no options. Fields carry `yaml:"name"` tags
	Run        func(*Pass)            // called once a file, from several goroutines; reports through Pass.Report
}

// Kind is one kind of a rule's findings, where it differs from the rule.
type Kind struct {
	Summary  string
	Severity Severity
	Doc      string
}

// Help returns the rule's page as people read it: a comment that tells the tests what an example's line must give is left out
// with a line that holds nothing else, and is a mere mark on any other.
func (r *Rule) Help() string {
	var b strings.Builder
	for line := range strings.Lines(r.Doc) {
		code, _, tested := strings.Cut(line, "# want")
		switch {
		case !tested:
			b.WriteString(line)
		case strings.TrimSpace(code) != "":
			b.WriteString(code + "# reported\n")
		}
	}
	return b.String()
}

// OptionHelp returns what the page says an option means, as one line of plain text, or "".
func (r *Rule) OptionHelp(name string) string {
	_, section, _ := strings.Cut(r.Doc, "\n## Options\n")
	for line := range strings.Lines(section) {
		line = strings.TrimRight(line, "\n")
		if rest, ok := strings.CutPrefix(line, "| `"+name+"` | "); ok {
			meaning, _, _ := strings.Cut(rest, " | ")
			return meaning
		}
		if rest, ok := strings.CutPrefix(line, "- `"+name+"`: "); ok {
			return strings.TrimSuffix(rest, ".")
		}
	}
	return ""
}

// Security tells whether the rule is about security; what others report is only wrong.
func (r *Rule) Security() bool {
	return slices.ContainsFunc(r.Tags, func(tag string) bool { return strings.HasPrefix(tag, "owasp-cicd-sec-") })
}

// Need is a set of remote facts. 0 means that the rule works offline.
type Need uint8

// Pass is all that a rule may look at while it checks one file.
type Pass struct {
	Rule    *Rule
	File    *syntax.File
	Repo    *repo.Repo
	Flow    *flow.Flow
	Options any // what NewOptions returned, with the configuration decoded into it
	Given   config.Given
	Strict  bool // strict findings are kept; else a rule need not look for what can be nothing else, nor build it

	survey   *flow.Survey // of File, once it was asked for
	off      map[string]bool
	findings []Finding
	problems []Problem
}

// Wants tells whether findings of a kind are wanted, so that a rule need not look for others.
func (p *Pass) Wants(kind string) bool { return !p.off[p.Rule.ID+"/"+kind] }

// Survey tells what the steps of the file may do, all of them together and each.
func (p *Pass) Survey() *flow.Survey {
	if p.survey == nil {
		p.survey = p.Flow.Survey(p.File)
	}
	return p.survey
}

// Problem records that something in the file could not be checked.
func (p *Pass) Problem(message string) {
	p.problems = append(p.problems, Problem{Path: p.File.Path, Message: message})
}

// ReportKind records a finding of one of the rule's kinds.
func (p *Pass) ReportKind(kind string, f Finding) {
	f.Rule = p.Rule.ID + "/" + kind
	p.record(f)
}

// Report records a finding. The rule, the file and an absent severity or confidence are filled in from the pass.
func (p *Pass) Report(f Finding) {
	f.Rule = p.Rule.ID
	p.record(f)
}

func (p *Pass) record(f Finding) {
	if f.Strict && !p.Strict {
		return
	}
	f.Path = p.File.Path
	if f.Severity == 0 {
		f.Severity = p.Rule.Severity
	}
	if f.Confidence == 0 {
		f.Confidence = Sure
	}
	f.Strict = f.Strict || p.Rule.Strict
	if p.Rule.Alike && f.Same == "" {
		f.Same = f.Message
		if len(f.Trace) > 0 { // how it goes on from there is the same where the same text stands
			f.Same += "\n" + p.File.Slice(f.Span)
		}
	}
	f.Anywhere = p.Rule.Anywhere
	p.findings = append(p.findings, f)
}

// RuleSet is the rules of a program, sorted by id.
type RuleSet []*Rule

// Find returns the rule with this id, or with findings of this id, or nil.
func (s RuleSet) Find(id string) *Rule {
	base, kind, several := strings.Cut(id, "/")
	for _, r := range s {
		if r.ID == base && (!several || slices.Contains(r.Kinds, kind)) {
			return r
		}
	}
	return nil
}

// Base returns the id of the rule that a finding with this id comes from.
func Base(id string) string {
	base, _, _ := strings.Cut(id, "/")
	return base
}

// Alias returns the rules that go by this name in another tool (tool:id) or went by it before.
func (s RuleSet) Alias(name string) []*Rule {
	var out []*Rule
	for _, r := range s {
		if slices.Contains(r.Aliases, name) {
			out = append(out, r)
		}
	}
	return out
}

// IDs returns the ids in order, those of kinds behind their rule's.
func (s RuleSet) IDs() []string {
	ids := make([]string, 0, len(s))
	for _, r := range s {
		ids = append(ids, r.ID)
		for _, kind := range r.Kinds {
			ids = append(ids, r.ID+"/"+kind)
		}
	}
	return ids
}
