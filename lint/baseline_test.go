package lint

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/syntax"
)

// baselineOf returns the baseline of a repository.
func baselineOf(files map[string]string, s Settings) *Baseline {
	return NewBaseline(Run(load(files), s).Findings)
}

// listed returns the entries as path rule ×count, without folders and faults.
func listed(b *Baseline) []string {
	var out []string
	for _, e := range b.entries {
		line := fmt.Sprintf("%s %s ×%d", e.Path[strings.LastIndexByte(e.Path, '/')+1:], e.Rule, e.Count)
		if e.Strict {
			line += " strict"
		}
		out = append(out, line)
	}
	return out
}

func TestBaselineMarks(t *testing.T) {
	s := Settings{Rules: []*Rule{wordRule("word", "bad", "good"), wordRule("push", "on: push", "on: x")}}
	const a, b = ".github/workflows/a.yml", ".github/workflows/b.yml"
	job := func(name, run string) string {
		return "  " + name + ":\n    runs-on: x\n    steps:\n      - run: " + run + "\n"
	}
	const head = "on: push\njobs:\n"
	two := head + job("one", "bad bad") + job("two", "bad")
	for _, tt := range []struct {
		name      string
		then, now map[string]string
		open      []string // path:line rule
		stale     int
	}{
		{"the same", map[string]string{a: two}, map[string]string{a: two}, nil, 0},
		{"lines moved", map[string]string{a: two}, map[string]string{a: "# x\n" + two + "# y\n"}, nil, 0},
		{"jobs changed places", map[string]string{a: two}, map[string]string{a: head + job("two", "bad") + job("one", "bad bad")}, nil, 0},
		{"another job", map[string]string{a: two}, map[string]string{a: two + job("three", "bad")}, []string{"a.yml:14 word"}, 0},
		{"one more of the same", map[string]string{a: two}, map[string]string{a: head + job("one", "bad bad bad") + job("two", "bad")}, []string{"a.yml:6 word"}, 0},
		{"one less of the same", map[string]string{a: two}, map[string]string{a: head + job("one", "bad") + job("two", "bad")}, nil, 1},
		{"another file", map[string]string{a: two}, map[string]string{a: two, b: two}, []string{"b.yml:1 push", "b.yml:6 word", "b.yml:6 word", "b.yml:10 word"}, 0},
		{"a file renamed", map[string]string{a: two}, map[string]string{b: two}, nil, 0},
		{"a file renamed and changed", map[string]string{a: two}, map[string]string{b: two + "# bad\n"}, []string{"b.yml:11 word"}, 0},
		{"two files from one", map[string]string{a: head + job("one", "bad")}, map[string]string{b: head + job("one", "bad"), ".github/workflows/c.yml": head + job("one", "bad")}, []string{"c.yml:1 push", "c.yml:6 word"}, 0},
		{"a file gone", map[string]string{a: two, b: two}, map[string]string{a: two}, nil, 4},
		{"a file broken", map[string]string{a: two}, map[string]string{a: head + "  [\n" + job("one", "good")}, nil, 0},
		{"a comment in the place of the list", map[string]string{a: head + job("one", "bad")}, map[string]string{a: head + job("one", "bad # sekisho: ignore[word] known")}, nil, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := s
			s.Baseline = baselineOf(tt.then, s)
			r := load(tt.now)
			res := Run(r, s)
			var news []string
			for _, f := range res.Findings {
				if f.Suppressed == nil {
					news = append(news, fmt.Sprintf("%s:%d %s", f.Path[strings.LastIndexByte(f.Path, '/')+1:], r.File(f.Path).Position(f.Start).Line, f.Rule))
				}
			}
			if diff := cmp.Diff(tt.open, news); diff != "" {
				t.Errorf("open findings (-want +got):\n%s", diff)
			}
			if got := s.Baseline.Stale(r, res, s); got != tt.stale {
				t.Errorf("%d stale, want %d", got, tt.stale)
			}
			// What update writes is what a run finds: nothing is open or stale then.
			s.Baseline = s.Baseline.Updated(r, res, s)
			res = Run(r, s)
			if n, stale := open(res.Findings), s.Baseline.Stale(r, res, s); n != 0 || stale != 0 {
				t.Errorf("after an update %d are open and %d stale", n, stale)
			}
		})
	}
}

// Nothing is stale that was not looked at.
func TestBaselineStale(t *testing.T) {
	picky := wordRule("picky", "bad", "good")
	picky.Strict = true
	partly := &Rule{ID: "partly", Severity: Low, Run: func(p *Pass) { p.Report(Finding{Strict: true}) }}
	word := wordRule("word", "bad", "good")
	all := Settings{Rules: []*Rule{word, picky, partly}, Strict: true}
	const a, b = ".github/workflows/a.yml", ".github/workflows/b.yml"
	files := map[string]string{a: workflow, b: workflow}
	known := RuleSet{word, picky, partly}
	base := baselineOf(files, all)
	want := []string{"a.yml partly ×1 strict", "a.yml picky ×1 strict", "a.yml word ×1", "b.yml partly ×1 strict", "b.yml picky ×1 strict", "b.yml word ×1"}
	got := listed(base)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	good := strings.ReplaceAll(workflow, "bad", "good")
	boom := &Rule{ID: "word", Run: func(p *Pass) { panic("boom") }}
	for _, tt := range []struct {
		name  string
		files map[string]string
		s     Settings
		stale int
		left  []string // after prune
	}{
		{"all", map[string]string{a: good, b: good}, Settings{Rules: known, Strict: true}, 4, []string{"a.yml partly ×1 strict", "b.yml partly ×1 strict"}},
		{"not strict", map[string]string{a: good, b: good}, Settings{Rules: known}, 2, []string{
			"a.yml partly ×1 strict", "a.yml picky ×1 strict", "b.yml partly ×1 strict", "b.yml picky ×1 strict",
		}},
		{"one rule", map[string]string{a: good, b: good}, Settings{Rules: known[1:2], Known: known, Strict: true}, 2, []string{
			"a.yml partly ×1 strict", "a.yml word ×1", "b.yml partly ×1 strict", "b.yml word ×1",
		}},
		{"a kind that is off", map[string]string{a: good, b: good}, Settings{Rules: known, Strict: true, Off: map[string]bool{"word": true}}, 2, []string{
			"a.yml partly ×1 strict", "a.yml word ×1", "b.yml partly ×1 strict", "b.yml word ×1",
		}},
		{"a rule that is no more", files, Settings{Rules: known[:2], Strict: true}, 2, []string{
			"a.yml picky ×1 strict", "a.yml word ×1", "b.yml picky ×1 strict", "b.yml word ×1",
		}},
		{"one file", map[string]string{a: good}, Settings{Rules: known, Strict: true, Only: func(path string) bool { return path == a }}, 2, []string{
			"a.yml partly ×1 strict", "b.yml partly ×1 strict", "b.yml picky ×1 strict", "b.yml word ×1",
		}},
		{"a rule that fails", map[string]string{a: good, b: good}, Settings{Rules: []*Rule{boom}, Known: known}, 0, want},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := load(tt.files)
			tt.s.Baseline = base
			res := Run(r, tt.s)
			if got := base.Stale(r, res, tt.s); got != tt.stale {
				t.Errorf("%d stale, want %d", got, tt.stale)
			}
			got := listed(base.Pruned(r, res, tt.s))
			slices.Sort(got)
			if diff := cmp.Diff(tt.left, got); diff != "" {
				t.Errorf("after prune (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(size(base.entries)-tt.stale, base.Updated(r, res, tt.s).Size()); diff != "" {
				t.Errorf("after update (-want +got):\n%s", diff)
			}
		})
	}
}

func TestBaselineIsNotFixed(t *testing.T) {
	const a = ".github/workflows/a.yml"
	s := Settings{Rules: []*Rule{wordRule("word", "bad", "good")}}
	s.Baseline = baselineOf(map[string]string{a: workflow}, s)
	out, _ := Fixes(load(map[string]string{a: workflow + "# bad\n"}), FixSettings{Settings: s})
	if len(out) != 1 || out[0].New != workflow+"# good\n" || len(out[0].Refused) > 0 {
		t.Errorf("%+v", out)
	}
}

// What is listed was there as well when it is compared with the past.
func TestBaselineSince(t *testing.T) {
	const a = ".github/workflows/a.yml"
	two := workflow + "# bad bad\n"
	s := Settings{Rules: []*Rule{wordRule("word", "bad", "good")}}
	s.Baseline = baselineOf(map[string]string{a: two}, s)
	got, older := since(map[string]string{a: two}, map[string]string{a: "# x\n" + two + "# bad\n"}, s)
	if diff := cmp.Diff([]string{"a.yml:9 word"}, got); diff != "" || older != 0 {
		t.Errorf("%d older; new (-want +got):\n%s", older, diff)
	}
}

func TestBaselineText(t *testing.T) {
	b := newBaseline([]entry{
		{Path: "b/action.yml", Rule: "word", Fault: strings.Repeat("b", faultLen), Count: 2},
		{Path: "b/action.yml", Rule: "picky", Fault: strings.Repeat("c", faultLen), Count: 1, Strict: true},
		{Path: "a \u202e\n\"\\ü🚀\U000e0001.yml", Rule: "word", Fault: strings.Repeat("a", faultLen), Count: 1},
	})
	want := `{
  "version": 1,
  "findings": [
    {"path": "a \u202e\u000a\"\\ü🚀\udb40\udc01.yml", "rule": "word", "fingerprint": "aaaaaaaaaaaaaaaaaaaaaaaa", "count": 1},
    {"path": "b/action.yml", "rule": "picky", "fingerprint": "cccccccccccccccccccccccc", "count": 1, "strict": true},
    {"path": "b/action.yml", "rule": "word", "fingerprint": "bbbbbbbbbbbbbbbbbbbbbbbb", "count": 2}
  ]
}
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, text := range []string{want, "\ufeff" + strings.ReplaceAll(want, "\n", "\r\n"), strings.ReplaceAll(want, "  ", "\t")} {
		again, err := ParseBaseline(syntax.NewSource("b.json", text))
		if err != nil || again.String() != want {
			t.Errorf("%v: %s", err, again)
		}
	}
	if got, want := newBaseline(nil).String(), "{\n  \"version\": 1,\n  \"findings\": []\n}\n"; got != want {
		t.Errorf("empty: %q", got)
	}
}

func TestBaselineFaults(t *testing.T) {
	const line = `{"path": "a", "rule": "b", "fingerprint": "aaaaaaaaaaaaaaaaaaaaaaaa", "count": 1}`
	list := func(entry string) string { return `{"version": 1, "findings": [` + "\n" + entry + "\n]}" }
	for _, tt := range []struct{ text, want string }{
		{"", "1:1: the file ends too early"},
		{"[]", "1:1: the file is not in its form; write {"},
		{"{}", "1:2: the file has no `version`"},
		{`{"findings": []}`, "1:16: the file has no `version`"},
		{`{"version": 2}`, "1:13: this is version 2 of the file; this sekisho knows version 1"},
		{`{"version": "1"}`, "1:13: `version` is no whole number above 0"},
		{`{"version": 1.5}`, "1:13: `version` is no whole number above 0"},
		{`{"version": 1, "version": 1}`, "1:16: the key `version` stands here twice"},
		{`{"version": 1, "more": 1}`, "1:16: unknown key `more`; the keys are version, findings"},
		{`{"version": 1, "findings": {}}`, "1:28: `findings` is not in its form; write ["},
		{`{"version": 1, "findings": [`, "1:29: the file ends too early"},
		{`{"version": 1, "findings": []`, "1:30: the file ends too early"},
		{`{"version": 1} x`, "1:16: there is more behind the end"},
		{`{"version": 1} {}`, "1:16: there is more behind the end"},
		{list(`[]`), "2:1: a finding is not in its form; write {"},
		{list(`{}`), "2:1: a finding has a `path`, a `rule`, a `fingerprint` and a `count`"},
		{list(line + ",\n" + line), "3:1: the finding is listed twice"},
		{list("<<<<<<< HEAD\n" + line), "2:1: this is no JSON: invalid character '<'"},
		{list(line + "\n" + line), "3:1: this is no JSON: invalid character '{' after array element"},
		{list(line + ","), "3:1: this is no JSON: "},
		{list(strings.Replace(line, `"a"`, `1`, 1)), "2:10: `path` is no text"},
		{list(strings.Replace(line, `"b"`, `""`, 1)), "2:23: `rule` is no text"},
		{list(strings.Replace(line, `aaaa"`, `aaag"`, 1)), "2:43: a fingerprint has 24 hexadecimal digits"},
		{list(strings.Replace(line, `aaaa"`, `aaa"`, 1)), "2:43: a fingerprint has 24 hexadecimal digits"},
		{list(strings.Replace(line, `1}`, `0}`, 1)), "2:80: `count` is no whole number above 0"},
		{list(strings.Replace(line, `1}`, `1e99}`, 1)), "2:80: `count` is no whole number above 0"},
		{list(strings.Replace(line, `1}`, `1, "strict": 1}`, 1)), "2:93: `strict` is neither true nor false"},
		{list(strings.Replace(line, `1}`, `1, "日本": 1}`, 1)), "2:83: unknown key `日本`"},
		{strings.Repeat("[", 100_000), "1:1: the file is not in its form"},
	} {
		_, err := ParseBaseline(syntax.NewSource("b.json", tt.text))
		if err == nil || !strings.HasPrefix(err.Error(), "b.json:"+tt.want) {
			t.Errorf("%.200q:\ngot  %v\nwant b.json:%s", tt.text, err, tt.want)
		}
	}
}

func FuzzParseBaseline(f *testing.F) {
	f.Add(`{"version": 1, "findings": [{"path": "a", "rule": "b", "fingerprint": "aaaaaaaaaaaaaaaaaaaaaaaa", "count": 1, "strict": true}]}`)
	f.Add("\ufeff{\"version\": 1, \"findings\": [{}]}")
	f.Add(`{"version": 1, "findings": [{"path": "\ud800\u0000", "rule": "b"`)
	f.Add(`{"version": 1, "findings": [[[[`)
	f.Fuzz(func(t *testing.T, text string) {
		b, err := ParseBaseline(syntax.NewSource("b.json", text))
		if err != nil {
			return
		}
		again, err := ParseBaseline(syntax.NewSource("b.json", b.String()))
		if err != nil {
			t.Fatalf("what was written cannot be read: %v\n%s", err, b)
		}
		if diff := cmp.Diff(b.entries, again.entries); diff != "" {
			t.Fatal(diff)
		}
	})
}
