package flow_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestReach judges the last job, or its last step, of workflows in which jobs and steps stand in each other's way.
func TestReach(t *testing.T) {
	const (
		same = "github.event.pull_request.head.repo.full_name == github.repository"
		fork = "github.event.pull_request.head.repo.fork"
		run  = "runs-on: x, steps: [{run: echo}]"
	)
	tests := []struct{ name, jobs, want string }{
		{"needed job", "{a: {if: '" + same + "', " + run + "}, b: {needs: a, " + run + "}}", "blocked, same-repository check"},
		{"needed job, any letter case", "{A: {if: '" + same + "', " + run + "}, b: {needs: [a], " + run + "}}", "blocked, same-repository check"},
		{"needed job, always", "{a: {if: '" + same + "', " + run + "}, b: {needs: a, if: always(), " + run + "}}", "open"},
		{"needed job, not cancelled", "{a: {if: '" + same + "', " + run + "}, b: {needs: a, if: '!cancelled()', " + run + "}}", "open"},
		{"needed job, success", "{a: {if: '" + same + "', " + run + "}, b: {needs: a, if: success(), " + run + "}}", "blocked, same-repository check"},
		{"needed job, failure", "{a: {if: '" + same + "', " + run + "}, b: {needs: a, if: 'failure() || true', " + run + "}}", "open"},
		{"needed job, result", "{a: {if: '" + same + "', " + run + "}, b: {needs: a, if: always() && needs.a.result == 'success', " + run + "}}", "blocked, same-repository check"},
		{"needed job, skipped result", "{a: {if: '" + same + "', " + run + "}, b: {needs: a, if: always() && needs.a.result == 'skipped', " + run + "}}", "open"},
		{"needed twice removed", "{a: {if: '" + same + "', " + run + "}, b: {needs: a, " + run + "}, c: {needs: b, " + run + "}}", "blocked, same-repository check"},
		{"behind a job that always runs", "{a: {if: '" + same + "', " + run + "}, b: {needs: a, if: always(), " + run + "}, c: {needs: b, " + run + "}}", "blocked, same-repository check"},
		{"needed job for forks", "{a: {if: " + fork + ", " + run + "}, b: {needs: a, " + run + "}}", "open"},
		{"label on a needed job", "{a: {if: github.event.label.name == 'ok', " + run + "}, b: {needs: a, " + run + "}}", "weak, label check"},
		{"one of two", "{a: {" + run + "}, b: {if: '" + same + "', " + run + "}, c: {needs: [a, b], " + run + "}}", "blocked, same-repository check"},
		{"cycle", "{a: {needs: b, " + run + "}, b: {needs: a, " + run + "}}", "open"},
		{"environment", "{a: {environment: x, " + run + "}}", "open, environment"},
		{"environment of a needed job", "{a: {environment: x, " + run + "}, b: {needs: a, " + run + "}}", "open, environment"},
		{"environment of a job that need not succeed", "{a: {environment: x, " + run + "}, b: {needs: a, if: always(), " + run + "}}", "open"},
		{"empty environment", "{a: {environment: \"${{ github.event_name == 'push' && 'x' || '' }}\", " + run + "}}", "open"},
		{"environment for forks", "{a: {environment: \"${{ " + fork + " && 'external' || 'internal' }}\", " + run + "}}", "open, environment"},
		{"stopping step", "{a: {runs-on: x, steps: [{if: " + fork + ", run: exit 1}, {run: echo}]}}", "blocked, same-repository check"},
		{"stopping step that may fail", "{a: {runs-on: x, steps: [{if: " + fork + ", run: exit 1, continue-on-error: true}, {run: echo}]}}", "open"},
		{"stopping step, later step always", "{a: {runs-on: x, steps: [{if: " + fork + ", run: exit 1}, {if: always(), run: echo}]}}", "open"},
		{"stopping step behind", "{a: {runs-on: x, steps: [{run: echo}, {if: " + fork + ", run: exit 1}, {run: echo}]}, b: {runs-on: x, steps: [{run: echo}]}}", "open"},
		{"stopping step of a needed job", "{a: {runs-on: x, steps: [{if: " + fork + ", run: exit 1}]}, b: {needs: a, " + run + "}}", "blocked, same-repository check"},
		{"stopping step of a needed job that may fail", "{a: {runs-on: x, continue-on-error: true, steps: [{if: " + fork + ", run: exit 1}]}, b: {needs: a, " + run + "}}", "open"},
		{"gate action", "{a: {runs-on: x, steps: [{uses: lannonbr/repo-permission-check-action@v2}, {run: echo}]}}", "blocked, permission lookup"},
		{"gate action on some events", "{a: {runs-on: x, steps: [{uses: lannonbr/repo-permission-check-action@v2, if: github.event_name == 'push'}, {run: echo}]}}", "open"},
		{"gate workflow", "{a: {uses: bitwarden/gh-actions/.github/workflows/check-run.yml@main}, b: {needs: a, " + run + "}}", "blocked, permission lookup"},
		{"answer of a lookup", "{a: {runs-on: x, steps: [{id: t, uses: tspascoal/get-user-teams-membership@v3}, {if: steps.t.outputs.isTeamMember == 'true', run: echo}]}}", "blocked, permission lookup"},
		{"answer of a lookup, negated", "{a: {runs-on: x, steps: [{id: t, uses: tspascoal/get-user-teams-membership@v3}, {if: steps.t.outputs.isTeamMember != 'true', run: echo}]}}", "open"},
		{"script lookup", "{a: {runs-on: x, steps: [{run: 'gh api repos/x/y/collaborators/z/permission || exit 1'}, {run: echo}]}}", "weak, check in a script"},
		{"script without a look", "{a: {runs-on: x, steps: [{run: 'make || exit 1'}, {run: echo}]}}", "open"},
		{"output", "{a: {runs-on: x, outputs: {ok: '${{ " + same + " }}'}, steps: [{run: echo}]}, b: {needs: a, if: needs.a.outputs.ok == 'true', " + run + "}}", "blocked, same-repository check"},
		{"output as a truth", "{a: {runs-on: x, outputs: {ok: '${{ " + same + " }}'}, steps: [{run: echo}]}, b: {needs: a, if: needs.a.outputs.ok, " + run + "}}", "open"}, // the text false is true
		{"output of a step", "{a: {runs-on: x, outputs: {ok: '${{ steps.s.outputs.ok }}'}, steps: [{id: s, run: echo}]}, b: {needs: a, if: needs.a.outputs.ok == 'true', " + run + "}}", "open"},
		{"fromJSON of an output", "{a: {runs-on: x, outputs: {ok: '${{ " + same + " }}'}, steps: [{run: echo}]}, b: {needs: a, if: fromJSON(needs.a.outputs.ok), " + run + "}}", "blocked, same-repository check"},
		{"env of the step", "{a: {runs-on: x, steps: [{run: echo, if: env.OK == 'true', env: {OK: '${{ " + same + " }}'}}]}}", "blocked, same-repository check"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, access(t, "on: pull_request_target\njobs: "+tt.jobs+"\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReachThroughCalls(t *testing.T) {
	const callee = "on:\n  workflow_call:\n    inputs:\n      go: {type: boolean, default: false}\n      name: {type: string}\njobs:\n  a: {%srunner: x, runs-on: x, steps: [{run: echo}]}\n"
	tests := []struct{ name, cond, call, want string }{
		{"open", "", "{uses: ./.github/workflows/w0.yml}", "open"},
		{"guarded caller", "", "{if: github.event.pull_request.head.repo.fork == false, uses: ./.github/workflows/w0.yml}", "blocked, same-repository check"},
		{"guarded callee", "if: github.event_name == 'push', ", "{uses: ./.github/workflows/w0.yml}", "blocked"},
		{"input by default", "if: inputs.go, ", "{uses: ./.github/workflows/w0.yml}", "blocked"},
		{"input given", "if: inputs.go, ", "{uses: ./.github/workflows/w0.yml, with: {go: true}}", "open"},
		{"input computed", "if: inputs.go, ", "{uses: ./.github/workflows/w0.yml, with: {go: '${{ !github.event.pull_request.head.repo.fork }}'}}", "blocked, same-repository check"},
		{"input compared", "if: inputs.name == 'x', ", "{uses: ./.github/workflows/w0.yml, with: {name: y}}", "blocked"},
		{"input with a value of the outsider's", "if: inputs.name == 'x', ", "{uses: ./.github/workflows/w0.yml, with: {name: '${{ github.head_ref }}'}}", "open"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			called := strings.ReplaceAll(fmt.Sprintf(callee, tt.cond), "runner: x, ", "")
			if diff := cmp.Diff(tt.want, access(t, called, "on: pull_request_target\njobs:\n  call: "+tt.call+"\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestReachHostile judges workflows that ask for exponential work.
func TestReachHostile(t *testing.T) {
	var b strings.Builder
	b.WriteString("on: pull_request_target\njobs:\n  a0: {if: github.event.label.name == 'ok', runs-on: x, steps: [{run: echo}]}\n  b0: {runs-on: x, environment: e, steps: [{run: echo}]}\n")
	for i := 1; i < 200; i++ {
		for _, name := range []string{"a", "b"} {
			fmt.Fprintf(&b, "  %s%d: {needs: [a%d, b%d], runs-on: x, steps: [{run: echo}]}\n", name, i, i-1, i-1)
		}
	}
	if diff := cmp.Diff("weak, label check", access(t, b.String())); diff != "" {
		t.Error(diff)
	}
	cond := "github.event.action == 'opened' && github.event.pull_request.author_association == 'NONE'"
	deep := strings.Repeat("(", 40) + cond + strings.Repeat(")", 40) + strings.Repeat(" || "+cond, 100)
	text := "on: pull_request_target\njobs:\n  a:\n    if: " + deep + "\n    runs-on: x\n    steps: [{run: echo}]\n"
	if diff := cmp.Diff("open", access(t, text)); diff != "" {
		t.Error(diff)
	}
}
