package rules_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"sekisho/lint"
	"sekisho/lint/repo"
	"sekisho/rules"
)

// TestDenseCalls runs all rules over actions and workflows of which each calls all others: the ways through them cannot be counted, but each
// of the circles is found.
func TestDenseCalls(t *testing.T) {
	const n = 16
	fsys := fstest.MapFS{}
	write := func(name, head, call, tail string) {
		var b strings.Builder
		b.WriteString(head)
		for i := range n {
			fmt.Fprintf(&b, call, i)
		}
		fsys[name] = &fstest.MapFile{Data: []byte(b.String() + tail)}
	}
	const checkout = "    - uses: actions/checkout@v7\n"
	for i := range n {
		write(fmt.Sprintf("a%d/action.yml", i), "name: a\ndescription: b\nruns:\n  using: composite\n  steps:\n"+checkout, "    - uses: ./a%d\n", "    - run: echo x >> $GITHUB_ENV && git push\n      shell: bash\n")
		write(fmt.Sprintf(".github/workflows/w%d.yml", i), "on: [workflow_call, pull_request_target]\njobs:\n", "  j%[1]d:\n    uses: ./.github/workflows/w%[1]d.yml\n    secrets: inherit\n", "")
	}
	write(".github/workflows/ci.yml", "on: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    env:\n      A: ${{ secrets.A }}\n    steps:\n  "+checkout, "      - uses: ./a%d\n", "      - run: ./x && npm publish\n")
	res := lint.Run(repo.Load(fsys, repo.Options{}), lint.Settings{Rules: rules.All(), Strict: true})
	circles := 0
	for _, f := range res.Findings {
		if f.Rule == "unresolved-uses" && strings.Contains(f.Message, "leads back to this file") {
			circles++
		}
	}
	if circles != 2*n*n {
		t.Errorf("%d calls lead back, want %d", circles, 2*n*n)
	}
	for _, p := range res.Problems {
		t.Errorf("%s: %s", p.Path, p.Message)
	}
}
