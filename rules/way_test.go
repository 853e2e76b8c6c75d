package rules_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint"
	"sekisho/lint/repo"
	"sekisho/rules"
)

// TestWays checks which way to a secret, or to the token, findings tell.
func TestWays(t *testing.T) {
	const secret = "env: {KEY: '${{ secrets.API_KEY }}'}"
	for _, tc := range []struct {
		name, rule, text string
		want             *lint.Way
	}{
		{"traced", "xtrace-with-secrets", "on: [push, pull_request]\njobs: {a: {runs-on: x, if: github.event_name == 'push', steps: [{run: 'set -x; curl -u $KEY', " + secret + "}]}}\n",
			&lint.Way{Events: []string{"push"}, Job: "a", Goal: "the secret `API_KEY`"}},
		{"near a trace", "xtrace-with-secrets", "on: push\njobs: {a: {runs-on: x, steps: [{run: 'set -x; make', " + secret + "}]}}\n",
			&lint.Way{Events: []string{"push"}, Job: "a", Goal: "the secret `API_KEY`"}},
		{"traced in an action", "xtrace-with-secrets", "runs: {using: composite, steps: [{shell: bash, run: 'set -x; curl -u $KEY', env: {KEY: '${{ github.token }}'}}]}\n", nil},
		{"for strangers", "secrets-on-pull-request-target", "on: [push, pull_request_target]\njobs: {a: {runs-on: x, steps: [{run: make, " + secret + "}]}}\n",
			&lint.Way{Events: []string{"pull_request_target"}, Job: "a", Goal: "the secret `API_KEY`"}},
		{"all for strangers", "secrets-on-pull-request-target", "on: pull_request_target\njobs: {a: {uses: o/r/.github/workflows/w.yml@v1, secrets: inherit}}\n",
			&lint.Way{Events: []string{"pull_request_target"}, Job: "a", Goal: "every secret, through `secrets: inherit`"}},
		{"no environment", "missing-environment", "on: push\njobs: {deploy: {runs-on: x, steps: [{run: npm publish, env: {NODE_AUTH_TOKEN: '${{ secrets.NPM_TOKEN }}'}}]}}\n",
			&lint.Way{Events: []string{"push"}, Job: "deploy", Goal: "the secret `NPM_TOKEN`"}},
		{"a scope for strangers", "excessive-permissions", "on: [push, issue_comment]\njobs: {a: {permissions: {issues: write}, runs-on: x, steps: [{run: make}]}}\n",
			&lint.Way{Events: []string{"issue_comment"}, Job: "a", Goal: "the token with `issues: write`"}},
		{"a scope of the workflow for strangers", "excessive-permissions", "on: issue_comment\npermissions: {issues: write}\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n",
			&lint.Way{Events: []string{"issue_comment"}, Job: "a", Goal: "the token with `issues: write`"}},
		{"all scopes for strangers", "excessive-permissions", "on: issue_comment\npermissions: write-all\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n",
			&lint.Way{Events: []string{"issue_comment"}, Job: "a", Goal: "the token with `write-all`"}},
		{"all scopes", "excessive-permissions", "on: push\npermissions: write-all\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n", nil},
		{"default scopes for strangers", "missing-permissions", "on: [push, issues]\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n",
			&lint.Way{Events: []string{"issues"}, Job: "a", Goal: "the token with its default scopes"}},
		{"default scopes", "missing-permissions", "on: push\njobs: {a: {runs-on: x, steps: [{run: make}]}}\n", nil},
		{"no credential", "missing-environment", "on: push\njobs: {deploy: {runs-on: x, steps: [{run: npm publish}]}}\n", nil},
	} {
		name := ".github/workflows/w.yml"
		if tc.text[0] == 'r' {
			name = "action.yml"
		}
		r := repo.Load(fstest.MapFS{name: {Data: []byte(tc.text)}}, repo.Options{})
		fs := lint.Run(r, lint.Settings{Rules: []*lint.Rule{rules.All().Find(tc.rule)}}).Findings
		if len(fs) != 1 {
			t.Errorf("%s: %d findings", tc.name, len(fs))
			continue
		}
		if diff := cmp.Diff(tc.want, fs[0].Way); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}
