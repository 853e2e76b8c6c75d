package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

func refVersionMismatch() *lint.Rule {
	return &lint.Rule{
		ID:       "ref-version-mismatch",
		Summary:  "a pinned commit whose comment names another version, or none",
		Severity: lint.Medium,
		Alike:    true,
		Aliases:  []string{"zizmor:ref-version-mismatch"},
		Tags:     []string{"cwe-1116", "owasp-cicd-sec-3", "detect", "prevent-pin"},
		Run: func(p *lint.Pass) {
			for use := range p.File.Uses() {
				if target, ok := use.Target(); ok && repo.KindOfRef(target.Ref) == repo.CommitRef {
					checkPinComment(p, use, target)
				}
			}
		},
	}
}

func checkPinComment(p *lint.Pass, use syntax.Use, target syntax.Target) {
	said := flow.CommentVersion(p.File, use.Span)
	if said == "" && !p.Strict {
		return
	}
	real, known := catalog.PinVersion(target.Slug(), target.Ref)
	switch {
	case said == "":
		f := lint.Finding{
			Span:     use.Span,
			Severity: lint.Low,
			Strict:   true,
			Message:  "no comment says which version this commit is, so that neither people nor Dependabot can tell; add it",
		}
		if flow.CommentBehind(p.File, use.Span) != "" {
			f.Message = "the comment names no version, so that neither people nor Dependabot can tell which one this commit is; add it"
		}
		if known {
			f.Fixes = commentFix(p.File, use, real, lint.Safe)
		}
		p.Report(f)
	case known && !catalog.SameVersion(said, real):
		if pin, ok := catalog.Pin(target.Slug(), said); !ok || strings.EqualFold(pin.Commit, target.Ref) {
			return // what the comment names is not known, or is this very commit
		}
		p.Report(lint.Finding{
			Span:    use.Span,
			Message: fmt.Sprintf("the comment says `%s`, but the commit is that of `%s`; correct whichever is wrong", said, real),
			Fixes:   commentFix(p.File, use, real, lint.Unsafe),
		})
	}
}

func commentFix(f *syntax.File, use syntax.Use, version string, safety lint.Safety) []lint.Fix {
	edits, ok := f.SetLineComment(use.Span, version)
	if !ok {
		return nil
	}
	return []lint.Fix{{Title: "say that it is " + version, Safety: safety, Edits: edits}}
}
