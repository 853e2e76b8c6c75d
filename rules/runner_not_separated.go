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

func runnerNotSeparated() *lint.Rule {
	return &lint.Rule{
		ID:       "runner-not-separated",
		Summary:  "a job that deploys on the same machines of one's own that run pull requests",
		Severity: lint.High,
		Tags:     []string{"cwe-653", "owasp-cicd-sec-5", "owasp-cicd-sec-7", "limit", "leak-runner", "prevent-ephemeral", "matrix-runner-compromise", "matrix-deployment"},
		Run:      runRunnerNotSeparated,
	}
}

func runRunnerNotSeparated(p *lint.Pass) {
	if p.File.Workflow == nil || !slices.ContainsFunc(p.File.Workflow.Jobs, func(j *syntax.Job) bool { return j.RunsOn != nil && !plainlyHosted(j.RunsOn) }) || !mayOwn(p) {
		return
	}
	for _, job := range p.File.Workflow.Jobs {
		if job.RunsOn == nil || plainlyHosted(job.RunsOn) || never(job.If) {
			continue
		}
		machines := ownMachines(p, p.File, job, func(flow.Trigger) bool { return true })
		if len(machines) == 0 {
			continue
		}
		d := p.Flow.Deploying(p.File)
		if deed, found := strongest(d, d.Deployments(job)); found && !deed.Review && deed.Strength > catalog.Named {
			checkSeparated(p, job, deed, machines)
		}
	}
}

// mayOwn answers false when no label or group of a workflow can be that of a machine of the repository's own.
func mayOwn(p *lint.Pass) bool {
	if len(p.Given.RunnerLabels) > 0 || speaksOfOwn(p.File) {
		return true
	}
	return slices.ContainsFunc(p.Flow.Triggers(p.File), func(t flow.Trigger) bool {
		return slices.ContainsFunc(t.Via, func(c flow.Call) bool { return speaksOfOwn(c.File) })
	})
}

func speaksOfOwn(file *syntax.File) bool {
	if strings.Contains(file.Text, "osted") || strings.Contains(file.Text, "OSTED") {
		return true
	}
	return slices.ContainsFunc(file.Workflow.Jobs, func(j *syntax.Job) bool { return j.RunsOn != nil && j.RunsOn.Group != nil })
}

// machine is one of the repository's own that a job may get, and how sure that is.
type machine struct {
	flow.Runner
	trigger flow.Trigger
	sure    owned
}

// ownMachines lists those of a job under the triggers that are asked for.
func ownMachines(p *lint.Pass, file *syntax.File, job *syntax.Job, asked func(flow.Trigger) bool) []machine {
	var out []machine
	for _, t := range p.Flow.Triggers(file) {
		if !asked(t) {
			continue
		}
		for _, r := range p.Flow.Runners(t, file, job) {
			if sure := ownership(p, r); sure >= grouped {
				out = append(out, machine{r, t, sure})
			}
		}
	}
	return out
}

// checkSeparated looks for a job that brings a pull request's code to one of the machines.
func checkSeparated(p *lint.Pass, job *syntax.Job, deed flow.Deployment, machines []machine) {
	var worst lint.Finding
	for _, file := range p.Repo.Files {
		if file.Workflow == nil || !slices.ContainsFunc(p.Flow.Triggers(file), bringsCode) {
			continue
		}
		for _, other := range file.Workflow.Jobs {
			if other.RunsOn == nil || plainlyHosted(other.RunsOn) || never(other.If) {
				continue
			}
			for _, theirs := range ownMachines(p, file, other, bringsCode) {
				for _, ours := range machines {
					if f, ok := sharedMachine(p, job, deed.Kind, ours, file, other, theirs); ok && f.Severity > worst.Severity {
						worst = f
					}
				}
			}
			if worst.Severity == lint.High {
				break
			}
		}
	}
	if worst.Severity > 0 {
		worst.Related = append(worst.Related, lint.Place{Span: deed.Span, Message: "this " + verb(deed.Kind)})
		p.Report(worst)
	}
}

// bringsCode reports an event that is about a change which nobody has merged.
func bringsCode(t flow.Trigger) bool {
	info, known := catalog.Event(t.Name)
	return known && (info.Class == catalog.Outsider || info.Fork || t.Name == "pull_request_target")
}

// sharedMachine judges that a pull request's job may get a machine of a job that deploys, or the other way round.
func sharedMachine(p *lint.Pass, job *syntax.Job, does catalog.Kind, ours machine, file *syntax.File, other *syntax.Job, theirs machine) (f lint.Finding, ok bool) {
	same := slices.Equal(ours.Labels, theirs.Labels)
	if ours.Group != theirs.Group || !same && !subset(ours.Labels, theirs.Labels) && !subset(theirs.Labels, ours.Labels) {
		return f, false
	}
	if slices.ContainsFunc(slices.Concat(ours.Labels, theirs.Labels), func(l string) bool { return l == flow.UnknownLabel }) {
		return f, false
	}
	a := p.Flow.OutsiderRunner(theirs.trigger, file, other, theirs.Runner)
	if theirs.trigger.Name == "pull_request_target" {
		c, fetches := p.Flow.UntrustedCheckout(file, other)
		if a.Blocked || !fetches || !c.HeadUnder(theirs.trigger.Name) {
			return f, false
		}
	}
	whose := "of anybody's fork"
	f = lint.Finding{Span: ours.Span, Severity: lint.High}
	if a.Blocked {
		if len(a.Guards) == 0 {
			return f, false // the event does not get there
		}
		f.Severity, whose = lint.Medium, "of branches that nobody reviewed"
	}
	if !same || min(ours.sure, theirs.sure) == grouped {
		f.Confidence = lint.Likely
	}
	who := fmt.Sprintf("the job `%s`", other.ID.Value)
	if other == job {
		who = "it"
	}
	f.Message = fmt.Sprintf("the job `%s` %s on %s, where %s runs pull requests %s by `%s`; what one leaves there gets at what the next one holds; give deployments machines with a label or group of their own",
		job.ID.Value, verb(does), machineName(ours.Runner), who, whose, theirs.trigger.Name)
	f.Related = []lint.Place{{Path: otherPath(p.File, file), Span: theirs.Span, Message: "pull requests run on " + machineName(theirs.Runner)}}
	if theirs.trigger.Event != nil {
		f.Related = append(f.Related, lint.Place{Path: otherPath(p.File, theirs.trigger.File), Span: theirs.trigger.Event.Name.Span, Message: "pull requests start it here"})
	}
	return f, true
}

// subset reports that every label of a is one of b, so that a machine with those of b takes the jobs of a.
func subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(l string) bool { return !slices.Contains(b, l) })
}
