package flow_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"sekisho/lint/flow"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

// FuzzArtifact asks of any workflow what its jobs download, upload, cache and leave in files: no panic, no span outside the file.
func FuzzArtifact(f *testing.F) {
	for _, folder := range [...]string{"artifact-poisoning", "cache-poisoning", "secret-in-artifact", "secret-in-cache"} {
		files, err := filepath.Glob(filepath.Join("..", "..", "testdata", "adversarial", folder, "*.yml"))
		if err != nil || len(files) == 0 {
			f.Fatal("no seeds", err)
		}
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(text))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		r := repo.Load(fstest.MapFS{".github/workflows/a.yml": {Data: []byte(text)}}, repo.Options{})
		fl := flow.New(r)
		for _, file := range r.Files {
			if file.Workflow == nil {
				continue
			}
			inside := func(s syntax.Span) {
				if s.Start < 0 || s.End < s.Start || s.End > len(file.Text) {
					t.Fatalf("the span %v is outside the file", s)
				}
			}
			for _, job := range file.Workflow.Jobs {
				askAll(fl, file, job, inside)
			}
		}
	})
}

func askAll(fl *flow.Flow, file *syntax.File, job *syntax.Job, inside func(syntax.Span)) {
	for _, a := range fl.Artifacts(file, job) {
		inside(a.Span)
		for _, x := range fl.ArtifactExecutions(file, job, a) {
			inside(x.Span)
		}
		for _, t := range fl.Triggers(file) {
			fl.OutsidersUnder(a, t)
		}
	}
	secrets := fl.SecretFiles(file, job)
	for _, u := range fl.Uploads(file, job) {
		for _, s := range secrets {
			inside(s.Span)
			u.Takes(s)
		}
		for _, n := range u.NamedSecrets(file) {
			inside(n.Span)
		}
		if b, ok := u.BroadPath(file); ok {
			inside(b.Span)
		}
	}
	moments := fl.Deploying(file).Moments(job)
	for step := range job.Flat() {
		for _, m := range moments {
			m.Cache(step)
		}
		if u := fl.CachedPaths(file, job, step); u != nil {
			for _, n := range u.NamedSecrets(file) {
				inside(n.Span)
			}
		}
	}
}
