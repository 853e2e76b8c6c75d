package rules

import (
	"fmt"
	"slices"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
)

func githubEnv() *lint.Rule {
	return &lint.Rule{
		ID:       "github-env",
		Summary:  "a text of somebody else's choice that becomes variables or program folders of the steps that follow",
		Severity: lint.Critical,
		Aliases: []string{"zizmor:github-env", "codeql:actions/envvar-injection/critical", "codeql:actions/envvar-injection/medium",
			"codeql:actions/envpath-injection/critical", "codeql:actions/envpath-injection/medium", "octoscan:dangerous-write"},
		Tags: []string{"cwe-77", "cwe-20", "owasp-cicd-sec-4", "prevent", "leak-trigger", "matrix-public-ppe"},
		Run:  runGithubEnv,
	}
}

func runGithubEnv(p *lint.Pass) {
	for job, step := range outsiderSteps(p, p.Flow.MayHandOver("GITHUB_ENV", "GITHUB_PATH")) {
		r := reacher{Pass: p, job: job, step: step}
		var found []lint.Finding
		for _, h := range p.Flow.Handovers(p.File, job, step, "GITHUB_ENV", "GITHUB_PATH") {
			if f, ok := r.environment(h); ok {
				found = append(found, f)
			}
		}
		reportWorst(p, found)
	}
	if p.Strict {
		guessEnvironment(p)
	}
}

// guessEnvironment reports what is written of which nothing tells who chooses it, where anybody starts the job with rights.
func guessEnvironment(p *lint.Pass) {
	if rights, _ := othersStart(p); !rights {
		return
	}
	for job, step := range p.File.Steps() {
		r := reacher{Pass: p, job: job, step: step}
		var found []lint.Finding
		for _, h := range p.Flow.UnknownHandovers(p.File, job, step, "GITHUB_ENV", "GITHUB_PATH") {
			what, does := gains(h)
			if event, ok := r.opens(); ok && what != "" {
				f := lint.Finding{Span: h.Span, Severity: lint.Low, Strict: true, Confidence: lint.Unsure}
				f.Message = fmt.Sprintf("%s is written to %s %s, and nothing here tells who writes it: whoever does can %s in a job that `%s` starts; %s",
					h.Value.Text(), h.To, what, does, event, repairOf(h))
				f.Trace = r.trace(h.Value.Taint, h.Span, "it is written to "+h.To+" here")
				found = append(found, f)
			}
		}
		reportWorst(p, found)
	}
}

// reportWorst reports the findings of a step, one for each line; what else there is on the line becomes a related place.
func reportWorst(p *lint.Pass, found []lint.Finding) {
	line := func(f lint.Finding) int { return p.File.Position(f.Start).Line }
	var kept []lint.Finding
	for _, f := range found {
		at := slices.IndexFunc(kept, func(k lint.Finding) bool { return line(k) == line(f) })
		switch {
		case at < 0:
			kept = append(kept, f)
			continue
		case f.Severity > kept[at].Severity || f.Severity == kept[at].Severity && kept[at].Strict && !f.Strict:
			f, kept[at] = kept[at], f
		}
		if kept[at].Span != f.Span {
			kept[at].Related = append(kept[at].Related, lint.Place{Span: f.Span, Message: f.Message})
		}
	}
	for _, f := range kept {
		p.Report(f)
	}
}

// environment judges a text that comes into the environment of later steps.
func (r *reacher) environment(h flow.Handover) (f lint.Finding, ok bool) {
	what, does := gains(h)
	if what == "" {
		return f, false
	}
	f.Span = h.Span
	where := h.To
	if h.Script != "" {
		where += " by `" + h.Script + "`"
	}
	if h.Value.Who == flow.ByCaller || h.Value.Who == flow.ByUnknown {
		f.Severity, f.Confidence, f.Strict = lint.Low, lint.Unsure, true
		f.Message = fmt.Sprintf("%s is written to %s %s, so that whoever calls with a text of somebody else lets them %s; %s", h.Value.Text(), where, what, does, repairOf(h))
	} else {
		way, ok := r.reach(h.Value)
		if !ok {
			return f, false
		}
		f.Severity, f.Strict = r.severity(way)
		if onlySplit(h) {
			f.Severity, f.Confidence, f.Strict = min(f.Severity, lint.Medium), lint.Unsure, true
		}
		f.Message = fmt.Sprintf("%s is written to %s %s: %s %s in the steps that follow of this job, which holds %s; %s",
			h.Value.Text(), where, what, whoCan(way.worst, way.by), does, way.rights.Text(), repairOf(h))
		f.Way = &lint.Way{Events: []string{way.by.Trigger.Name}, Job: way.by.Job.ID.Value, Goal: way.rights.Text()}
		r.guarded(&f, way)
	}
	f.Trace = r.trace(h.Value.Taint, h.Span, "it is written to "+h.To+" here")
	return f, true
}

// gains says how a text gets at more than the value that it is to be, and what somebody does with that; "" when it does not.
func gains(h flow.Handover) (what, does string) {
	const sets = "set variables such as LD_PRELOAD and BASH_ENV, by which programs run code"
	switch program, runs := catalog.CodeVariable(h.Name); {
	case !freeText(h.Value.Taint):
		return "", ""
	case h.To == "GITHUB_PATH":
		return "as a folder of programs", "put programs of their own in the place of those"
	case h.FreeName():
		return "with the name of the variable in it", sets
	case h.Block != "" && h.Value.Lines:
		return fmt.Sprintf("before the fixed marker `%s`, which it may hold itself", shorten(h.Block)), sets
	case h.Name != "" && runs:
		return fmt.Sprintf("as `%s`, by which %s runs or fetches code", h.Name, program), "choose that"
	case h.Name != "" && h.Value.Lines:
		return fmt.Sprintf("as `%s`, where each line break in it begins another variable", shorten(h.Name)), sets
	case h.Name != "" && h.Value.Split:
		return fmt.Sprintf("as `%s`, where only the missing quotes keep its line breaks from beginning other variables", shorten(h.Name)), "perhaps " + sets
	case h.Within != "" && h.Value.Lines:
		return "with its line breaks, each of which begins another variable", sets
	}
	return "", ""
}

// onlySplit reports a text whose line breaks nothing but missing quotes take away.
func onlySplit(h flow.Handover) bool {
	_, runs := catalog.CodeVariable(h.Name)
	return h.To == "GITHUB_ENV" && h.Name != "" && h.Value.Split && !h.Value.Lines && !runs
}

// repairOf says what to do instead.
func repairOf(h flow.Handover) string {
	switch {
	case h.To == "GITHUB_PATH":
		return "add folders that the workflow names only"
	case h.Block != "":
		return "end the block with a random marker"
	}
	return "hand it to the steps that need it in their own `env`, or check it against a pattern before"
}
