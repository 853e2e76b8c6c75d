package rules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"sekisho/lint"
	"sekisho/lint/repo"
	"sekisho/rules"
)

// hostile are repositories in which values, calls and conditions multiply. What follows them has to be bounded: without a bound
// one of these runs for minutes, which the time limit of the tests shows.
var hostile = map[string]func(fstest.MapFS){
	"jobs in a chain": func(fs fstest.MapFS) {
		var b strings.Builder
		b.WriteString("on: pull_request_target\npermissions: write-all\njobs:\n")
		for i := range 200 {
			fmt.Fprintf(&b, "  j%d:\n    needs: j%d\n    runs-on: ubuntu-latest\n    outputs:\n      x: ${{ steps.a.outputs.x }}\n    steps:\n      - id: a\n        run: |\n", i, max(i-1, 0))
			fmt.Fprintf(&b, "          x=\"${{ needs.j%d.outputs.x || github.event.pull_request.title }}\"\n          echo \"x=$x\" >> \"$GITHUB_OUTPUT\"\n", i-1)
		}
		put(fs, ".github/workflows/a.yml", b.String())
	},
	"jobs that need all before": func(fs fstest.MapFS) {
		var b strings.Builder
		b.WriteString("on: pull_request_target\njobs:\n")
		for i := range 200 {
			var before, outputs []string
			for k := range i {
				before = append(before, fmt.Sprintf("j%d", k))
			}
			for k := max(0, i-20); k < i; k++ {
				outputs = append(outputs, fmt.Sprintf("needs.j%d.outputs.x", k))
			}
			outputs = append(outputs, "github.head_ref")
			fmt.Fprintf(&b, "  j%d:\n    needs: [%s]\n    runs-on: ubuntu-latest\n    if: needs.j%d.outputs.x == 'a' || github.actor == 'b'\n", i, strings.Join(before, ", "), max(0, i-1))
			fmt.Fprintf(&b, "    outputs:\n      x: ${{ %s }}\n    steps:\n      - run: echo ${{ needs.j%d.outputs.x }}\n", strings.Join(outputs, " || "), max(0, i-1))
		}
		put(fs, ".github/workflows/a.yml", b.String())
	},
	"a thousand outputs": func(fs fstest.MapFS) {
		var outputs, writes, reads strings.Builder
		for i := range 1000 {
			fmt.Fprintf(&outputs, "      o%d: ${{ steps.s.outputs.o%d }}\n", i, i)
			fmt.Fprintf(&writes, "          echo \"o%d=$B\" >> $GITHUB_OUTPUT\n", i)
			fmt.Fprintf(&reads, "      - run: echo ${{ needs.a.outputs.o%d }}\n", i)
		}
		put(fs, ".github/workflows/a.yml", "on: issue_comment\njobs:\n  a:\n    runs-on: ubuntu-latest\n    outputs:\n"+outputs.String()+
			"    steps:\n      - id: s\n        env:\n          B: ${{ github.event.comment.body }}\n        run: |\n"+writes.String()+
			"  b:\n    needs: a\n    runs-on: ubuntu-latest\n    steps:\n"+reads.String())
	},
	"variables that hold each other": func(fs fstest.MapFS) {
		var steps, script strings.Builder
		for i := range 400 {
			fmt.Fprintf(&steps, "      - run: echo \"E%d=${{ env.E%d }}${{ github.event.issue.title }}\" >> $GITHUB_ENV\n", i+1, i)
		}
		for i := range 2000 {
			fmt.Fprintf(&script, "          V%d=\"$V%d\"\n", i+1, i)
		}
		put(fs, ".github/workflows/a.yml", "on: issues\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"+steps.String()+"      - run: echo ${{ env.E400 }}\n")
		put(fs, ".github/workflows/b.yml", "on: issues\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - env:\n          V0: ${{ github.event.issue.title }}\n        run: |\n"+
			script.String()+"          echo \"x=$V2000\" >> $GITHUB_ENV\n      - run: echo ${{ env.x }}\n")
	},
	"actions that use each other": func(fs fstest.MapFS) {
		for i := range 40 {
			var b strings.Builder
			b.WriteString("name: a\ninputs:\n  v:\n    default: ''\noutputs:\n  o:\n    value: ${{ steps.x.outputs.v }}\nruns:\n  using: composite\n  steps:\n" +
				"    - id: x\n      shell: bash\n      run: echo \"v=${{ inputs.v }}\" >> $GITHUB_OUTPUT\n")
			for k := range 3 {
				fmt.Fprintf(&b, "    - uses: ./a%d\n      with:\n        v: ${{ inputs.v }}\n", (i*3+k+1)%40)
			}
			put(fs, fmt.Sprintf("a%d/action.yml", i), b.String())
		}
		put(fs, ".github/workflows/w.yml", "on: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: ./a0\n        with:\n          v: ${{ github.event.pull_request.title }}\n")
	},
	"an action that uses itself": func(fs fstest.MapFS) {
		put(fs, "a/action.yml", "name: a\ninputs:\n  v:\n    default: ''\nruns:\n  using: composite\n  steps:\n"+
			strings.Repeat("    - uses: ./a\n      with:\n        v: ${{ inputs.v }}\n    - shell: bash\n      run: make && npm ci\n", 1000))
		put(fs, ".github/workflows/w.yml", "on: pull_request_target\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"+
			strings.Repeat("      - uses: ./a\n        with:\n          v: ${{ secrets.TOKEN }}${{ github.event.pull_request.title }}\n", 10))
	},
	"workflows that call the next four times": func(fs fstest.MapFS) {
		for i := range 10 {
			var b strings.Builder
			b.WriteString("on:\n  workflow_call:\n    inputs:\n      v:\n        type: string\n    outputs:\n      o:\n        value: ${{ jobs.c0.outputs.o }}\njobs:\n")
			for k := range 4 {
				fmt.Fprintf(&b, "  c%d:\n    uses: ./.github/workflows/w%d.yml\n    with:\n      v: ${{ inputs.v }}\n", k, i+1)
			}
			put(fs, fmt.Sprintf(".github/workflows/w%d.yml", i), b.String())
		}
		put(fs, ".github/workflows/w10.yml", "on:\n  workflow_call:\n    inputs:\n      v:\n        type: string\n    outputs:\n      o:\n        value: ${{ jobs.a.outputs.o }}\n"+
			"jobs:\n  a:\n    runs-on: ubuntu-latest\n    outputs:\n      o: ${{ inputs.v }}\n    steps:\n      - run: echo ${{ inputs.v }}\n")
		put(fs, ".github/workflows/top.yml", "on: issues\njobs:\n  t:\n    uses: ./.github/workflows/w0.yml\n    with:\n      v: ${{ github.event.issue.title }}\n"+
			"  u:\n    needs: t\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ needs.t.outputs.o }}\n")
	},
	"a matrix of itself": func(fs fstest.MapFS) {
		var rows strings.Builder
		for i := range 100 {
			fmt.Fprintf(&rows, "        m%d: ['${{ matrix.m%d }}', '${{ matrix.m%d }}', '${{ github.event.issue.title }}']\n", i+1, i, max(0, i-1))
		}
		put(fs, ".github/workflows/a.yml", "on: issues\njobs:\n  a:\n    runs-on: ubuntu-latest\n    strategy:\n      matrix:\n"+rows.String()+"    steps:\n      - run: echo ${{ matrix.m100 }}\n")
	},
	"scripts that run each other": func(fs fstest.MapFS) {
		for i := range 30 {
			var b strings.Builder
			for k := range 30 {
				fmt.Fprintf(&b, "bash s%d.sh \"$1\"\nsource ./s%d.sh\n", (i+k)%30, (i*7+k)%30)
			}
			put(fs, fmt.Sprintf("s%d.sh", i), b.String())
		}
		var steps strings.Builder
		for i := range 100 {
			fmt.Fprintf(&steps, "      - run: |\n          bash s%d.sh \"${{ secrets.TOKEN }}\"\n          ./s%d.sh '${{ github.event.issue.title }}'\n", i%30, (i+1)%30)
		}
		put(fs, ".github/workflows/a.yml", "on: issues\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n"+steps.String())
	},
	"many checkouts and artifacts": func(fs fstest.MapFS) {
		var steps strings.Builder
		for i := range 300 {
			fmt.Fprintf(&steps, "      - uses: actions/checkout@v4\n        with:\n          ref: ${{ github.event.pull_request.head.sha }}\n          path: d%d\n", i)
			fmt.Fprintf(&steps, "      - uses: actions/download-artifact@v4\n        with:\n          run-id: ${{ github.event.workflow_run.id }}\n          path: d%d/x\n", i)
			fmt.Fprintf(&steps, "      - run: cat d%d/x/env >> $GITHUB_ENV && make -C d%d\n        env:\n          TOKEN: ${{ secrets.TOKEN }}\n", i, i)
			fmt.Fprintf(&steps, "      - uses: actions/cache@v4\n        with:\n          path: d%d\n          key: k%d\n      - uses: actions/upload-artifact@v4\n        with:\n          path: d%d\n", i, i, i)
		}
		put(fs, ".github/workflows/a.yml", "on: [pull_request_target, workflow_run]\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n"+steps.String())
	},
}

func put(fs fstest.MapFS, name, text string) { fs[name] = &fstest.MapFile{Data: []byte(text)} }

func TestHostile(t *testing.T) {
	for name, fill := range hostile {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{}
			fill(files)
			res := lint.Run(repo.Load(files, repo.Options{}), lint.Settings{Rules: rules.All(), Strict: true})
			if i := slices.IndexFunc(res.Problems, func(p lint.Problem) bool { return !strings.Contains(p.Message, "only the first") }); i >= 0 {
				t.Errorf("%s: %s", res.Problems[i].Path, res.Problems[i].Message)
			}
		})
	}
}

func BenchmarkHostile(b *testing.B) {
	for name, fill := range hostile {
		b.Run(name, func(b *testing.B) {
			files := fstest.MapFS{}
			fill(files)
			for b.Loop() {
				lint.Run(repo.Load(files, repo.Options{}), lint.Settings{Rules: rules.All(), Strict: true})
			}
		})
	}
}
