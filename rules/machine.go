package rules

import (
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

// plainlyHosted reports labels that are all constant and of hosted runners.
func plainlyHosted(r *syntax.RunsOn) bool {
	return r.Group == nil && !slices.ContainsFunc(r.Labels, func(l *syntax.Str) bool { return len(l.Fences) > 0 || catalog.HostedRunner(l.Value) == "" })
}

// owned says how sure it is that a runner is one of the repository's own.
type owned uint8

const (
	notOwn   owned = iota // GitHub's or a vendor's, or not known
	maybeOwn              // by a label that no hosted runner is known to have
	grouped               // by a group, which may hold larger runners of GitHub's as well
	surelyOwn
)

func ownership(p *lint.Pass, r flow.Runner) owned {
	for _, label := range p.Given.RunnerLabels {
		if r.Group != "" && label.Matches(r.Group) || slices.ContainsFunc(r.Labels, label.Matches) {
			return surelyOwn
		}
	}
	vendor, github := false, false
	for _, l := range r.Labels {
		switch catalog.HostedRunner(l) {
		case "":
		case "GitHub":
			github = true
		default:
			vendor = true
		}
	}
	switch {
	case vendor:
		return notOwn
	case slices.Contains(r.Labels, "self-hosted"):
		return surelyOwn
	case github:
		return notOwn
	case r.Group != "":
		return grouped
	case len(p.Given.RunnerLabels) == 0 && len(r.Labels) > 0 && !slices.ContainsFunc(r.Labels, speaksOfHosted):
		return maybeOwn
	}
	return notOwn
}

// speaksOfHosted reports a label that an organization may have given to larger runners of GitHub's, or one that is not known.
func speaksOfHosted(label string) bool {
	for _, part := range [...]string{"${{", "ubuntu", "windows-", "macos-", "core", "cpu", "large", "github", "hosted"} {
		if strings.Contains(label, part) {
			return true
		}
	}
	return false
}

func machineName(r flow.Runner) string {
	switch {
	case r.Group != "":
		return "a runner of the group `" + r.Group + "`"
	case slices.Contains(r.Labels, "self-hosted"):
		return "the self-hosted runner `" + strings.Join(r.Labels, ", ") + "`"
	}
	return "the runner `" + strings.Join(r.Labels, ", ") + "`"
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
	if file.Contains("osted", 4) || file.Contains("OSTED", 4) {
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

// maxMachines bounds the machines that are looked at for one job and trigger.
const maxMachines = 8

// ownMachines lists those of a job under the triggers that are asked for, if it is as sure as least that they are.
func ownMachines(p *lint.Pass, file *syntax.File, job *syntax.Job, least owned, asked func(flow.Trigger) bool) []machine {
	var out []machine
	var runners []flow.Runner
	fixed := !asksTrigger(file, job)
	for i, t := range p.Flow.Triggers(file) {
		if i == 0 || !fixed {
			runners = p.Flow.Runners(t, file, job)
		}
		if !asked(t) {
			continue
		}
		var kept [surelyOwn + 1]int
		for _, r := range runners {
			if sure := ownership(p, r); sure >= least && kept[sure] < maxMachines {
				kept[sure]++
				out = append(out, machine{r, t, sure})
			}
		}
	}
	return out
}

// asksTrigger reports a job that may ask for other machines under another trigger: by inputs, which a caller or a form gives, or by
// what another job gives out.
func asksTrigger(file *syntax.File, job *syntax.Job) bool {
	asks := func(text string) bool {
		return strings.Contains(text, "nput") || strings.Contains(text, "NPUT") || strings.Contains(text, "needs")
	}
	if job.RunsOn == nil || file.Workflow.On == nil {
		return false
	}
	if slices.ContainsFunc(job.RunsOn.Labels, func(l *syntax.Str) bool { return len(l.Fences) > 0 && asks(l.Value) }) {
		return true
	}
	return slices.ContainsFunc(file.Workflow.On.Events, func(e *syntax.Event) bool { return e.Name.Value == "workflow_call" }) ||
		job.Strategy != nil && asks(file.Text[job.Strategy.Start:job.Strategy.End])
}
