package syntax

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// want is one fault that a test file says it has: a comment # want "spanned text" "message part" …, on its line; # want-1
// speaks of the line above, # want+1 of the one below.
type want struct {
	line          int
	text, message string
}

func readWants(t *testing.T, text string) (wants []want) {
	t.Helper()
	for i, line := range strings.Split(text, "\n") {
		_, rest, ok := strings.Cut(line, "# want")
		if !ok {
			continue
		}
		offset, rest, _ := strings.Cut(rest, " ")
		delta, err := strconv.Atoi("0" + offset)
		if offset != "" {
			delta, err = strconv.Atoi(offset)
		}
		if err != nil {
			t.Fatal(err)
		}
		for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
			w := want{line: i + 1 + delta}
			for _, field := range []*string{&w.text, &w.message} {
				quoted, err := strconv.QuotedPrefix(rest)
				if err != nil {
					t.Fatalf("line %d: %v", i+1, err)
				}
				*field, _ = strconv.Unquote(quoted)
				rest = strings.TrimSpace(rest[len(quoted):])
			}
			wants = append(wants, w)
		}
	}
	return wants
}

func kindOf(path string) Kind {
	if strings.HasPrefix(filepath.Base(path), "action") {
		return KindAction
	}
	return KindWorkflow
}

// spanned returns the first line of what an error marks.
func spanned(f *File, e Error) string {
	text, _, _ := strings.Cut(f.Slice(e.Span), "\n")
	return text
}

func TestFileErrors(t *testing.T) {
	paths, err := filepath.Glob("testdata/errors/*.yml")
	if err != nil || len(paths) == 0 {
		t.Fatal(err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			b, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			f := Parse(NewSource(path, string(b)), kindOf(path))
			var got []want
			wants := readWants(t, string(b))
			for _, e := range slices.Concat(f.Errs, f.Ignored) {
				g := want{f.Position(e.Start).Line, spanned(f, e), e.Message}
				if i := slices.IndexFunc(wants, func(w want) bool {
					return w.line == g.line && w.text == g.text && strings.Contains(g.message, w.message)
				}); i >= 0 {
					wants = slices.Delete(wants, i, i+1)
				} else {
					got = append(got, g)
				}
			}
			for _, w := range wants {
				t.Errorf("%s:%d: missing %q %q", path, w.line, w.text, w.message)
			}
			for _, g := range got {
				t.Errorf("%s:%d: not wanted: %q %q", path, g.line, g.text, g.message)
			}
			byStart := func(a, b Error) int { return a.Start - b.Start }
			if !slices.IsSortedFunc(f.Errs, byStart) || !slices.IsSortedFunc(f.Ignored, byStart) {
				t.Error("errors are out of order")
			}
		})
	}
}

func TestValid(t *testing.T) {
	paths, err := filepath.Glob("testdata/valid/*.yml")
	if err != nil || len(paths) == 0 {
		t.Fatal(err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, eol := range []string{"\n", "\r\n"} {
			f := Parse(NewSource(path, strings.ReplaceAll(string(b), "\n", eol)), kindOf(path))
			for _, e := range f.Errs {
				t.Errorf("%s:%d: %s", path, f.Position(e.Start).Line, e.Message)
			}
		}
	}
}

func parse(t *testing.T, kind Kind, text string) *File {
	t.Helper()
	f := Parse(NewSource("x.yml", text), kind)
	for _, e := range f.Errs {
		t.Fatalf("%v: %s", f.Position(e.Start), e.Message)
	}
	return f
}

func TestStepsAreFlat(t *testing.T) {
	f := parse(t, KindWorkflow, `
on: push
jobs:
  a:
    runs-on: x
    steps:
      - run: one
      - parallel:
          - run: two
          - parallel: [{run: three}]
      - run: four
  b:
    runs-on: x
    steps: [run: five]
`)
	var got []string
	for j, s := range f.Steps() {
		got = append(got, j.ID.Value+" "+s.Run.Value)
	}
	if d := cmp.Diff([]string{"a one", "a two", "a three", "a four", "b five"}, got); d != "" {
		t.Error(d)
	}
	got = nil
	for s := range f.Workflow.Jobs[0].Flat() {
		got = append(got, s.Run.Value)
		if len(got) == 2 {
			break
		}
	}
	if d := cmp.Diff([]string{"one", "two"}, got); d != "" {
		t.Error(d)
	}
	f = parse(t, KindAction, "name: x\ndescription: y\nruns:\n  using: composite\n  steps:\n    - run: one\n      shell: sh\n")
	for j, s := range f.Steps() {
		if j != nil || s.Run.Value != "one" || s.Shell.Value != "sh" {
			t.Errorf("job %v step %v", j, s)
		}
	}
}

func TestExprs(t *testing.T) {
	f := parse(t, KindWorkflow, `
on: push
run-name: ${{ github.ref }} ${{ github.sha }}
env: &env
  A: ${{ github.actor }}
jobs:
  a:
    if: github.ref == 'x'
    runs-on: ${{ matrix.os }}
    strategy:
      matrix:
        os: ["${{ vars.OS }}", {deep: "${{ vars.DEEP }}"}]
        include:
          - name: ${{ vars.NAME }}
    env: *env
    steps:
      - if: ${{ always() }}
        run: |
          echo ${{ github.job }}
`)
	var got []string
	for s, fence := range f.Exprs() {
		got = append(got, f.Slice(f.ValueSpan(s, fence.Span)))
	}
	if d := cmp.Diff([]string{
		"${{ github.ref }}", "${{ github.sha }}", "${{ github.actor }}", "github.ref == 'x'", "${{ matrix.os }}",
		"${{ vars.OS }}", "${{ vars.DEEP }}", "${{ vars.NAME }}", "${{ always() }}", "${{ github.job }}",
	}, got); d != "" {
		t.Error(d)
	}
	if len(f.Aliases) != 1 || f.Slice(f.Aliases[0].Span) != "*env" {
		t.Errorf("aliases: %v", f.Aliases)
	}
	if j := f.Workflow.Jobs[0]; j.Env.Get("a").Value != "${{ github.actor }}" || j.Env.Span != f.Workflow.Env.Span {
		t.Errorf("env: %v", j.Env)
	}
}

func TestTypedTree(t *testing.T) {
	b, err := os.ReadFile("testdata/valid/all.yml")
	if err != nil {
		t.Fatal(err)
	}
	f := parse(t, KindWorkflow, string(b))
	w := f.Workflow
	build, call := w.Jobs[0], w.Jobs[1]
	list := func(l *List) string {
		var s []string
		for _, v := range l.Values {
			s = append(s, v.Value)
		}
		return strings.Join(s, ",")
	}
	event := map[string]*Event{}
	for _, e := range w.On.Events {
		event[e.Name.Value] = e
	}
	got := []string{
		w.Name.Value, w.RunName.Value, w.CacheMode.Value, w.Env.Get("color").Value, w.Defaults.Shell.Value, w.Concurrency.Queue.Value,
		list(event["push"].Branches), list(event["push"].PathsIgnore), event["schedule"].Schedules[0].Timezone.Value,
		event["workflow_dispatch"].Inputs[0].Name.Value, list(event["workflow_dispatch"].Inputs[0].Options),
		event["workflow_call"].Outputs[0].Value.Value, event["workflow_call"].Secrets[0].Required.Value,
		list(event["image_version"].Names), list(event["workflow_run"].Workflows),
		fmt.Sprint(len(w.Permissions.Scopes)), w.Permissions.Scopes[1].Value.Value,
		build.RunsOn.Group.Value, build.RunsOn.Labels[1].Value, build.Environment.Deployment.Value, build.Container.Password.Value,
		build.Services[0].Name.Value, build.Services[0].Command.Value, list(build.Services[0].Ports), build.Strategy.MaxParallel.Value,
		fmt.Sprint(len(build.Strategy.Matrix.Rows.Entries)), fmt.Sprint(len(build.Strategy.Matrix.Include.Items)), build.SnapshotIf.Value,
		build.Outputs.Get("sum").Value, list(build.Steps[2].Wait), fmt.Sprint(build.Steps[3].WaitAll != nil), list(build.Steps[4].Cancel),
		list(call.Needs), call.Uses.Value, call.With.Get("level").Value, fmt.Sprint(call.Secrets.Inherit),
		w.Jobs[2].Secrets.Map.Get("token").Value,
	}
	if d := cmp.Diff([]string{
		"everything", "run ${{ github.run_id }}", "read", "red", "bash", "max",
		"main,v*", "docs/**", "Europe/Berlin",
		"level", "low,high",
		"${{ jobs.build.outputs.sum }}", "true",
		"mine", "ci",
		"2", "write",
		"big", "x64", "false", "${{ secrets.PASSWORD }}",
		"db", "postgres -c fsync=off", "5432:5432", "2",
		"2", "1", "github.ref == 'refs/heads/main'",
		"${{ steps.sum.outputs.sum }}", "server,other", "true", "server",
		"build", "./.github/workflows/other.yml", "low", "true",
		"${{ secrets.TOKEN }}",
	}, got); d != "" {
		t.Error(d)
	}
}

func TestNilMap(t *testing.T) {
	var m *Map
	if m.Get("x") != nil {
		t.Error("a nil map has an entry")
	}
}

func TestNearest(t *testing.T) {
	for _, test := range []struct{ key, want string }{
		{"runs_on", "runs-on"}, {"run-on", "runs-on"}, {"runs-no", "runs-on"}, {"step", "steps"}, {"enviroment", "environment"},
		{"timeout", ""}, {"x", ""}, {"", ""}, {strings.Repeat("a", 100), ""}, {"continue-on-errors", "continue-on-error"},
	} {
		if got := nearest(test.key, jobKeys); got != test.want {
			t.Errorf("nearest(%q) = %q, want %q", test.key, got, test.want)
		}
	}
}

func TestHostileFilesStayCheap(t *testing.T) {
	var b strings.Builder
	b.WriteString("on: push\njobs:\n")
	for i := range 900 {
		fmt.Fprintf(&b, "  j%d: {needs: j%d, runs-on: x, steps: [run: x]}\n", i, (i+1)%900)
	}
	f := Parse(NewSource("x.yml", b.String()), KindWorkflow)
	if len(f.Errs) != 1 || !strings.Contains(f.Errs[0].Message, "in a circle") {
		t.Errorf("%d errors, first %v", len(f.Errs), f.Errs[:min(len(f.Errs), 1)])
	}
	f = Parse(NewSource("x.yml", "on: push\njobs: {a: {runs-on: x, steps: ["+strings.Repeat("{parallel: [", 40)+strings.Repeat("]}", 40)+"]}}"), KindWorkflow)
	if len(f.Errs) != 0 {
		t.Error(f.Errs)
	}
	f = Parse(NewSource("x.yml", "on: push\njobs: {a: {runs-on: x, steps: &s [{parallel: *s}]}}"), KindWorkflow)
	if len(f.Errs) == 0 {
		t.Error("no error for a list within itself")
	}
}

func TestErrorsAreBounded(t *testing.T) {
	var b strings.Builder
	b.WriteString("on: push\njobs:\n")
	for i := range 8_000 {
		fmt.Fprintf(&b, "  j%d: {runson: x, step: [rnu: x], permissions: {contens: reed}, needs: k%d}\n", i, i)
	}
	f := Parse(NewSource("x.yml", b.String()), KindWorkflow)
	if n := len(f.Errs); n < maxErrors || n > maxErrors+1 || !strings.Contains(f.Errs[n-1].Message, "the rest is not listed") {
		t.Errorf("%d errors", n)
	}
}

func FuzzParse(f *testing.F) {
	for _, pattern := range []string{"testdata/errors/*.yml", "testdata/valid/*.yml"} {
		paths, _ := filepath.Glob(pattern)
		for _, path := range paths {
			b, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(b), kindOf(path) == KindAction)
		}
	}
	f.Fuzz(func(t *testing.T, text string, action bool) {
		kind := KindWorkflow
		if action {
			kind = KindAction
		}
		file := Parse(NewSource("x.yml", text), kind)
		last := 0
		for _, e := range file.Errs {
			if e.Start < last || e.End < e.Start || e.End > len(text) || e.Message == "" {
				t.Fatalf("%v: %q", e.Span, e.Message)
			}
			last = e.Start
		}
		for s, fence := range file.Exprs() {
			if span := file.ValueSpan(s, fence.Span); span.Start < 0 || span.End > len(text) || span.End < span.Start {
				t.Fatalf("%v of %q", span, s.Value)
			}
		}
		for range file.Steps() {
		}
		if kind == KindWorkflow && file.Workflow == nil || kind == KindAction && file.Action == nil {
			t.Fatal("no tree")
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	text, err := os.ReadFile("testdata/valid/all.yml")
	if err != nil {
		b.Fatal(err)
	}
	src := NewSource("x.yml", string(text))
	b.Run("yaml", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			ParseYAML(src)
		}
	})
	b.Run("file", func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			Parse(src, KindWorkflow)
		}
	})
}
