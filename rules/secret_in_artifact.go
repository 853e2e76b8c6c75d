package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func secretInArtifact() *lint.Rule {
	return &lint.Rule{
		ID:       "secret-in-artifact",
		Summary:  "an artifact takes a file with a secret along, so that whoever may read the repository can download it",
		Severity: lint.High,
		Aliases:  []string{"codeql:actions/secrets-in-artifacts"},
		Tags:     []string{"cwe-312", "cwe-200", "owasp-cicd-sec-6", "prevent", "leak-log", "prevent-artifact"},
		Run:      runSecretInArtifact,
	}
}

func runSecretInArtifact(p *lint.Pass) { eachRunning(p, checkUploads) }

func checkUploads(p *lint.Pass, job *syntax.Job) {
	uploads := p.Flow.Uploads(p.File, job)
	if len(uploads) == 0 {
		return
	}
	files := p.Flow.SecretFiles(p.File, job)
	for _, u := range uploads {
		if f, ok := judgeUpload(p, job, u, files); ok {
			p.Report(f)
		}
	}
}

// judgeUpload reports the worst that an upload takes along: a file that a step left a secret in, one that by its name holds some, or
// a folder with far more than the job made. The credentials of a checkout are persisted-credentials'.
func judgeUpload(p *lint.Pass, job *syntax.Job, u flow.Upload, files []flow.SecretFile) (f lint.Finding, ok bool) {
	for _, s := range files {
		if s.Step.Start < u.Step.Start && u.Takes(s) {
			f = lint.Finding{Span: u.Path.Span, Severity: lint.High}
			f.Message = fmt.Sprintf("the artifact takes `%s` along, in which %s lies, so that whoever may read the repository can download it; name the files that are needed, or leave it out with a line that begins with `!`",
				s.Name, s.Secret)
			f.Trace = []lint.Place{{Span: s.Span, Message: s.Secret + " is written to `" + s.Name + "`"}, {Span: u.Path.Span, Message: "the upload takes it along"}}
			return f, true
		}
	}
	for _, n := range u.NamedSecrets(p.File) {
		if environmentFolder(job, n.Name) {
			continue
		}
		f = lint.Finding{Span: n.Span, Severity: lint.High, Confidence: lint.Likely}
		if !n.Sure {
			f.Severity, f.Confidence = lint.Medium, lint.Unsure
		}
		f.Message = fmt.Sprintf("the artifact takes `%s` along, which by its name holds %s, so that whoever may read the repository can download it; leave it out", n.Name, n.What)
		return f, true
	}
	b, broad := u.BroadPath(p.File)
	if !broad || persistedBy(p, job, u) {
		return f, false
	}
	return broadUpload(p, job, b)
}

// broadUpload judges an upload of a whole folder in which no secret is known to lie.
func broadUpload(p *lint.Pass, job *syntax.Job, b flow.Broad) (lint.Finding, bool) {
	f := lint.Finding{Span: b.Span, Severity: lint.Medium, Confidence: lint.Likely}
	f.Message = fmt.Sprintf("the artifact takes all of `%s` along, with the logins and the history of the programs that ran; name the files that are needed", b.Name)
	if b.Home {
		return f, true
	}
	if !b.Files || job == nil {
		return f, false
	}
	f.Message = fmt.Sprintf("the artifact takes all of `%s` along, with hidden files such as `.env`, `.npmrc` and `.git`, from a job that has secrets; name the files that are needed", b.Name)
	for _, s := range p.Flow.JobSecrets(p.File, job) {
		if !s.Token && !(flow.HeldSecret{Secret: s.Secret}).Public() {
			return f, true
		}
	}
	f.Severity, f.Strict = lint.Low, true
	f.Message = strings.Replace(f.Message, ", from a job that has secrets", "", 1)
	return f, true
}

// persistedBy reports an upload that takes the credentials of a checkout along, which persisted-credentials reports.
func persistedBy(p *lint.Pass, job *syntax.Job, u flow.Upload) bool {
	for _, c := range p.Flow.Persisted(p.File, job) {
		if by, ok := p.Flow.UploadedBy(p.File, job, c); ok && by.Step == u.Step {
			return true
		}
	}
	return false
}

// environmentFolder reports a .env that a script of the job makes as a folder for Python packages.
func environmentFolder(job *syntax.Job, name string) bool {
	if job == nil || !strings.HasSuffix(strings.TrimRight(name, "/"), ".env") {
		return false
	}
	for step := range job.Flat() {
		if step.Run != nil && (strings.Contains(step.Run.Value, "venv .env") || strings.Contains(step.Run.Value, "virtualenv .env") || strings.Contains(step.Run.Value, ".env/bin/")) {
			return true
		}
	}
	return false
}
