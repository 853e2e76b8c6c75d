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
	if p.File.Workflow == nil || !slices.ContainsFunc(p.File.Workflow.Jobs, func(j *syntax.Job) bool { return mayBeGrouped(p, j.RunsOn) }) || !mayOwn(p) {
		return
	}
	var tests []tested
	known := false
	d := p.Flow.Deploying(p.File)
	for _, job := range p.File.Workflow.Jobs {
		if job.RunsOn == nil || plainlyHosted(job.RunsOn) || flow.Never(job.If) {
			continue
		}
		machines := ownMachines(p, p.File, job, grouped, func(flow.Trigger) bool { return true })
		if len(machines) == 0 {
			continue
		}
		deed, found := strongest(d, d.Deployments(job))
		if !found || deed.Review || deed.Strength == catalog.Named {
			continue
		}
		if !known {
			tests, known = testedMachines(p), true
		}
		checkSeparated(p, job, deed, machines, tests)
	}
}

// mayBeGrouped answers false when a job certainly gets none of the machines that this rule is about.
func mayBeGrouped(p *lint.Pass, r *syntax.RunsOn) bool {
	if r == nil || r.Group == nil && len(p.Given.RunnerLabels) == 0 &&
		!slices.ContainsFunc(r.Labels, func(l *syntax.Str) bool {
			return len(l.Fences) > 0 || strings.Contains(strings.ToLower(l.Value), "self-hosted")
		}) {
		return false
	}
	return !plainlyHosted(r)
}

// tested is a machine to which a job brings the code of pull requests.
type tested struct {
	machine
	file *syntax.File
	job  *syntax.Job
}

// maxTested bounds the machines that are compared with those of one job.
const maxTested = 300

// testedMachines lists those of the repository.
func testedMachines(p *lint.Pass) []tested {
	var out []tested
	for _, file := range p.Repo.Files {
		if file.Workflow == nil || !slices.ContainsFunc(p.Flow.Triggers(file), bringsCode) {
			continue
		}
		for _, job := range file.Workflow.Jobs {
			if job.RunsOn == nil || plainlyHosted(job.RunsOn) || flow.Never(job.If) {
				continue
			}
			for _, m := range ownMachines(p, file, job, grouped, bringsCode) {
				if len(out) == maxTested {
					return out
				}
				out = append(out, tested{m, file, job})
			}
		}
	}
	return out
}

// checkSeparated looks for a job that brings a pull request's code to one of the machines.
func checkSeparated(p *lint.Pass, job *syntax.Job, deed flow.Deployment, machines []machine, tests []tested) {
	var worst lint.Finding
	for _, theirs := range tests {
		for _, ours := range machines {
			if f, ok := sharedMachine(p, job, deed.Kind, ours, theirs); ok && f.Severity > worst.Severity {
				worst = f
			}
		}
		if worst.Severity == lint.High {
			break
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
func sharedMachine(p *lint.Pass, job *syntax.Job, does catalog.Kind, ours machine, theirs tested) (f lint.Finding, ok bool) {
	same := slices.Equal(ours.Labels, theirs.Labels)
	if ours.Group != theirs.Group || !same && !subset(ours.Labels, theirs.Labels) && !subset(theirs.Labels, ours.Labels) {
		return f, false
	}
	if slices.ContainsFunc(slices.Concat(ours.Labels, theirs.Labels), func(l string) bool { return l == flow.UnknownLabel }) {
		return f, false
	}
	a := p.Flow.OutsiderRunner(theirs.trigger, theirs.file, theirs.job, theirs.Runner)
	if theirs.trigger.Name == "pull_request_target" {
		c, fetches := p.Flow.UntrustedCheckout(theirs.file, theirs.job)
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
	who := fmt.Sprintf("the job `%s`", theirs.job.ID.Value)
	if theirs.job == job {
		who = "it"
	}
	f.Message = fmt.Sprintf("the job `%s` %s on %s, where %s runs pull requests %s by `%s`; what one leaves there gets at what the next one holds; give deployments machines with a label or group of their own",
		job.ID.Value, verb(does), machineName(ours.Runner), who, whose, theirs.trigger.Name)
	f.Related = []lint.Place{{Path: otherPath(p.File, theirs.file), Span: theirs.Span, Message: "pull requests run on " + machineName(theirs.Runner)}}
	if theirs.trigger.Event != nil {
		f.Related = append(f.Related, lint.Place{Path: otherPath(p.File, theirs.trigger.File), Span: theirs.trigger.Event.Name.Span, Message: "pull requests start it here"})
	}
	return f, true
}

// subset reports that every label of a is one of b, so that a machine with those of b takes the jobs of a.
func subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(l string) bool { return !slices.Contains(b, l) })
}
