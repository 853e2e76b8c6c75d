package policy

import (
	"errors"
	"strings"
	"testing"

	"sekisho/lint/syntax"
)

// large is a workflow of about 1 MiB: many steps, and one long script.
func large() string {
	var b strings.Builder
	b.WriteString("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: " + strings.Repeat("ab ", 100_000) + "\n")
	for b.Len() < syntax.MaxFileSize-100 {
		b.WriteString("      - run: aaaaaaaaaaaaaaaa\n        env: {A: b}\n")
	}
	return b.String()
}

// TestHostile checks that what an expression costs is bounded, when it is compiled and when it is evaluated.
func TestHostile(t *testing.T) {
	file := syntax.Parse(syntax.NewSource(".github/workflows/a.yml", large()), syntax.KindWorkflow)
	m := NewModel(file, nil, 0, nil)
	spent := 0
	for _, when := range []string{
		// loops in loops
		`all(job.steps, all(job.steps, all(job.steps, all(job.steps, true))))`,
		`len(map(job.steps, map(job.steps, map(job.steps, .run)))) > 0`,
		`count(job.steps, {let s = #; any(job.steps, .run == s.run + 1)}) > 0`,
		`len(filter(job.steps, {let s = #; len(filter(job.steps, .run contains s.run)) > 0})) > 0`,
		`count(job.steps, job.steps[0].run matches "(a|b|ab)*c.*(a|b|ab)*c.{100}$") > 0`,
		`count(job.steps, any(split(job.steps[0].run, ""), # == "c")) > 0`,
		`count(job.steps, upper(lower(upper(job.steps[0].run))) != "") > 0`,
		`count(job.steps, len(job.steps[0].run) == 3) > 0`,
		`count(job.steps, job.steps[0].run == lower(job.steps[0].run)) > 0`,
		`count(job.steps, job.steps[0].run contains "aaaaaaaaaaaaaaaaaaaaac") > 0`,
		`count(job.steps, all(values(.env), # not in split(job.steps[0].run, " "))) > 0`,
		// texts and values that grow
		`let a = job.id + job.id; a == ""`,
		`reduce(1..1000000, #acc + "x", "") == ""`,
		`repeat("a", 1000000000) == ""`,
		`replace(replace(job.steps[0].run, "a", job.steps[0].run), "b", job.steps[0].run) == ""`,
		`join(map(1..1000000, "x"), "y") == ""`,
		`let a = [job, job]; let b = [a, a]; let c = [b, b]; let d = [c, c]; let e = [d, d]; e == e`,
		`1..1000000000 == []`,
		`fromJSON("[" + toJSON(job) + "]") == 1`,
		`now() > date("2020-01-01")`,
		// what is not theirs
		`$env["#left"] == 0`,
		`#left > 0`,
		`#charge(1, 2, 3) == 2`,
		`"" == job.Target`,
		`workflow.jobs[99].id == ""`,
		`job.needs[-1] == ""`,
		`int(job.id) == 1`,
		`1 % int("0") == 0`,
		`9223372036854775807 + 1 == 2`,
		`int("9999999999999999999999") == 1`,
		// long and deep
		strings.Repeat("(", 2000) + "true" + strings.Repeat(")", 2000),
		strings.Repeat("!", 4000) + "true",
		strings.Repeat("not ", 1000) + "true",
		strings.Repeat("[", 4000),
		strings.Repeat("{", 4000),
		strings.Repeat("any(job.steps, ", 200) + "true" + strings.Repeat(")", 200),
		strings.Repeat("true && ", 500) + "true",
		strings.Repeat("(", 600) + "true" + strings.Repeat(" ?: false)", 400),
		"true" + strings.Repeat(" ? true : false", 270),
		strings.Repeat("(1 < ", 500) + "2" + strings.Repeat(" < 3)", 500),
		strings.Repeat("job.", 1000) + "id == 1",
		strings.Repeat("job.id | ", 400) + "len() > 1",
		`job.id matches "` + strings.Repeat("(a", 200) + strings.Repeat("){2}", 70) + `"`,
		`job.id matches "((((((a{10}){10}){10}){10}){10}){10}){10}"`,
		strings.Repeat("let a"+"= 1; ", 500) + "true",
		strings.Repeat("日", 2000),
		"\x00\xff\xfe" + `job.id == "\x00"`,
		strings.Repeat("x", 5000),
	} {
		p, err := Compile(OfJob, when)
		var fault Error
		if errors.As(err, &fault) {
			if fault.End > len(when) || fault.Start > fault.End || fault.Message == "" {
				t.Errorf("%.80s: fault %+v", when, fault)
			}
			continue
		}
		run := NewRun()
		for _, s := range m.Subjects(OfJob) {
			if _, err = run.Holds(p, s); err != nil {
				break
			}
		}
		if errors.Is(err, errSpent) {
			spent++
		}
		t.Logf("%.100s: %d steps, %v", when, MaxSteps-run.left, err)
	}
	if spent < 8 {
		t.Errorf("%d expressions took too many steps, want at least 8", spent)
	}
}

func FuzzCompile(f *testing.F) {
	for _, text := range []string{
		`step.uses startsWith "a/" && !step.pinned`, `any(job.steps, .run matches "a+")`, `let a = 1; a in [1, 2]`, `{job.id}`, "{{a}} {step.run}", `job.id[1:2] == "a"`,
		`filter(job.steps, {let s = #; any(s.commands, .name == "x")}) | len() > 0`, `trim(lower(step.run)) == "" ? true : false`, `1 < 2 < 3`, `a ?: b`, `values(step.env)[0] == ""`,
	} {
		f.Add(text)
	}
	m := model(f, sample)
	f.Fuzz(func(t *testing.T, text string) {
		for _, scope := range []Scope{OfStep, OfJob} {
			p, err := Compile(scope, text)
			check(t, text, err)
			c, err := CompileMessage(scope, text)
			check(t, text, err)
			run := NewRun()
			run.left = MaxSteps / 10
			for _, s := range m.Subjects(scope) {
				if p != nil {
					run.Holds(p, s)
				}
				if c != nil {
					run.Text(c, s)
				}
			}
		}
	})
}

// check checks that an error has a place and a message.
func check(t *testing.T, text string, err error) {
	var e Error
	if err != nil && (!errors.As(err, &e) || e.Message == "" || e.Start < 0 || e.Start > e.End || e.End > len(text)) {
		t.Errorf("%q: %#v", text, err)
	}
}
