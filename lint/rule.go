// Package lint runs rules over a repository and turns what they say into findings, suppressions and fixes.
package lint

import (
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

	report func(Finding)
}

// Report records a finding. Rule, Path and an absent Severity or Confidence are filled in from the pass.
func (p *Pass) Report(f Finding) { p.report(f) }
