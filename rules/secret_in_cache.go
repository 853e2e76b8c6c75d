package rules

import (
	"fmt"

	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func secretInCache() *lint.Rule {
	return &lint.Rule{
		ID:       "secret-in-cache",
		Summary:  "a cache keeps a file with a secret, which every pull request can restore",
		Severity: lint.High,
		Tags:     []string{"cwe-312", "cwe-524", "owasp-cicd-sec-6", "prevent", "leak-image", "prevent-artifact", "prevent-build"},
		Run:      runSecretInCache,
	}
}

func runSecretInCache(p *lint.Pass) { eachRunning(p, checkCaches) }

// checkCaches looks at the steps of a job, or with a nil job of a composite action.
func checkCaches(p *lint.Pass, job *syntax.Job) {
	c := cacheCheck{Pass: p, job: job}
	if job != nil {
		for step := range job.Flat() {
			c.step(step)
		}
		return
	}
	for _, step := range p.File.Steps() {
		c.step(step)
	}
}

// cacheCheck is the check of one job.
type cacheCheck struct {
	*lint.Pass
	job   *syntax.Job
	files []flow.SecretFile
	known bool // files is filled in
}

func (c *cacheCheck) step(step *syntax.Step) {
	if step.With.Get("path") == nil || !flow.MayCache(step) || flow.Never(step.If) {
		return
	}
	cache, caches := c.Flow.Caches(c.File, step)
	u := c.Flow.CachedPaths(c.File, c.job, step)
	if caches == expr.False || !cache.Saves || u == nil {
		return
	}
	if !c.known {
		c.files, c.known = c.Flow.SecretFiles(c.File, c.job), true
	}
	if f, ok := judgeCache(c.Pass, c.job, *u, c.files); ok {
		c.Report(f)
	}
}

// judgeCache reports the worst that a cache keeps: a file that a step left a lasting secret in, or one that by its name holds some.
func judgeCache(p *lint.Pass, job *syntax.Job, u flow.Upload, files []flow.SecretFile) (f lint.Finding, ok bool) {
	for _, s := range files {
		if s.Brief || !u.Takes(s) {
			continue
		}
		f = lint.Finding{Span: u.Path.Span, Severity: lint.High}
		f.Message = fmt.Sprintf("the cache keeps `%s`, in which %s lies, and every job can restore it, those for pull requests from forks among them; name the folders that are needed, or delete the file before the job ends",
			s.Name, s.Secret)
		f.Trace = []lint.Place{{Span: s.Span, Message: s.Secret + " is written to `" + s.Name + "`"}, {Span: u.Path.Span, Message: "the cache keeps it"}}
		return f, true
	}
	for _, n := range u.NamedSecrets(p.File) {
		if environmentFolder(job, n.Name) {
			continue
		}
		f = lint.Finding{Span: n.Span, Severity: lint.High, Confidence: lint.Likely}
		if !n.Sure {
			f.Severity, f.Confidence = lint.Medium, lint.Unsure
		}
		f.Message = fmt.Sprintf("the cache keeps `%s`, which by its name holds %s, and every job can restore it, those for pull requests from forks among them; leave it out", n.Name, n.What)
		return f, true
	}
	for _, c := range p.Flow.Persisted(p.File, job) {
		if c.Other == "" || !u.TakesCredentials(c) {
			continue
		}
		f = lint.Finding{Span: u.Path.Span, Severity: lint.High}
		f.Message = fmt.Sprintf("the cache keeps `.git/config` of a checkout, in which %s lies, and every job can restore it; set `persist-credentials: false`, or leave `.git` out", c.Other)
		f.Trace = []lint.Place{{Span: c.Step.Uses.Span, Message: "the checkout leaves it there"}, {Span: u.Path.Span, Message: "the cache keeps it"}}
		return f, true
	}
	return f, false
}
