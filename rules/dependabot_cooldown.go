package rules

import (
	"fmt"
	"slices"
	"strconv"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

type cooldownOptions struct {
	Days int `yaml:"days"`
}

func dependabotCooldown() *lint.Rule {
	return &lint.Rule{
		ID:         "dependabot-cooldown",
		Summary:    "a Dependabot update that proposes releases so fresh that nobody has looked at them yet",
		Severity:   lint.Low,
		Alike:      true,
		Aliases:    []string{"zizmor:dependabot-cooldown"},
		Tags:       []string{"cwe-1357", "owasp-cicd-sec-3", "prevent", "prevent-pin", "matrix-package-hijack"},
		NewOptions: func() any { return &cooldownOptions{Days: 7} },
		Run: func(p *lint.Pass) {
			if p.File.Dependabot == nil {
				return
			}
			for _, u := range p.File.Dependabot.Updates {
				checkCooldown(p, u, p.Options.(*cooldownOptions).Days)
			}
		},
	}
}

// defaultCooldown is how many days Dependabot waits when nothing is said.
const defaultCooldown = 3

func checkCooldown(p *lint.Pass, u *syntax.Update, least int) {
	if onlySecurity(u) {
		return
	}
	c := u.Cooldown
	days := defaultCooldown
	f := lint.Finding{Span: u.Span}
	if u.Ecosystem != nil {
		f.Span = u.Ecosystem.Span
	}
	switch {
	case c != nil && c.Default != nil:
		if days, f.Span = c.DefaultDays, c.Default.Span; days < 0 {
			return // rule syntax speaks of it
		}
	case c != nil:
		if _, faulty := c.Node.Get("default-days"); faulty {
			return // likewise
		}
		f.Span = c.Key
	}
	if days >= least {
		return
	}
	f.Message = fmt.Sprintf("releases are proposed after %d days, before a malicious one is likely to be found out; wait at least %d (`cooldown.default-days`)", days, least)
	f.Fixes = cooldownFix(p.File, u, strconv.Itoa(least))
	p.Report(f)
}

// onlySecurity reports an update that proposes nothing but what repairs a vulnerability, for which there is no waiting.
func onlySecurity(u *syntax.Update) bool {
	if u.Limit != nil && u.Limit.Value == "0" {
		return true
	}
	ignore, ok := u.Node.Get("ignore")
	if !ok {
		return false
	}
	return slices.ContainsFunc(ignore.Value.Resolve().Items, func(item *syntax.Node) bool {
		item = item.Resolve()
		name, named := item.Get("dependency-name")
		return named && len(item.Pairs) == 1 && name.Value.Resolve().Value == "*"
	})
}

func cooldownFix(file *syntax.File, u *syntax.Update, days string) []lint.Fix {
	var edits []syntax.Edit
	ok := true
	switch c := u.Cooldown; {
	case c == nil:
		edits, ok = file.InsertKey(u.Node, "schedule", "cooldown", []string{"default-days: " + days})
	case c.Default == nil:
		edits, ok = file.InsertKey(c.Node, "", "default-days", []string{days})
	default:
		edits = file.ReplaceScalar(&c.Default.Str, days)
	}
	if !ok {
		return nil
	}
	return []lint.Fix{{Title: "wait " + days + " days", Safety: lint.Safe, Edits: edits}}
}
