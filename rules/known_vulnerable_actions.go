package rules

import (
	"fmt"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

type vulnerableOptions struct {
	Allow []string `yaml:"allow"`
}

func knownVulnerableActions() *lint.Rule {
	return &lint.Rule{
		ID:         "known-vulnerable-actions",
		Summary:    "a version of an action that a security advisory names, or a commit that is known to be malicious",
		Severity:   lint.High,
		Alike:      true,
		Aliases:    []string{"zizmor:known-vulnerable-actions", "codeql:actions/vulnerable-action"},
		Tags:       []string{"cwe-1395", "owasp-cicd-sec-3", "prevent", "leak-third-party", "prevent-pin", "matrix-package-hijack"},
		NewOptions: func() any { return &vulnerableOptions{} },
		Run: func(p *lint.Pass) {
			for use := range p.File.Uses() {
				if target, ok := use.Target(); ok && catalog.MayBeVulnerable(target.Slug()) {
					checkVulnerable(p, use, target)
				}
			}
		},
	}
}

func checkVulnerable(p *lint.Pass, use syntax.Use, target syntax.Target) {
	allowed := p.Options.(*vulnerableOptions).Allow
	if c, bad := catalog.Compromised(target.Slug(), target.Ref); bad && !slices.Contains(allowed, c.Advisory) {
		p.Report(lint.Finding{
			Span:     use.Span,
			Severity: lint.Critical,
			Message:  fmt.Sprintf("the commit `%.7s` of `%s` is malicious: %s (%s); replace it, and every secret that the job could read", target.Ref, target.Slug(), c.What, c.Advisory),
		})
		return
	}
	version, sure := flow.Version(p.File, use.Field)
	if version == "" {
		return
	}
	confidence := lint.Sure
	if !sure {
		confidence = lint.Likely
	}
	name := strings.TrimSuffix(target.Slug()+"/"+target.Path, "/")
	var ids []string
	f := lint.Finding{Span: use.Span, Confidence: confidence, Severity: lint.Low}
	fixed := ""
	for _, a := range catalog.Advisories(name, version) {
		if a.Tags && repo.KindOfRef(target.Ref) == repo.CommitRef || slices.Contains(allowed, a.ID) || a.CVE != "" && slices.Contains(allowed, a.CVE) {
			continue
		}
		severity, _ := lint.ParseSeverity(a.Severity)
		f.Severity = max(f.Severity, severity)
		ids = append(ids, strings.TrimSuffix(a.ID+", "+a.CVE, ", "))
		if fixed == "" || catalog.Older(fixed, a.Fixed) {
			fixed = a.Fixed
		}
	}
	if len(ids) == 0 {
		return
	}
	f.Message = fmt.Sprintf("version `%s` of `%s` has a known vulnerability (%s); ", version, name, strings.Join(ids, "; "))
	if fixed == "" {
		f.Message += "no version without it is known, so replace the action"
	} else {
		f.Message += fmt.Sprintf("update to %s or newer", fixed)
		f.Fixes = bumpFix(p.File, use, target, fixed)
	}
	p.Report(f)
}

// bumpFix moves to the newest known release with the major version of fixed, else to the newest of all. Others may behave
// otherwise, so it wants a look.
func bumpFix(f *syntax.File, use syntax.Use, target syntax.Target, fixed string) []lint.Fix {
	major, _, _ := strings.Cut(fixed, ".")
	pin, ok := catalog.Pin(target.Slug(), "v"+major)
	if !ok || catalog.Older(pin.Version, fixed) {
		pin, ok = catalog.NewestPin(target.Slug())
	}
	if !ok || catalog.Older(pin.Version, fixed) {
		return nil
	}
	fix := lint.Fix{Title: "update to " + pin.Version, Safety: lint.Unsafe}
	name, _, _ := strings.Cut(use.Value, "@")
	if repo.KindOfRef(target.Ref) != repo.CommitRef {
		fix.Edits = f.ReplaceScalar(&use.Str, name+"@"+pin.Version)
		return []lint.Fix{fix}
	}
	comment, ok := f.SetLineComment(use.Span, pin.Version)
	if !ok {
		return nil
	}
	fix.Edits = append(f.ReplaceScalar(&use.Str, name+"@"+pin.Commit), comment...)
	return []lint.Fix{fix}
}
