package rules

import (
	"fmt"
	"maps"
	"slices"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

func unverifiedDownload() *lint.Rule {
	return &lint.Rule{
		ID:       "unverified-download",
		Summary:  "a download that is executed without a look at its checksum or signature",
		Severity: lint.Medium,
		Alike:    true,
		Aliases:  []string{"poutine:unverified_script_exec"},
		Tags:     []string{"cwe-494", "cwe-829", "owasp-cicd-sec-3", "owasp-cicd-sec-9", "prevent", "prevent-download", "matrix-registry-control", "matrix-build-artifacts", "matrix-compilation"},
		Run:      runUnverifiedDownload,
	}
}

func runUnverifiedDownload(p *lint.Pass) {
	out := collected{p: p}
	if survey := p.Survey(); survey.May(catalog.ClueDownloads) {
		jobs := map[*syntax.Job]*fetching{}
		for i := range survey.Steps {
			step := &survey.Steps[i]
			if step.Run == nil {
				continue
			}
			if jobs[step.Job] == nil {
				jobs[step.Job] = &fetching{p: p, out: &out, at: map[*shell.Command]*script{}, done: map[*shell.Command]bool{}}
			}
			jobs[step.Job].step(step)
		}
	}
	for _, d := range dockerfiles(p) {
		unverifiedDockerfile(&out, &d)
	}
	out.report()
}

// unverifiedDockerfile follows the downloads of a Dockerfile from one RUN to the next.
func unverifiedDockerfile(out *collected, d *dockerfile) {
	state := &fetching{p: out.p, out: out, at: map[*shell.Command]*script{}, done: map[*shell.Command]bool{}}
	if !slices.ContainsFunc(d.Docker.Runs, func(run syntax.DockerScript) bool { return catalog.Clues(run.Text).Has(catalog.ClueDownloads) }) {
		return
	}
	list := d.scripts(out.p, catalog.AnyClue)
	for i := range list {
		state.script(&list[i])
	}
}

// fetching is what the steps of a job have downloaded so far.
type fetching struct {
	p     *lint.Pass
	out   *collected
	files []shell.File               // that hold downloads, left by earlier steps
	at    map[*shell.Command]*script // the scripts that the downloads stand in
	done  map[*shell.Command]bool    // downloads that were checked, or are reported
}

func (d *fetching) step(step *flow.Surveyed) {
	clue := catalog.ClueDownloads
	if len(d.files) > 0 {
		clue = catalog.AnyClue
	}
	list := scriptsOf(d.p, step, clue)
	for i := range list {
		if list[i].run == nil {
			d.script(&list[i])
			continue
		}
		file := *d // several steps may run it, each with secrets of its own
		file.done = maps.Clone(d.done)
		file.script(&list[i])
	}
}

// script looks for downloads that a script executes, and notes what it leaves for later steps.
func (d *fetching) script(s *script) {
	dir, known := flow.WorkingDirectory(s.p.File, s.job, s.step)
	if !known {
		dir = "."
	}
	if len(d.files) == 0 && !slices.ContainsFunc(s.Commands, isDownload) { // nothing to follow
		for _, c := range s.Commands {
			if fetchesItself(s, c) {
				d.direct(s, c)
			}
		}
		return
	}
	followed := s.Follow(shell.Seeds{Command: isDownload, Files: d.files, Dir: dir})
	checkers := checkingFunctions(s.Script)
	for _, c := range s.Commands {
		if fetchesItself(s, c) {
			d.direct(s, c)
			continue
		}
		if checks(s.Script, c) || checkers[c.Name] {
			d.checked(s, c)
			continue
		}
		if e, ok := executes(s, followed, c); ok && !d.done[e.origin.Seed] {
			d.judge(s, e)
		}
	}
	if s.run == nil && s.outer == nil {
		d.files = followed.Files
		for _, f := range d.files {
			if d.at[f.Origin.Seed] == nil {
				d.at[f.Origin.Seed] = s
			}
		}
	}
}

func isDownload(c *shell.Command) bool {
	_, ok := c.Download()
	return ok
}

// checked takes a check for one of all that was downloaded before it.
func (d *fetching) checked(s *script, c *shell.Command) {
	for _, f := range d.files {
		d.done[f.Origin.Seed] = true
	}
	for _, other := range s.Commands {
		if other.Start <= c.Start && isDownload(other) {
			d.done[other] = true
		}
	}
}

// judge reports a download that is executed, unless its address names fixed content or the machine itself.
func (d *fetching) judge(s *script, e executed) {
	seed := e.origin.Seed
	from := d.at[seed]
	if from == nil {
		from = s
	}
	load, _ := seed.Download()
	var addresses []string
	for _, w := range load.URLs {
		addresses = append(addresses, from.withEnv(from.Resolve(w.Text)))
	}
	if harmless(s.p, addresses) || e.origin.Loose && !e.fromArchive(s, addresses) {
		return
	}
	d.done[seed] = true
	f := lint.Finding{Message: fmt.Sprintf("what `%s` downloads from `%s` is %s, and nothing checks it: whoever can change it there runs code here",
		programName(seed), hostOf(addresses[0]), e.how)}
	at := seed.Span
	if e.origin.Command == seed && from.Script == s.Script && (e.kind == shell.CodeInput || e.kind == shell.CodeText) {
		at = shell.Span{Start: min(seed.Start, e.by.Start), End: max(seed.End, e.by.End)}
	}
	from.anchor(&f, at)
	f.Trace = []lint.Place{from.place(seed.Span, "downloaded here"), s.place(e.by.Span, e.how+" here")}
	d.report(s, f, e.remote)
}

// direct reports a command that downloads and executes by itself.
func (d *fetching) direct(s *script, c *shell.Command) {
	f := lint.Finding{Message: fmt.Sprintf("`%s` executes what it downloads, and nothing checks it: whoever can change it there runs code here", programName(c))}
	s.anchor(&f, c.Span)
	d.report(s, f, c.Remote)
}

// report adds what may be stolen, and what to do.
func (d *fetching) report(s *script, f lint.Finding, elsewhere bool) {
	if secret, ok := s.secret(); ok && !elsewhere {
		f.Severity = lint.High
		f.Message += ", with " + secret.Text()
		f.Related = append(f.Related, lint.Place{Span: secret.At, Message: "the secret comes from here"})
	}
	f.Message += "; download a fixed version and compare its checksum before, as with `sha256sum --check`"
	d.out.add(f)
}
