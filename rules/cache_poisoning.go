package rules

import (
	"sekisho/lint"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func cachePoisoning() *lint.Rule {
	return &lint.Rule{
		ID:       "cache-poisoning",
		Summary:  "an outsider's code can write the cache that other jobs restore, or a release restores a cache that others write",
		Severity: lint.Medium,
		Aliases: []string{"zizmor:cache-poisoning", "codeql:actions/cache-poisoning/direct-cache", "codeql:actions/cache-poisoning/poisonable-step",
			"codeql:actions/cache-poisoning/code-injection"},
		Tags: []string{"cwe-349", "cwe-829", "owasp-cicd-sec-4", "owasp-cicd-sec-9", "prevent", "leak-image", "matrix-indirect-ppe", "matrix-artifact-injection", "matrix-build-artifacts", "matrix-compilation"},
		Run:  runCachePoisoning,
	}
}

func runCachePoisoning(p *lint.Pass) {
	if p.File.Workflow == nil {
		return
	}
	readers := cacheReaders{Pass: p, known: map[*syntax.Job]*cacheReader{}}
	for _, job := range p.File.Workflow.Jobs {
		if job.Uses == nil && !flow.Never(job.If) {
			checkCacheWriter(p, job)
			readers.check(job)
		}
	}
}
