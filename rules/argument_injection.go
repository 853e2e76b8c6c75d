package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func argumentInjection() *lint.Rule {
	return &lint.Rule{
		ID:       "argument-injection",
		Summary:  "a text of somebody else's choice on a command line, where it becomes an option or part of a program",
		Severity: lint.Medium,
		Aliases: []string{"codeql:actions/argument-injection/critical", "codeql:actions/argument-injection/medium", "codeql:actions/command-injection/critical",
			"codeql:actions/command-injection/medium"},
		Tags: []string{"cwe-88", "cwe-78", "owasp-cicd-sec-4", "prevent", "leak-trigger", "matrix-public-ppe"},
		Run:  runArgumentInjection,
	}
}

func runArgumentInjection(p *lint.Pass) {
	for job, step := range outsiderSteps(p, func(step *syntax.Step) bool { return step.Run != nil }) {
		r := reacher{Pass: p, job: job, step: step}
		var found []lint.Finding
		for _, a := range p.Flow.Arguments(p.File, job, step) {
			if f, ok := r.argument(a); ok {
				found = append(found, f)
			}
		}
		reportWorst(p, found)
	}
}

// argument judges a text on a command line.
func (r *reacher) argument(a flow.Argument) (f lint.Finding, ok bool) {
	if !freeText(a.Value.Taint) {
		return f, false
	}
	f.Span = a.Span
	what, does, repair := argues(a)
	if a.Script != "" {
		what += " in `" + a.Script + "`"
	}
	if a.Value.Who == flow.ByCaller || a.Value.Who == flow.ByUnknown {
		if a.Kind != flow.AsCode {
			return f, false // what callers pass as an argument is mostly meant to be one
		}
		f.Severity, f.Confidence, f.Strict = lint.Low, lint.Unsure, true
		f.Message = fmt.Sprintf("%s %s, so that whoever calls with a text of somebody else lets them %s; %s", a.Value.Text(), what, does, repair)
	} else {
		way, reaches := r.reach(a.Value)
		if !reaches {
			return f, false
		}
		f.Severity, f.Strict = r.severity(way)
		if a.Kind != flow.AsCode {
			f.Severity = min(f.Severity, lint.Medium)
		}
		if a.Kind == flow.AsOption && a.Value.Shape == catalog.Ref {
			f.Severity, f.Confidence, f.Strict = lint.Low, lint.Likely, true
		}
		f.Message = fmt.Sprintf("%s %s: %s %s in this job, which holds %s; %s", a.Value.Text(), what, whoCan(way.worst, way.by), does, way.rights.Text(), repair)
		f.Way = &lint.Way{Events: []string{way.by.Trigger.Name}, Job: way.by.Job.ID.Value, Goal: way.rights.Text()}
		r.guarded(&f, way)
	}
	f.Trace = r.trace(a.Value.Taint, a.Span, "it stands on the command line of `"+a.Program+"` here")
	return f, true
}

// argues says what a text is on a command line, what somebody does with it, and what to do instead.
func argues(a flow.Argument) (what, does, repair string) {
	options := "`" + strings.Join(a.Options, "`, `") + "`"
	switch {
	case a.Kind == flow.AsCode:
		return fmt.Sprintf("becomes part of the code that `%s` runs", a.Program), "run commands",
			"hand it over as an argument or in an environment variable that the code reads"
	case a.Kind == flow.AsFile:
		return fmt.Sprintf("is what `%s %s` sends, which takes the name of a file behind an `@`", a.Program, a.Options[0]), "have files of the machine sent",
			"use " + rawOption(a)
	case a.Unquoted:
		return fmt.Sprintf("is an argument of `%s` without quotes, so that the shell makes several of it", a.Program),
			fmt.Sprintf("add options such as %s, with which it %s,", options, a.Does), "put it into double quotes, and `--` before it"
	}
	return fmt.Sprintf("is an argument of `%s` that may begin with a hyphen", a.Program), fmt.Sprintf("make an option such as %s of it, with which it %s,", options, a.Does),
		"put `--` before it, or something that it cannot change"
}

// rawOption is the option that takes a text as it is.
func rawOption(a flow.Argument) string {
	switch {
	case a.Program == "gh":
		return "`--raw-field`"
	case a.Options[0] == "-F" || a.Options[0] == "--form":
		return "`--form-string`"
	}
	return "`--data-raw`"
}
