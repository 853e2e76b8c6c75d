package flow

import (
	"testing"

	"sekisho/lint/catalog"
)

// FuzzChoosingClues compares what a look at a script for parts of words tells with what it is there for.
func FuzzChoosingClues(f *testing.F) {
	for _, script := range [...]string{
		"echo $GITHUB_HEAD_REF", "cat $GITHUB_EVENT_PATH", "git fetch origin pull/1/head", "gh pr view 1", "gh issue list", "gh api /x", "gh run list", "hub pr list",
		"unzip artifact.zip", "gh run download --name artifact", "gh pr checkout 1", "gh repo clone x", "hub pr checkout 1", "git checkout $HEAD_SHA", "curl /archive/$head_sha.tar",
		"curl tarball/${{ x.head.ref }}", "git switch $headRef", "HEAD=x git merge $HEAD", "npm ci", "yarn", "pip install x", "bundle install", "gem install x", "composer install", "poetry install",
		"uv sync", "echo hello",
	} {
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script string) {
		clues := catalog.Clues(script)
		if takesIn(script) && !clues.Has(catalog.ClueTakesIn) {
			t.Errorf("%q takes something in, but has no clue of that", script)
		}
		if fetchesFiles(script) && !clues.Has(catalog.ClueFetchesFiles) {
			t.Errorf("%q fetches files, but has no clue of that", script)
		}
		if catalog.MayInstallScripts(script) && !clues.Has(catalog.ClueInstallScripts) {
			t.Errorf("%q may install scripts, but has no clue of that", script)
		}
	})
}
