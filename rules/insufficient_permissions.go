package rules

import (
	"fmt"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

type insufficientPermissionsOptions struct {
	Private bool `yaml:"private"` // the repository is private, so that reading takes its scope, too
}

func insufficientPermissions() *lint.Rule {
	return &lint.Rule{
		ID:         "insufficient-permissions",
		Summary:    "an action, command or called workflow that needs a scope of GITHUB_TOKEN which the job does not grant",
		Severity:   lint.Medium,
		Tags:       []string{"cwe-280", "limit", "limit-permissions"},
		NewOptions: func() any { return &insufficientPermissionsOptions{} },
		Run:        runInsufficientPermissions,
	}
}

func runInsufficientPermissions(p *lint.Pass) {
	if p.File.Workflow == nil {
		return
	}
	for _, job := range p.File.Workflow.Jobs {
		grant := flow.Token(p.File, job)
		if grant.Block == nil || grant.Opaque() || flow.Never(job.If) {
			continue
		}
		l := lacks{Pass: p, job: job, grant: grant, private: p.Options.(*insufficientPermissionsOptions).Private}
		l.collect()
		for _, lack := range l.list {
			if p.Strict || !lack.strict {
				p.Report(l.finding(lack))
			}
		}
	}
}

// lacks collects what a job needs and does not grant.
type lacks struct {
	*lint.Pass
	job     *syntax.Job
	grant   flow.Grant
	private bool
	list    []lack // one for each scope, in source order
}

// lack is a scope with the places that need it.
type lack struct {
	scope  string
	level  catalog.Level
	uses   []flow.TokenUse
	strict bool // a public repository can be read without
}

func (l *lacks) collect() {
	for _, u := range l.Flow.Needs(l.File, l.job).Uses {
		if u.Confidence < flow.Certain || u.Sometimes || l.grants(u) {
			continue
		}
		strict := !u.Demand && !l.private && u.Level == catalog.Read && openToAll(u.Scope)
		if strict && len(l.grant.Block.Scopes) == 0 {
			continue // {} takes away what nobody forgot
		}
		i := slices.IndexFunc(l.list, func(have lack) bool { return have.scope == u.Scope && have.strict == strict })
		if i < 0 {
			i = len(l.list)
			l.list = append(l.list, lack{scope: u.Scope, strict: strict})
		}
		l.list[i].level = max(l.list[i].level, u.Level)
		l.list[i].uses = append(l.list[i].uses, u)
	}
	l.list = slices.DeleteFunc(l.list, func(a lack) bool {
		return a.strict && slices.ContainsFunc(l.list, func(b lack) bool { return a.scope == b.scope && !b.strict })
	})
}

// grants reports that a job has what a place needs; for comments and labels one of two scopes will do.
func (l *lacks) grants(u flow.TokenUse) bool {
	return l.grant.Allows(u.Scope, u.Level) || !u.Demand && l.grant.Allows(flow.Twin(u.Scope), u.Level)
}

// openToAll reports a scope whose things anybody can read in a public repository.
func openToAll(scope string) bool {
	switch scope {
	case "security-events", "vulnerability-alerts", "models", "id-token":
		return false
	}
	return true
}

func (l *lacks) finding(a lack) lint.Finding {
	first := a.uses[0]
	f := lint.Finding{Span: first.Span, Strict: a.strict}
	scope := "`" + a.scope + ": " + a.level.String() + "`"
	switch {
	case first.Demand:
		f.Message = fmt.Sprintf("%s declares %s, which %s does not grant, so GitHub refuses the run; grant it", first.What, scope, l.giver())
	case a.strict:
		f.Severity, f.Confidence = lint.Low, lint.Likely
		f.Message = fmt.Sprintf("%s needs %s in a private repository, which %s does not grant; grant it", first.What, scope, l.giver())
	default:
		f.Message = fmt.Sprintf("%s needs %s, which %s does not grant, so it fails; grant it", first.What, scope, l.giver())
	}
	f.Related = append(f.Related, lint.Place{Span: l.grant.Block.Key, Message: fmt.Sprintf("the job `%s` gets only what stands here", l.job.ID.Value)})
	for _, u := range a.uses[1:] {
		if u.Span != first.Span {
			f.Related = append(f.Related, lint.Place{Span: u.Span, Message: u.What.String() + " needs it, too"})
		}
	}
	f.Fixes = l.fix(a)
	return f
}

// giver names the block that decides.
func (l *lacks) giver() string {
	if l.grant.OfJob {
		return "the job `" + l.job.ID.Value + "`"
	}
	return "the workflow"
}

// fix grants all that the job lacks of the finding's kind.
func (l *lacks) fix(a lack) []lint.Fix {
	var more []lack
	var names []string
	for _, other := range l.list {
		if !other.strict || a.strict {
			more = append(more, other)
			names = append(names, other.scope+": "+other.level.String())
		}
	}
	edits, ok := l.grantEdits(more)
	if !ok {
		return nil
	}
	title := "grant " + strings.Join(names, ", ")
	return []lint.Fix{{Title: title, Safety: lint.Unsafe, Edits: edits}}
}
