// Package lint runs rules over a repository and turns what they say into findings, suppressions and fixes.
package lint

import (
	"slices"

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
	Aliases  []string // ids of the same check in other tools (tool:id), and old ids
	Tags     []string // cwe-…, owasp-cicd-sec-…, threat-matrix technique, layer: prevent, limit or detect
	Needs    Need     // remote facts that the rule reads
	Doc      string   // the rule's page, in Markdown

	NewOptions func() any  // pointer to a struct with the defaults; nil: no options. Fields carry `yaml:"name"` tags
	Run        func(*Pass) // called once a file, from several goroutines; reports through Pass.Report
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

	findings []Finding
}

// Report records a finding. The rule, the file and an absent severity or confidence are filled in from the pass.
func (p *Pass) Report(f Finding) {
	f.Rule = p.Rule.ID
	f.Path = p.File.Path
	if f.Severity == 0 {
		f.Severity = p.Rule.Severity
	}
	if f.Confidence == 0 {
		f.Confidence = Sure
	}
	f.Strict = f.Strict || p.Rule.Strict
	p.findings = append(p.findings, f)
}

// RuleSet is the rules of a program, sorted by id.
type RuleSet []*Rule

// Find returns the rule with this id, or nil.
func (s RuleSet) Find(id string) *Rule {
	for _, r := range s {
		if r.ID == id {
			return r
		}
	}
	return nil
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

// IDs returns the ids in order.
func (s RuleSet) IDs() []string {
	ids := make([]string, len(s))
	for i, r := range s {
		ids[i] = r.ID
	}
	return ids
}
