package lint

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/syntax"
)

// since compares two states of a repository and returns the findings that are new as path:line rule, and the number of others.
func since(then, now map[string]string, s Settings) ([]string, int) {
	r := load(now)
	res := NewPast(load(then), r, s).Since(r, Run(r, s))
	var got []string
	for _, f := range res.Findings {
		line := fmt.Sprintf("%s:%d %s", f.Path[strings.LastIndexByte(f.Path, '/')+1:], r.File(f.Path).Position(f.Start).Line, f.Rule)
		if f.Suppressed != nil {
			line += " suppressed"
		}
		got = append(got, line)
	}
	return got, res.Older
}

// triggerRule finds every job, and worse when strangers can start it: a finding on a line that did not change.
func triggerRule() *Rule {
	return &Rule{ID: "job", Severity: Low, Run: func(p *Pass) {
		if p.File.Workflow == nil || strings.Contains(p.File.Text, "on: push") {
			return
		}
		severity := Low
		if strings.Contains(p.File.Text, "pull_request_target") {
			severity = High
		}
		for _, j := range p.File.Workflow.Jobs {
			p.Report(Finding{Span: j.ID.Span, Severity: severity})
		}
	}}
}

// calleeRule finds calls of local actions that the repository does not have.
func calleeRule() *Rule {
	return &Rule{ID: "callee", Severity: High, Run: func(p *Pass) {
		for _, s := range p.File.Steps() {
			if s.Uses != nil && p.Repo.Callee(s.Uses.Value) == nil {
				p.Report(Finding{Span: s.Uses.Span})
			}
		}
	}}
}

// lastRule finds the last line with a word only.
func lastRule() *Rule {
	return &Rule{ID: "last", Severity: Low, Run: func(p *Pass) {
		if at := strings.LastIndex(p.File.Text, "bad"); at >= 0 {
			p.Report(Finding{Span: syntax.Span{Start: at, End: at + 3}})
		}
	}}
}

func TestSince(t *testing.T) {
	word := wordRule("word", "bad", "good")
	const a, b = ".github/workflows/a.yml", ".github/workflows/b.yml"
	job := func(name, run string) string {
		return "  " + name + ":\n    runs-on: x\n    steps:\n      - run: " + run + "\n"
	}
	const head = "on: push\njobs:\n"
	two := head + job("one", "bad") + job("two", "bad")
	for _, tt := range []struct {
		name      string
		rule      *Rule
		then, now map[string]string
		want      []string
		older     int
	}{
		{"nothing changed", word, map[string]string{a: two}, map[string]string{a: two}, nil, 2},
		{"a line added", word, map[string]string{a: two}, map[string]string{a: two + "# bad\n"}, []string{"a.yml:11 word"}, 2},
		{"a line changed", word, map[string]string{a: two}, map[string]string{a: strings.Replace(two, "run: bad", "run: very bad", 1)}, []string{"a.yml:6 word"}, 1},
		{"lines above moved it", word, map[string]string{a: two}, map[string]string{a: "# x\n# y\n" + two}, nil, 2},
		{"other line ends", word, map[string]string{a: two}, map[string]string{a: strings.ReplaceAll(two, "\n", "\r\n")}, nil, 2},
		{"no last line end", word, map[string]string{a: two}, map[string]string{a: strings.TrimRight(two, "\n")}, nil, 2},
		{"an equal job above", word, map[string]string{a: head + job("one", "bad")}, map[string]string{a: head + job("new", "bad") + job("one", "bad")}, []string{"a.yml:6 word"}, 1},
		{"a job renamed", word, map[string]string{a: two}, map[string]string{a: strings.Replace(two, "two:", "three:", 1)}, nil, 2},
		{"a new file", word, map[string]string{a: two}, map[string]string{a: two, b: head + job("x", "bad")}, []string{"b.yml:6 word"}, 2},
		{"a file gone", word, map[string]string{a: two, b: two}, map[string]string{a: two}, nil, 2},
		{"a file renamed", word, map[string]string{a: two}, map[string]string{b: two}, nil, 2},
		{"a file renamed and changed", word, map[string]string{a: two}, map[string]string{b: two + "# bad\n"}, []string{"b.yml:11 word"}, 2},
		{"another file in its place", word, map[string]string{a: two}, map[string]string{b: "# bad\n" + strings.Repeat("# something else, for the rest of it\n", 9)}, []string{"b.yml:1 word"}, 0},
		{"a broken file", word, map[string]string{a: "on: [bad\n"}, map[string]string{a: two}, []string{"a.yml:6 word", "a.yml:10 word"}, 0},
		{"an empty file", word, map[string]string{a: ""}, map[string]string{a: two}, []string{"a.yml:6 word", "a.yml:10 word"}, 0},

		{
			"another trigger brings it", triggerRule(),
			map[string]string{a: "on: push\njobs: {}\n", b: two},
			map[string]string{a: "on: push\njobs: {}\n", b: strings.Replace(two, "on: push", "on: release", 1)},
			[]string{"b.yml:3 job", "b.yml:7 job"}, 0,
		},
		{
			"another trigger makes it worse", triggerRule(),
			map[string]string{b: strings.Replace(two, "push", "release", 1)}, map[string]string{b: strings.Replace(two, "push", "pull_request_target", 1)},
			[]string{"b.yml:3 job", "b.yml:7 job"}, 0,
		},
		{
			"another trigger makes it milder", triggerRule(),
			map[string]string{b: strings.Replace(two, "push", "pull_request_target", 1)}, map[string]string{b: strings.Replace(two, "push", "release", 1)},
			nil, 2,
		},
		{
			"another file brings it", calleeRule(),
			map[string]string{a: head + job("x", "x\n      - uses: ./act"), "act/action.yml": "name: x\n"}, map[string]string{a: head + job("x", "x\n      - uses: ./act")},
			[]string{"a.yml:7 callee"}, 0,
		},
		{
			"a fixed one uncovers an equal one", lastRule(),
			map[string]string{a: head + job("x", "bad\n      - run: bad")}, map[string]string{a: head + job("x", "bad\n      - run: good")},
			nil, 1,
		},
		{
			"a comment no longer silences it", word,
			map[string]string{a: head + job("x", "x\n      # sekisho: ignore[word] known\n      - run: bad")}, map[string]string{a: head + job("x", "x\n      - run: bad")},
			[]string{"a.yml:7 word"}, 0,
		},
		{
			"a silenced one is not counted", word,
			map[string]string{a: head + job("x", "x\n      # sekisho: ignore[word] known\n      - run: bad") + "# y\n"}, map[string]string{a: head + job("x", "x\n      # sekisho: ignore[word] known\n      - run: bad") + "# z bad\n"},
			[]string{"a.yml:9 word"}, 0,
		},
		{
			"a silenced new one is marked", word,
			map[string]string{a: head + job("x", "x")}, map[string]string{a: head + job("x", "x\n      # sekisho: ignore[word] known\n      - run: bad")},
			[]string{"a.yml:8 word suppressed"}, 0,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, older := since(tt.then, tt.now, Settings{Rules: []*Rule{tt.rule}})
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("new findings (-want +got):\n%s", diff)
			}
			if older != tt.older {
				t.Errorf("%d older ones, want %d", older, tt.older)
			}
		})
	}
}

// Texts that an exact comparison would be busy with for minutes.
func TestSinceBoundsHostileTexts(t *testing.T) {
	text := func(a, b string) string {
		return "on: push\njobs: {}\n" + strings.Repeat("# "+a+"\n# "+b+"\n", 100_000) + "# bad\n"
	}
	then := map[string]string{".github/workflows/a.yml": text("x", "y")}
	now := map[string]string{".github/workflows/a.yml": text("y", "z")}
	got, older := since(then, now, Settings{Rules: []*Rule{wordRule("word", "bad", "good")}})
	if len(got)+older != 1 {
		t.Errorf("new: %v; %d older", got, older)
	}
}

func TestSinceManyRenames(t *testing.T) {
	then, now := map[string]string{}, map[string]string{}
	for i := range 300 {
		text := workflow + fmt.Sprintf("# %d\n", i)
		then[fmt.Sprintf(".github/workflows/then%03d.yml", i)] = text
		now[fmt.Sprintf(".github/workflows/now%03d.yml", i)] = text + strings.Repeat("# more\n", i%2)
	}
	got, older := since(then, now, Settings{Rules: []*Rule{wordRule("word", "bad", "good")}})
	if len(got) > 0 || older != 300 {
		t.Errorf("%d new, %d older", len(got), older)
	}
}

func TestFixesSince(t *testing.T) {
	then := load(map[string]string{".github/workflows/a.yml": workflow})
	now := load(map[string]string{".github/workflows/a.yml": "# x\n" + workflow + "# bad\n# bad bad\n"})
	s := Settings{Rules: []*Rule{wordRule("word", "bad", "good")}}
	out, _ := Fixes(now, FixSettings{Settings: s, Since: NewPast(then, now, s)})
	if len(out) != 1 || out[0].New != "# x\n"+workflow+"# good\n# good good\n" {
		t.Errorf("%+v", out)
	}
}

func FuzzUnchanged(f *testing.F) {
	f.Add("a\nb\n", "b\r\nc")
	f.Add("\ufeffa\r\rb", "a\n\nb\n")
	f.Add("", "\u2028\n")
	f.Fuzz(func(t *testing.T, then, now string) {
		a, b := syntax.NewSource("a", then), syntax.NewSource("b", now)
		lines := unchanged(a, b)
		if len(lines) != b.Lines()+1 {
			t.Fatalf("%d lines for %d", len(lines)-1, b.Lines())
		}
		old := slices.DeleteFunc(slices.Clone(lines), func(l int) bool { return l == 0 })
		if !slices.IsSorted(old) || len(slices.Compact(slices.Clone(old))) != len(old) {
			t.Fatalf("lines are not in order: %v", lines)
		}
		for i, was := range lines {
			if was > 0 && a.Slice(a.LineSpan(was)) != b.Slice(b.LineSpan(i)) {
				t.Fatalf("line %d is %q and was %q", i, b.Slice(b.LineSpan(i)), a.Slice(a.LineSpan(was)))
			}
		}
	})
}
