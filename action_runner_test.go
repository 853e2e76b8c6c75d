package main

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// job is one job of a machine that runs a composite action as GitHub's runner would.
type job struct {
	action    *syntax.Action
	workspace string
	env       map[string]string // of every step
}

// outcome is what a run of the action leaves.
type outcome struct {
	outputs map[string]string
	log     string   // of all scripts, both streams
	summary string   // the job summary
	uses    []string // the actions that would have run
	failed  string   // the name of the step that failed; "" when none did
}

func newJob(t *testing.T) *job {
	t.Helper()
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("there is no bash")
	}
	f := syntax.Parse(syntax.NewSource("action.yml", read(t, "action.yml")), syntax.KindAction)
	if len(f.Errs) > 0 {
		t.Fatal(f.Errs)
	}
	j := &job{action: f.Action, workspace: t.TempDir()}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	j.env = map[string]string{
		"PATH": os.Getenv("PATH"), "HOME": t.TempDir(), "GOPROXY": "off",
		"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_ACTION_PATH": here,
		"GITHUB_SERVER_URL": "https://github.example", "GITHUB_REPOSITORY": "octo-org/octo", "GITHUB_SHA": strings.Repeat("a", 40),
		"RUNNER_TEMP": t.TempDir(), "RUNNER_TOOL_CACHE": t.TempDir(),
	}
	for _, name := range []string{"SystemRoot", "TEMP", "TMP", "LOCALAPPDATA"} { // what Windows needs
		if v := os.Getenv(name); v != "" {
			j.env[name] = v
		}
	}
	return j
}

// run runs the action with inputs; those that are not given have their defaults, but args keeps to one rule.
func (j *job) run(t *testing.T, inputs map[string]string) *outcome {
	t.Helper()
	given := expr.Value{Kind: expr.Object}
	for _, in := range j.action.Inputs {
		value, ok := inputs[in.Name.Value]
		switch {
		case !ok && in.Name.Value == "args":
			value = "--select=unpinned-uses"
		case !ok && in.Default != nil:
			value = in.Default.Value
		}
		given.Object = append(given.Object, expr.Member{Key: in.Name.Value, Value: text(value)})
	}
	for name := range inputs {
		if _, ok := given.Get(name); !ok {
			t.Fatalf("the action has no input %q", name)
		}
	}
	out := &outcome{outputs: map[string]string{}}
	contexts := map[string]expr.Value{"inputs": given, "steps": {Kind: expr.Object}}
	for _, step := range j.action.Runs.Steps {
		j.step(t, step, contexts, out)
	}
	for _, o := range j.action.Outputs {
		out.outputs[o.Name.Value] = interpolate(t, &o.Value.Str, contexts)
	}
	return out
}

func (j *job) step(t *testing.T, step *syntax.Step, contexts map[string]expr.Value, out *outcome) {
	t.Helper()
	if out.failed != "" || step.If != nil && !evaluate(t, step.If.Cond.X, contexts).Truthy() {
		return
	}
	if step.Uses != nil {
		out.uses = append(out.uses, step.Uses.Value)
		return
	}
	if step.Shell.Value != "bash" {
		t.Fatalf("step %q runs in %s", step.Name.Value, step.Shell.Value)
	}
	env := maps.Clone(j.env)
	if step.Env != nil {
		for _, e := range step.Env.Entries {
			env[e.Name.Value] = interpolate(t, e.Value, contexts)
		}
	}
	written, ok := j.script(t, interpolate(t, &step.Run.Str, contexts), env, out)
	if !ok {
		out.failed = step.Name.Value
	}
	if step.ID != nil {
		steps := contexts["steps"]
		steps.Object = append(steps.Object, expr.Member{Key: step.ID.Value, Value: object(map[string]expr.Value{"outputs": written})})
		contexts["steps"] = steps
	}
}

// script runs what the runner makes of a run: with shell: bash, and returns the outputs that it sets and whether it succeeds.
func (j *job) script(t *testing.T, script string, env map[string]string, out *outcome) (expr.Value, bool) {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "script.sh")
	if err := os.WriteFile(file, []byte(script), 0o666); err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, name := range []string{"GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE"} {
		files[name] = filepath.Join(dir, name)
		if err := os.WriteFile(files[name], nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	maps.Copy(env, files)
	env["GITHUB_WORKSPACE"] = j.workspace
	cmd := exec.Command("bash", "--noprofile", "--norc", "-eo", "pipefail", file)
	cmd.Dir = j.workspace
	for name, value := range env {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	log, err := cmd.CombinedOutput()
	out.log += string(log)
	out.summary += read(t, files["GITHUB_STEP_SUMMARY"])
	for _, name := range []string{"GITHUB_ENV", "GITHUB_PATH", "GITHUB_STATE"} {
		if got := read(t, files[name]); got != "" {
			t.Errorf("a script writes to %s: %q", name, got)
		}
	}
	return outputs(t, read(t, files["GITHUB_OUTPUT"])), err == nil
}

// outputs reads what a script wrote to GITHUB_OUTPUT: whole lines, each an output that was not set before.
func outputs(t *testing.T, written string) expr.Value {
	t.Helper()
	set := map[string]expr.Value{}
	for line := range strings.Lines(written) {
		name, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "=")
		if _, again := set[name]; !ok || again || !strings.HasSuffix(line, "\n") || strings.Contains(name, "<<") {
			t.Errorf("not one line for one output: %q", written)
		}
		set[name] = text(value)
	}
	return object(set)
}

func text(s string) expr.Value { return expr.Value{Kind: expr.String, String: s} }

func object(members map[string]expr.Value) expr.Value {
	v := expr.Value{Kind: expr.Object}
	for _, key := range slices.Sorted(maps.Keys(members)) {
		v.Object = append(v.Object, expr.Member{Key: key, Value: members[key]})
	}
	return v
}

// interpolate replaces the expressions of a scalar by what they come to.
func interpolate(t *testing.T, s *syntax.Str, contexts map[string]expr.Value) string {
	t.Helper()
	var b strings.Builder
	at := 0
	for _, fence := range expr.ParseFences(s.Value) {
		b.WriteString(s.Value[at:fence.Start] + evaluate(t, fence.X, contexts).Text())
		at = fence.End
	}
	return b.String() + s.Value[at:]
}

// evaluate returns what an expression comes to with these contexts and no others.
func evaluate(t *testing.T, x expr.Node, contexts map[string]expr.Value) expr.Value {
	t.Helper()
	v, ok := expr.Fold(bind(x, contexts))
	if !ok {
		t.Fatalf("an expression of the action reads what this test does not know: %#v", x)
	}
	return v
}

// bind puts values in the place of contexts.
func bind(n expr.Node, contexts map[string]expr.Value) expr.Node {
	switch n := n.(type) {
	case *expr.Name:
		if v, ok := contexts[strings.ToLower(n.Name)]; ok {
			return &expr.Literal{Span: n.Span, Value: v}
		}
	case *expr.Property:
		return &expr.Property{Span: n.Span, Of: bind(n.Of, contexts), Name: n.Name, NameSpan: n.NameSpan}
	case *expr.Index:
		return &expr.Index{Span: n.Span, Of: bind(n.Of, contexts), Index: bind(n.Index, contexts)}
	case *expr.Group:
		return &expr.Group{Span: n.Span, X: bind(n.X, contexts)}
	case *expr.Not:
		return &expr.Not{Span: n.Span, X: bind(n.X, contexts)}
	case *expr.Binary:
		return &expr.Binary{Span: n.Span, Op: n.Op, OpSpan: n.OpSpan, X: bind(n.X, contexts), Y: bind(n.Y, contexts)}
	case *expr.Call:
		call := *n
		call.Args = nil
		for _, arg := range n.Args {
			call.Args = append(call.Args, bind(arg, contexts))
		}
		return &call
	}
	return n
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
