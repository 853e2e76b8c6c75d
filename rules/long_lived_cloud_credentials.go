package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func longLivedCloudCredentials() *lint.Rule {
	return &lint.Rule{
		ID:       "long-lived-cloud-credentials",
		Summary:  "a credential of a cloud that does not expire, where the identity of the workflow would open the same for minutes",
		Severity: lint.Medium,
		Tags:     []string{"cwe-798", "cwe-522", "owasp-cicd-sec-2", "owasp-cicd-sec-6", "prevent", "limit-oidc", "matrix-ci-authentication", "matrix-service-credentials", "matrix-cloud-credentials"},
		Alike:    true,
		Anywhere: true,
		Run:      runLongLivedCloudCredentials,
	}
}

func runLongLivedCloudCredentials(p *lint.Pass) {
	if survey := p.Survey(); !survey.NamesSecrets() && !survey.Clues.Has(catalog.ClueLogsIn) {
		return
	}
	c := cloudCheck{Pass: p, at: map[syntax.Span]int{}}
	if p.File.Action != nil {
		c.job(nil)
	}
	if p.File.Workflow != nil {
		for _, job := range p.File.Workflow.Jobs {
			if !flow.Never(job.If) {
				c.job(job)
			}
		}
	}
	for _, f := range c.findings {
		p.Report(f)
	}
}

// cloudCheck gathers the findings of one file: a credential of the workflow's env is the same one in every job.
type cloudCheck struct {
	*lint.Pass
	findings []lint.Finding
	at       map[syntax.Span]int // index into findings
}

func (c *cloudCheck) job(job *syntax.Job) {
	first := map[string]int{}
	for _, key := range c.Flow.CloudKeys(c.File, job) {
		i, again := c.at[key.Span]
		if !again {
			if j, same := first[key.Name]; same {
				c.findings[j].Related = append(c.findings[j].Related, lint.Place{Span: key.Span, Message: "it is also given here"})
				continue
			}
		}
		f := c.finding(job, key)
		switch {
		case !again:
			i = len(c.findings)
			c.findings = append(c.findings, f)
			c.at[key.Span] = i
		case f.Severity > c.findings[i].Severity:
			c.findings[i] = f
		}
		first[key.Name] = i
	}
}

func (c *cloudCheck) finding(job *syntax.Job, key flow.CloudKey) lint.Finding {
	f := lint.Finding{Span: key.Span, Severity: lint.Medium, Same: key.Name + " " + key.Opens.Name()}
	by := ""
	if key.By != "" && !strings.EqualFold(key.By, key.Name) {
		by = fmt.Sprintf(" (`%s`)", key.By)
	}
	f.Message = fmt.Sprintf("the secret `%s`%s opens %s until somebody revokes it", key.Name, by, key.Opens.Name())
	if reason, place, open := c.open(job, key.Step); open {
		f.Severity = lint.High
		f.Message += ", and " + reason
		f.Related = append(f.Related, place)
	}
	f.Message += "; " + key.Opens.Instead()
	return f
}

// open says who gets to a credential with little effort: an outsider, or whoever pushes a branch.
func (c *cloudCheck) open(job *syntax.Job, step *syntax.Step) (reason string, place lint.Place, ok bool) {
	if job == nil || flow.HasEnvironment(job) {
		return "", lint.Place{}, false
	}
	for _, e := range c.Flow.Exposures(c.File, job, step) {
		info, _ := catalog.Event(e.Trigger.Name)
		if info.Class == catalog.Privileged && !info.Fork && c.Flow.StartedByOutsiders(e.Trigger) && !e.Blocked && !e.Weak && len(e.Guards) == 0 {
			return "anybody can start the job by " + e.Trigger.Name, eventPlace(e.Trigger, "anybody can cause this"), true
		}
	}
	if t, any := c.Flow.AnyBranch(c.File, job); any {
		return "a push to any branch hands it out", eventPlace(t, "no filter keeps this to protected branches"), true
	}
	return "", lint.Place{}, false
}
