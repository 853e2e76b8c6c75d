package rules

import (
	"fmt"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func artifactPoisoning() *lint.Rule {
	return &lint.Rule{
		ID:       "artifact-poisoning",
		Summary:  "files of an artifact that outsiders make are executed in a job with the repository's rights",
		Severity: lint.Critical,
		Aliases:  []string{"codeql:actions/artifact-poisoning/critical", "codeql:actions/artifact-poisoning/medium", "octoscan:dangerous-artefact"},
		Tags:     []string{"cwe-829", "cwe-494", "owasp-cicd-sec-4", "owasp-cicd-sec-9", "prevent", "matrix-indirect-ppe", "matrix-artifact-injection", "matrix-build-artifacts", "matrix-compilation"},
		Run:      runArtifactPoisoning,
	}
}

func runArtifactPoisoning(p *lint.Pass) {
	if p.File.Workflow == nil {
		return
	}
	for _, job := range p.File.Workflow.Jobs {
		if job.Uses != nil || flow.Never(job.If) {
			continue
		}
		for _, a := range p.Flow.Artifacts(p.File, job) {
			if executed := p.Flow.ArtifactExecutions(p.File, job, a); len(executed) > 0 {
				checkArtifact(p, job, a, executed)
			}
		}
	}
}

// checkArtifact reports the worst that executing an artifact does under the triggers that start its job.
func checkArtifact(p *lint.Pass, job *syntax.Job, a flow.Artifact, executed []flow.Execution) {
	var best lint.Finding
	for _, x := range executed {
		for _, e := range p.Flow.Exposures(p.File, job, x.Step) {
			if !p.Flow.OutsidersUnder(a, e.Trigger) || blockedForArtifact(p, a, e) {
				continue
			}
			f, ok := judgeArtifact(p, a, e, x)
			if ok && (best.Severity == 0 || best.Strict && !f.Strict || best.Strict == f.Strict && f.Severity > best.Severity) {
				best = f
			}
		}
	}
	if best.Severity != 0 {
		p.Report(best)
	}
}

// blockedForArtifact reports a guard that keeps outsiders from the execution or from the download. Under an event of insiders there is
// nobody to keep out: what they start takes what outsiders left.
func blockedForArtifact(p *lint.Pass, a flow.Artifact, e flow.Exposure) bool {
	if !outsidersStart(e.Trigger) {
		return false
	}
	return e.Blocked || p.Flow.Outsider(e.Trigger, e.File, e.Job, a.Step).Blocked
}

// outsidersStart reports a trigger that others than people with rights cause.
func outsidersStart(t flow.Trigger) bool {
	info, known := catalog.Event(t.Name)
	return known && info.Class == catalog.Privileged
}

// judgeArtifact says how bad an execution is when one trigger starts the job; ok is false where there is nothing to gain.
func judgeArtifact(p *lint.Pass, a flow.Artifact, e flow.Exposure, x flow.Execution) (f lint.Finding, ok bool) {
	rights := p.Flow.RightsUnder(e)
	if rights.Secret == nil && p.Flow.ReadOnly(e.File, e.Job) && !rights.SelfHosted {
		return f, false
	}
	f = lint.Finding{Span: x.Span, Severity: lint.Critical}
	what := fmt.Sprintf("`%s` executes files of an artifact", x.Program)
	if x.File != "" {
		what = fmt.Sprintf("`%s` executes an artifact's files, as its %s says,", x.Program, quoteFile(x.File))
	}
	f.Message = fmt.Sprintf("%s that %s, in a job that `%s` starts and that holds %s; unpack it below `runner.temp`, only read it, and build in the job that has no rights",
		what, makers(a, e.Trigger), e.Trigger.Name, rights.Text())
	f.Way = &lint.Way{Events: []string{e.Trigger.Name}, Job: e.Job.ID.Value, Goal: rights.Text()}
	switch {
	case a.Checkout != nil && a.Checkout.Refuses:
		f.Severity, f.Strict = lint.Low, true
		f.Message += "; this version of actions/checkout refuses a fork's code, so that only branches of this repository get there"
	case !outsidersStart(e.Trigger):
		f.Severity = lint.High
	case e.Weak || len(e.Guards) > 0:
		guard := e.Guards[0]
		f.Severity = lint.High
		f.Message += "; the only guard is the " + guard.Kind.String()
		f.Related = append(f.Related, lint.Place{Path: guard.File.Path, Span: guard.Span, Message: "the guard: " + guard.Kind.String()})
	}
	f.Trace = artifactTrace(p, a, e, x)
	return f, true
}

// makers says for messages who made the artifact.
func makers(a flow.Artifact, t flow.Trigger) string {
	switch {
	case a.Checkout != nil:
		return fmt.Sprintf("the job `%s` uploads after it ran a pull request's code", a.Uploader.ID.Value)
	case t.Name == "workflow_run":
		return "anybody makes with a pull request"
	}
	return "the newest run left, also one of anybody's pull request"
}

// artifactTrace is the way from the trigger to what executes the files.
func artifactTrace(p *lint.Pass, a flow.Artifact, e flow.Exposure, x flow.Execution) []lint.Place {
	var out []lint.Place
	if e.Trigger.Event != nil {
		out = append(out, lint.Place{Path: otherPath(p.File, e.Trigger.File), Span: e.Trigger.Event.Name.Span, Message: "`" + e.Trigger.Name + "` starts the workflow"})
	}
	if c := a.Checkout; c != nil {
		out = append(out, lint.Place{Span: c.Span, Message: fmt.Sprintf("the job `%s` checks the pull request's code out and runs it", a.Uploader.ID.Value)})
	}
	out = append(out, lint.Place{Path: otherPath(p.File, a.File), Span: a.Span, Message: fmt.Sprintf("`%s` puts the artifact into `%s`", a.By, a.Path)})
	return append(out, lint.Place{Span: x.Span, Message: "`" + x.Program + "` executes it"})
}
