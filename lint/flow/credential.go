package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// Credential is what a job holds that is worth a gate before it deploys.
type Credential struct {
	syntax.Span                   // of the secret or the scope that gives it
	Use         catalog.SecretUse // ReportSecret when there is nothing
	Text        string            // for messages; "" when there is nothing
}

// Opens reports a credential that opens something.
func (c Credential) Opens() bool { return c.Use >= catalog.AccessSecret }

// ranked is a credential and how much it matters.
type ranked struct {
	Credential
	rank int // 0 when there is none
}

// Credential picks the secret or identity that matters most to a job that deploys in the step near, which may be nil: one that
// the step itself or a login uses goes before others. GITHUB_TOKEN is none.
func (d *Deploying) Credential(job *syntax.Job, near *syntax.Step) Credential {
	if d.shared == nil { // env: of the workflow, which every job holds
		all := findSecrets(d.file, &syntax.Job{})
		best := pick(all, nil)
		d.shared = &best
	}
	best := pick(findSecrets(&syntax.File{Source: d.file.Source}, job), near)
	if d.shared.rank >= best.rank {
		best = *d.shared
	}
	grant := Token(d.file, job)
	if best.Opens() || grant.Writes("id-token") != expr.True {
		return best.Credential
	}
	at := grant.Block.Span
	if s := grant.Scope("id-token"); s != nil {
		at = s.Name.Span
	}
	return Credential{at, catalog.AccessSecret, "`id-token: write`"}
}

func pick(all []StepSecret, near *syntax.Step) (best ranked) {
	for _, s := range all {
		if s.Token {
			continue
		}
		c := Credential{s.Span, catalog.SecretFor(s.Name), "the secret `" + s.Name + "`"}
		if s.Name == "" {
			c.Use, c.Text = catalog.TargetSecret, "all secrets"
		}
		rank := 1 + 4*int(c.Use)
		switch {
		case s.Step != nil && s.Step == near && c.Opens():
			rank += 5
		case s.Step != nil && s.Step.Uses != nil:
			if _, login := catalog.Login(s.Step.Uses.Value, nil); login {
				rank++
			}
		}
		if strings.HasSuffix(s.Name, "_LOGIN") {
			rank-- // it may be a mere account
		}
		if c.Use > catalog.ReportSecret && rank > best.rank {
			best = ranked{c, rank}
		}
	}
	return best
}

// HasEnvironment reports that a job names an environment that is not constantly empty, which would be none.
func HasEnvironment(job *syntax.Job) bool {
	if job.Environment == nil || job.Environment.Name == nil {
		return job.Environment != nil
	}
	if x, ok := whole(&job.Environment.Name.Str); ok {
		v, constant := expr.Fold(x)
		return !constant || strings.TrimSpace(v.Text()) != ""
	}
	return true
}

// Approved is a job with an environment that comes before another job.
type Approved struct {
	File *syntax.File
	Job  *syntax.Job
}

// ApprovedBefore finds a job with an environment that must succeed before this one runs, here or in every workflow that calls
// this one: whoever approves there lets this one go on, too.
func (d *Deploying) ApprovedBefore(job *syntax.Job) (Approved, bool) {
	a := d.approvedBefore(d.file, job)
	return a, a.Job != nil
}

func (d *Deploying) approvedBefore(file *syntax.File, job *syntax.Job) Approved {
	if a, known := d.allowed[job]; known {
		return a
	}
	if d.allowed == nil {
		d.allowed = map[*syntax.Job]Approved{}
	}
	d.allowed[job] = Approved{}
	if statusDecides(job.If) {
		return Approved{}
	}
	if job.Needs != nil {
		for _, need := range job.Needs.Values {
			before := d.jobByName(file, need.Value)
			if before == nil {
				continue
			}
			a := Approved{file, before}
			if !HasEnvironment(before) {
				a = d.approvedBefore(file, before)
			}
			if a.Job != nil {
				d.allowed[job] = a
				return a
			}
		}
	}
	d.allowed[job] = d.approvedCalls(file)
	return d.allowed[job]
}

// approvedCalls is the first approval when every call of a workflow has one, and nothing else starts it.
func (d *Deploying) approvedCalls(file *syntax.File) Approved {
	calls := d.flow.Callers(file)
	if len(calls) == 0 || file.Workflow.On == nil || len(file.Workflow.On.Events) != 1 {
		return Approved{}
	}
	var first Approved
	for _, c := range calls {
		a := d.approvedBefore(c.File, c.Job)
		if a.Job == nil {
			return Approved{}
		}
		if first.Job == nil {
			first = a
		}
	}
	return first
}
