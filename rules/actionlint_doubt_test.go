package rules

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rhysd/actionlint"

	"sekisho/lint"
	"sekisho/lint/flow"
	"sekisho/lint/repo"
)

// doubted hands a file over twice, what is in doubt and everything, and checks that the same is found. It reports whether nothing
// is in doubt.
func doubted(t *testing.T, name, text string) (quiet bool) {
	t.Helper()
	r := repo.Load(fstest.MapFS{name: {Data: []byte(text)}}, repo.Options{Workers: 1})
	f := flow.New(r)
	for _, file := range r.Files {
		if file.Workflow == nil && file.Action == nil {
			continue
		}
		doubts := newTree(file, f, nil).doubts()
		some := newTree(file, f, nil).findings(doubts)
		all := newTree(file, f, nil).findings(everything(file))
		if len(all) >= lint.MaxFindings {
			continue
		}
		if diff := cmp.Diff(list(all), list(some)); diff != "" {
			t.Errorf("%s (-all +what is in doubt):\n%s\n%s", file.Path, diff, text)
		}
		quiet = doubts.none()
	}
	return quiet
}

const (
	aWorkflow = ".github/workflows/a.yml"
	anAction  = "action.yml"
)

func list(found map[alError]bool) []string {
	var out []string
	for e := range found {
		out = append(out, fmt.Sprintf("%+v", e))
	}
	slices.Sort(out)
	return out
}

// TestDoubtsOfFiles looks at all workflows and actions among the test data, ours and actionlint's.
func TestDoubtsOfFiles(t *testing.T) {
	roots := []string{filepath.Join("..", "testdata"), filepath.Join("..", ".github")}
	quiet, files := 0, 0
	for _, root := range roots {
		err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(name, ".yml") && !strings.HasSuffix(name, ".yaml") {
				return err
			}
			text, err := os.ReadFile(name)
			if err != nil {
				return err
			}
			files++
			for _, name := range []string{aWorkflow, anAction} {
				if doubted(t, name, string(text)) {
					quiet++
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if quiet < files/2 {
		t.Errorf("only %d of %d files are without doubt", quiet, files)
	}
}

// TestNoDoubts checks that what workflows usually have is not in doubt.
func TestNoDoubts(t *testing.T) {
	const head = "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n"
	texts := []string{
		putAt(doubtWorkflow, "github.ref", 0),
		"on: {schedule: [{cron: '30 1,13 * * 1-5'}], workflow_dispatch: {inputs: {a: {type: choice, options: [x, y], default: y}}}, pull_request: {types: [opened], branches: ['release/v[0-9]+']}}\n" +
			"jobs: {a: {runs-on: [self-hosted, linux, x64], if: github.event.inputs.a == 'x' || inputs.a, steps: [{run: x, shell: sh}]}}\n",
		head + "    steps:\n      - {uses: actions/checkout@v4, with: {fetch-depth: 0}}\n      - {id: c, uses: actions/cache@v4, with: {path: x, key: \"${{ runner.os }}-${{ hashFiles('**/go.sum') }}\"}}\n      - {if: steps.c.outputs.cache-hit != 'true', run: x}\n",
		head + "    strategy: {matrix: {a: ['${{ github.ref }}', b], c: ['x']}}\n    steps: [{run: 'echo ${{ contains(github.event.*.x, 1) && matrix.a }}'}, {run: 'echo ${{ 10 || matrix.a }}'}]\n",
		head + "    strategy: {matrix: {include: [{os: x, go: 1.20}, {os: y, last: true}]}}\n    continue-on-error: '${{ matrix.last }}'\n    steps: [{run: \"echo ${{ matrix.go }} ${{ matrix.last && 'yes' || 'no' }}\"}]\n",
		"on: push\njobs:\n  a: {uses: ./.github/workflows/b.yml, secrets: inherit}\n  b: {needs: [a], if: \"always() && !contains(needs.*.result, 'failure')\", runs-on: x, steps: [{run: 'echo ${{ needs.a.outputs.x }}', env: {T: '${{ secrets.T }}'}}]}\n",
	}
	for _, text := range texts {
		if !doubted(t, aWorkflow, text) {
			t.Errorf("in doubt:\n%s", text)
		}
	}
	if !doubted(t, anAction, putAt(doubtAction, "inputs.text", 0)) {
		t.Error("the action is in doubt")
	}
}

// doubtWorkflow has an expression, which is §, at each place that can hold one.
const doubtWorkflow = `name: x
run-name: a § b
on:
  push: {branches: [main]}
  workflow_dispatch:
    inputs: {text: {type: string}, flag: {type: boolean}, count: {type: number}, both: {type: boolean}, free: {description: x}}
  workflow_call:
    inputs: {word: {type: string, required: true}, both: {type: string}, number: {type: number, default: 1}}
    secrets: {TOKEN: {required: true}}
    outputs: {o: {value: '§'}, p: {value: '${{ jobs.first.outputs.one }}'}}
env: {A: '§', B: 'a § §'}
concurrency: {group: 'g-§', cancel-in-progress: '§'}
jobs:
  first:
    runs-on: ubuntu-latest
    outputs: {one: '${{ steps.go.outputs.go-version }}', Two: x}
    steps:
      - {id: go, uses: actions/setup-go@v5}
      - {run: 'echo §', if: '§'}
      - {id: script, uses: actions/github-script@v7, with: {script: 'x §'}}
      - {id: any, uses: a/b@v1}
      - {id: sh, run: 'echo § §', env: {C: '§'}, working-directory: 'a/§'}
      - {name: 'x §', uses: actions/cache@v4, with: {path: '§', key: 'k-§'}, continue-on-error: '§', timeout-minutes: '§'}
  call:
    needs: first
    uses: a/b/.github/workflows/c.yml@v1
    with: {x: '§', y: 'a §'}
    secrets: {S: '§'}
  second:
    name: 'x §'
    needs: [first, call]
    if: '§'
    runs-on: '§'
    environment: {name: 'e-§', url: 'u-§'}
    concurrency: 'c-§'
    env: {D: '§'}
    timeout-minutes: '§'
    continue-on-error: '§'
    defaults: {run: {working-directory: 'd-§'}}
    strategy:
      fail-fast: '§'
      max-parallel: '§'
      matrix:
        os: [ubuntu-latest, windows-latest]
        number: [1, 2.5]
        mixed: [1, true, x]
        either: [x, 1]
        object: [{name: x, size: 1}, {name: 2, flag: true}]
        odd: [x, {name: y}]
        list: [[a, b]]
        computed: '${{ fromJSON(needs.first.outputs.one) }}'
        include: [{os: macos-latest, extra: 1}, {extra: x, late: null}]
    container: {image: 'i-§', env: {E: '§'}, credentials: {username: '§', password: x}, ports: ['§'], options: '§'}
    services: {db: {image: 'i-§', env: {F: '§'}, credentials: {username: x, password: '§'}}}
    outputs: {three: '§', four: '${{ steps.sh.outputs.x }}'}
    steps:
      - {id: sh, run: 'echo §', if: 'a § b'}
      - {run: echo, if: '§'}
  third:
    needs: second
    runs-on: 'x-§'
    strategy: {matrix: '${{ fromJSON(needs.second.outputs.three) }}'}
    steps: [{run: 'echo §', shell: bash}]
  fourth:
    runs-on: x
    strategy: {matrix: {a: ['§', 'b §', '${{ github.ref }}'], include: [{a: x, c: '§'}]}}
    steps: [{run: 'echo § ${{ matrix.a }} ${{ matrix.c }}'}]
`

// doubtAction is such an action.
const doubtAction = `name: x
inputs: {text: {}, Word: {}}
outputs: {a: {value: '§'}, b: {value: '${{ steps.go.outputs.go-version }}'}}
description: x
runs:
  using: composite
  steps:
    - {id: go, uses: actions/setup-go@v5, with: {go-version: '§'}}
    - {id: sh, run: 'echo § §', shell: bash, if: '§', env: {A: '§'}, name: '§'}
`

// doubtPaths are what random expressions are made of, besides operators and functions.
var doubtPaths = []string{
	"github", "github.ref", "github.Ref", "github['ref']", "github['Ref']", "github.nope", "github.event", "github.event.a.b", "github.event[0]", "github.event[1].x", "github.event[github.ref]", "github.event[github.ref].a.*", "github.event[env]", "github.event.*.a", "github.event.a[0].b", "github.event.a.*.b",
	"github.event.a.*[0]", "github.event.a.*['b']", "github.event.a[*]", "github.ref_protected", "github.retention_days", "github.ref.x", "(github).ref", "(github.event).a", "GITHUB.ref", "github[github.ref]",
	"env.X", "env['x']", "env[github.ref]", "env.x.y", "env", "vars.X", "vars.GITHUB_X", "vars.a-b", "vars['GITHUB_X']", "vars", "vars.X.y", "vars[matrix.os]",
	"secrets.TOKEN", "secrets.token", "secrets.GITHUB_TOKEN", "secrets.OTHER", "secrets[matrix.os]", "secrets['TOKEN']", "secrets['token']", "secrets", "secrets.token.x", "secrets[1]",
	"runner.os", "runner.nope", "runner.temp.x", "runner", "job.status", "job.container.id", "job.services.db.ports", "job.services.db.ports[1]", "job.services.db.ports['1']", "job", "job.check_run_id",
	"strategy.job-index", "strategy.fail-fast", "strategy.nope", "strategy.nope.x", "strategy",
	"matrix.os", "matrix.OS", "matrix['os']", "matrix.number", "matrix.mixed", "matrix.object", "matrix.object.name", "matrix.object.size", "matrix.object.flag", "matrix.object.nope", "matrix.object['name']", "matrix.object.*",
	"matrix.odd", "matrix.odd.name", "matrix.list", "matrix.list[0]", "matrix.list.*", "matrix.list.x", "matrix.computed", "matrix.computed.x.y", "matrix.extra", "matrix.late", "matrix.nope", "matrix", "matrix.*", "matrix.*.x", "matrix[github.ref]", "matrix.os.x", "matrix.a", "matrix.c",
	"needs.first.outputs.one", "needs.first.outputs.TWO", "needs.first.outputs.three", "needs.first.outputs", "needs.first.result", "needs.first", "needs.call.outputs.x", "needs.call.outputs.x.y", "needs.second.outputs.three", "needs.*.result",
	"needs.*.outputs.x", "needs['first'].result", "needs['First'].result", "needs[github.ref].result", "needs[github.ref]", "needs", "needs.nope.result", "needs.first.nope", "needs.first[github.ref]", "needs.*", "needs.first.*",
	"steps.go.outputs.go-version", "steps.go.outputs.nope", "steps.go.outcome", "steps.go.conclusion.x", "steps.go", "steps.go.outputs", "steps.script.outputs.x", "steps.script.outputs.x.y", "steps.any.outputs.x", "steps.any.outputs.x.y",
	"steps.sh.outputs.x", "steps.SH.outputs.x", "steps.sh.nope", "steps.nope.outputs.x", "steps.*.outputs.x", "steps.*.outcome", "steps['sh'].outputs['x']", "steps", "steps[github.ref].outputs.x", "steps.sh.outputs[github.ref]", "steps.sh.outputs.*",
	"inputs.text", "inputs.TEXT", "inputs.flag", "inputs.count", "inputs.both", "inputs.free", "inputs.free.x", "inputs.word", "inputs.number", "inputs.nope", "inputs.text.x", "inputs", "inputs['text']", "inputs[github.ref]", "inputs.*",
	"jobs.first.outputs.one", "jobs.call.outputs.x", "jobs.call.outputs.x.y", "jobs.first.result", "jobs.nope.outputs.x", "jobs", "jobs.*", "nope", "insert",
	"null", "true", "false", "0", "1", "10", "01", "-1", "1.5", "0x1F", "99999999999", "1e3", "+1", ".5", "NaN", "Infinity", "''", "'a'", "'it''s'", "'${{'", "'}}'", "'é'", "'[1]'", "'{0}'", "'{0} {1}'", "'{{0}}'", "'{1}'", "'{0'", "'{0}}'",
	"'[\"a\", \"b\"]'", "'{\"a\": 1}'", "'[1,'", "TRUE", "Null",
}

// doubtExpression makes an expression, most of which are right.
func doubtExpression(r *rand.Rand, depth int) string {
	if depth == 0 || r.IntN(4) == 0 {
		return doubtPaths[r.IntN(len(doubtPaths))]
	}
	sub := func() string { return doubtExpression(r, depth-1) }
	functions := []string{"contains", "startsWith", "endsWith", "format", "join", "toJSON", "fromJSON", "hashFiles", "success", "always", "cancelled", "failure", "case", "nope"}
	operators := []string{"&&", "&&", "||", "||", "==", "!=", "<", "<=", ">", ">="}
	switch r.IntN(8) {
	case 0:
		return "!" + sub()
	case 1, 2:
		return "(" + sub() + ")"
	case 3, 4:
		args := make([]string, 0, 5)
		for range r.IntN(5) {
			args = append(args, sub())
		}
		name := functions[r.IntN(len(functions))]
		if r.IntN(4) == 0 {
			name = strings.ToUpper(name)
		}
		return name + "(" + strings.Join(args, ", ") + ")" + []string{"", "", "", ".x", "[0]", ".*", "['a']"}[r.IntN(7)]
	case 5:
		return sub() + []string{" ", "  ", "\t"}[r.IntN(3)] + operators[r.IntN(len(operators))] + " " + sub()
	}
	return sub() + " " + operators[r.IntN(4)] + " " + sub()
}

// doubtSubtleties are expressions in which actionlint's ways differ from what one would expect.
var doubtSubtleties = []string{
	"!github.ref || 1", "!(github.ref && 1) || 1", "(github.ref || 1) && 2", "github.ref || 1 && 2", "github.ref && 1 && 2 || 3", "1 || github.ref && 2", "matrix.either", "matrix.mixed", "matrix.flags",
	"github.event.a == github == 1", "join(github.event.a.*['b'])", "join(github.event.a.*[github.ref])", "1 < true", "github == null", "null == github", "github.event.a.* == 1", "toJSON(github.event.a[*])", "toJSON(github.event.a.*)", "join(needs.*.result, 1)", "contains(github, 1)",
	"contains(github.event, github)", "fromJSON('[1]')[0]", "fromJSON(('[1]'))", "format('{0}{0}{1}', 1, 2)", "format('{0}', 1, 2)", "format('{1}', 1)", "format(github.ref, 1)", "case(true, 1, 2)", "case(true, 1, 2, 3)", "hashFiles('a', true)",
	"github.ref\u00a0|| 1", "success()", "success('a')", "always", "env.a.b || 1", "(github.event).a.*[github.run_id]", "(github.event).a.*[1]", "job.services.db.ports[5432]", "steps.sh.outputs[matrix.number]", "needs[matrix.number].result",
}

// putAt puts an expression, in fences or as a bare condition, at one place of a template, and something harmless at the others.
func putAt(template, x string, place int) string {
	x = strings.ReplaceAll(x, "'", "''")
	parts := strings.Split(template, "§")
	place %= len(parts) - 1
	var b strings.Builder
	for i, part := range parts {
		b.WriteString(part)
		bare := strings.HasSuffix(part, "if: '")
		switch {
		case i == len(parts)-1:
		case i != place:
			b.WriteString("${{ fromJSON(github.ref) }}")
		case bare && len(x)%2 == 0:
			b.WriteString(x)
		default:
			b.WriteString("${{ " + x + " }}")
		}
	}
	return b.String()
}

// TestDoubtsOfExpressions puts each path and random expressions at places that can hold one.
func TestDoubtsOfExpressions(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	expressions := slices.Clone(doubtPaths)
	for range 300 {
		expressions = append(expressions, doubtExpression(r, 1+r.IntN(3)))
	}
	for _, x := range doubtSubtleties {
		for i := range strings.Count(doubtWorkflow, "§") {
			doubted(t, aWorkflow, putAt(doubtWorkflow, x, i))
		}
	}
	for _, x := range expressions {
		for range 4 {
			doubted(t, aWorkflow, putAt(doubtWorkflow, x, r.IntN(1000)))
		}
		doubted(t, anAction, putAt(doubtAction, x, r.IntN(1000)))
		if t.Failed() {
			t.Fatalf("with %s", x)
		}
	}
}

// FuzzDoubts puts any text between ${{ and }} at any place.
func FuzzDoubts(f *testing.F) {
	for i, x := range doubtPaths {
		f.Add(x, i)
	}
	f.Add("github.ref == 'a' && contains(needs.*.result, 'x') || !matrix.flag", 1)
	f.Fuzz(func(t *testing.T, x string, place int) {
		place = max(place, 0)
		doubted(t, aWorkflow, putAt(doubtWorkflow, x, place))
		doubted(t, anAction, putAt(doubtAction, x, place))
	})
}

// TestDoubtsOfPatterns compares what is taken for a right pattern with actionlint's own check.
func TestDoubtsOfPatterns(t *testing.T) {
	alphabet := []string{"a", "/", ".", "*", "!", "-", "_", "?", "+", "[", "]", `\`, " ", "~", ":", "é", "{"}
	patterns := []string{""}
	for level := patterns; len(patterns) < 17+17*17+17*17*17; {
		var longer []string
		for _, p := range level {
			for _, c := range alphabet {
				longer = append(longer, p+c)
			}
		}
		patterns, level = append(patterns, longer...), longer
	}
	for _, p := range patterns {
		if plainRef(p) && len(actionlint.ValidateRefGlob(p)) > 0 {
			t.Errorf("ref %q is not right", p)
		}
		if plainPath(p) && len(actionlint.ValidatePathGlob(p)) > 0 {
			t.Errorf("path %q is not right", p)
		}
	}
}

// TestDoubtsOfValues looks at values that other rules of actionlint than that on expressions check.
func TestDoubtsOfValues(t *testing.T) {
	const head, jobs = "on: push\njobs:\n  a:\n", "jobs: {a: {runs-on: x, steps: [{run: x}]}}\n"
	var texts []string
	add := func(form string, values ...string) {
		for _, v := range values {
			texts = append(texts, strings.ReplaceAll(form, "§", v))
		}
	}
	labels := append(slices.Concat(hosted, retired), "ubuntu", "Ubuntu-latest", "UBUNTU-22.04", "ubuntu-lastest", "ubuntu-9", "ubuntu-big", "windows", "Windows-2022", "windows-9", "macOS", "macos-14", "macos-9.1", "linux", "Linux", "x64", "self-hosted", "''", "a b", "ubuntu-latest 'b' \"c\"", "'ubuntu-latest \"c'", `a\b`)
	add(head+"    runs-on: §\n    steps: [{run: x}]\n", labels...)
	add(head+"    runs-on: [§, self-hosted]\n    steps: [{run: x}]\n", labels...)
	add(head+"    runs-on: [§, linux]\n    steps: [{run: x}]\n", labels...)
	add(head+"    runs-on: '${{ matrix.os }}'\n    strategy: {matrix: {os: [x, '§'], include: [{os: windows-2022}]}}\n    steps: [{run: x}]\n", labels...)
	add(head+"    runs-on: '${{ (matrix).os }}'\n    strategy: {matrix: {os: [x], include: [{OS: '§'}]}}\n    steps: [{run: x}]\n", labels...)
	add(head+"    runs-on: '${{ matrix.os }}'\n    strategy: {matrix: {include: [{os: §}, {os: x}]}}\n    steps: [{run: x}]\n", labels...)
	for _, runner := range []string{"x", "ubuntu-latest", "windows-latest", "[self-hosted, linux]"} {
		add(head+"    runs-on: "+runner+"\n    defaults: {run: {shell: §}}\n    steps: [{run: x, shell: §}]\n", "bash", "Bash", "sh", "cmd", "pwsh", "powershell", "python", "perl", "'perl {0}'", "'${{ github.ref }}'")
	}
	add("on: {schedule: [{cron: '§'}]}\n"+jobs, "* * * * *", "0 * * * *", "*/5 * * * *", "*/4 * * * *", "0,2 * * * *", "5 0 * * *", "5 0 1 1 0", "5 0 31 2 *", "5 0 30 2 *", "5 0 29 2 *", "60 0 * * *", "0 24 * * *", "0 0 0 * *", "0 0 * 13 *",
		"0 0 * * 7", "0 0 * * 6", "0 0 * *", "0 0 * * * *", "0 0 * * MON", "0 0-5 * * 1-5", "0 */6 * * *", "0 5-0 * * *", "0 */0 * * *", "0 1,2,25 * * *", "0 1,,2 * * *", "01 0 * * *", " 0 0 * * *", "0  0 * * *", "@daily", "", "0 0 * 1-13 *", "0 0 * * 0-7", "7 0/3 * * *", "7 1-23/2 * * *")
	add("on: {push: {branches: ['§'], tags-ignore: ['§'], paths: ['§']}}\n"+jobs, "main", "a*", "v?.x", "[0-9]+.x", "[a", "a b", "/a", "a/", "./a", "!a", "!", "a.", "")
	add("on: {pull_request: {types: [§]}, issues: {types: §}}\n"+jobs, "opened", "typed", "nope", "milestoned")
	add("on: {workflow_run: §}\n"+jobs, "{workflows: [a]}", "{types: [completed]}", "{workflows: []}")
	for _, typ := range []string{"", "string", "number", "boolean", "choice", "environment"} {
		for _, rest := range []string{"", ", default: x", ", default: 1.5", ", default: '1'", ", default: true", ", default: 'TRUE'", ", default: ''", ", options: [x, y], default: x", ", options: [x, x]", ", options: [x], default: z", ", required: true, default: true", ", description: '${{ github.ref }}'", ", default: '${{ github.ref }}'"} {
			add("on:\n  workflow_dispatch: {inputs: {a: {type: §"+rest+"}}}\n  workflow_call: {inputs: {a: {type: §"+rest+"}}}\n"+jobs, typ)
		}
	}
	add(head+"    uses: §\n", "a/b/c.yml@v1", "./.github/workflows/b.yml", "$/.github/workflows/b.yml", "./a@v1", "./", "a/b@v1", "a/b/c.yml", "/b/c@v1", ".a/b/c@v1")
	add(head+"    runs-on: x\n    steps: [{uses: '§'}, {uses: '§', with: {a: b}}]\n", "a/b@v1", "a/b", "a@v1", "/b@v1", "a/@v1", "a/b@", "./a", "$/a", "docker://a:b", "docker://a:", "docker://a/b@v1", "a//b@v1", "A/B/c@v1@v2")
	add(head+"    runs-on: x\n    steps: [{id: '§', run: x}, {id: a, run: x}]\n", "a", "A", "b", "1", "a b", "_", "é", "")
	add(head+"    runs-on: x\n    env: {'§': x}\n    steps: [{run: x, env: {'§': x}}]\n", "A", "a b", "a=b", "a&b", "${{ github.ref }}")
	add(head+"    runs-on: x\n    steps: [{run: '§'}]\n", "echo ::set-output name=a::b", "echo ::set-env name=a::b", "echo ::add-path::b", "echo ::save-state name=a::b", "echo ::set-output")
	add(head+"    runs-on: x\n    strategy: {matrix: §}\n    steps: [{run: x}]\n", "{a: [1, 1]}", "{a: [1, '1']}", "{a: [1, 2]}", "{a: [{x: 1}, {x: 2}]}", "{a: [{x: 1}, {x: 1}]}", "{a: [{x: 1}, {X: 1}]}", "{a: [{x: 1}, {y: 1}]}", "{a: [[1], [2]]}", "{a: [[1], [1]]}", "{a: [1], exclude: [{a: 2}]}", "{a: [1], exclude: [{a: 1}]}", "{include: '${{ fromJSON(github.ref) }}'}", "{include: '${{ github.ref }}'}", "{a: [], include: []}")
	for name, of := range actionlint.PopularActions {
		var all, least []string
		for id, in := range of.Inputs {
			if all = append(all, id+": x"); in.Required {
				least = append(least, id+": x")
			}
		}
		add(head+"    runs-on: x\n    steps: [{uses: '"+name+"', with: {§}}]\n", strings.Join(all, ", "), strings.Join(least, ", "), strings.Join(append(least, "nope: x"), ", "))
		add(head+"    runs-on: x\n    steps: [{id: x, uses: '"+name+"', with: {§}}, {run: '${{ steps.x.outputs.cache-hit }}'}]\n", strings.Join(least, ", "))
		if _, ref, _ := strings.Cut(name, "@"); len(ref) == 40 {
			t.Errorf("%s is known by its commit", name)
		}
	}
	for name := range actionlint.OutdatedPopularActionSpecs {
		add(head+"    runs-on: x\n    steps: [{uses: '§'}]\n", name)
	}
	quiet := 0
	for _, text := range texts {
		if doubted(t, aWorkflow, text) {
			quiet++
		}
	}
	if quiet < len(texts)/3 {
		t.Errorf("only %d of %d are without doubt", quiet, len(texts))
	}
}
