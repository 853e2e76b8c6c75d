package lint

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

// wordRule reports every occurrence of a word in a file's text; its fix writes another one.
func wordRule(id, word, other string) *Rule {
	return &Rule{ID: id, Severity: Medium, Run: func(p *Pass) {
		for at := 0; ; {
			i := strings.Index(p.File.Text[at:], word)
			if i < 0 {
				return
			}
			span := syntax.Span{Start: at + i, End: at + i + len(word)}
			p.Report(Finding{Span: span, Message: word + " is wrong", Fixes: []Fix{{Title: "write " + other, Safety: Safe, Edits: []syntax.Edit{{Span: span, New: other}}}}})
			at = span.End
		}
	}}
}

func load(files map[string]string) *repo.Repo {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return repo.Load(fsys, repo.Options{})
}

const workflow = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: bad\n"

func TestRunContainsPanics(t *testing.T) {
	boom := &Rule{ID: "boom", Severity: High, Run: func(p *Pass) {
		if p.File.Path == ".github/workflows/a.yml" {
			var none []int
			_ = none[len(p.File.Path)]
		}
	}}
	res := Run(load(map[string]string{".github/workflows/a.yml": workflow, ".github/workflows/b.yml": workflow}), Settings{Rules: []*Rule{boom, wordRule("word", "bad", "good")}})
	if len(res.Problems) != 1 || res.Problems[0].Path != ".github/workflows/a.yml" || !strings.Contains(res.Problems[0].Message, "rule boom failed") {
		t.Errorf("problems: %v", res.Problems)
	}
	if len(res.Findings) != 2 {
		t.Errorf("the other rule found %d, want 2", len(res.Findings))
	}
}

func TestRunCapsFindings(t *testing.T) {
	text := workflow + strings.Repeat("# bad\n", MaxFindings+5)
	res := Run(load(map[string]string{".github/workflows/a.yml": text}), Settings{Rules: []*Rule{wordRule("word", "bad", "good")}})
	if len(res.Findings) != MaxFindings || len(res.Problems) != 1 {
		t.Errorf("%d findings, problems %v", len(res.Findings), res.Problems)
	}
}

func TestRunNamesItsRules(t *testing.T) {
	kept, raised, strict := wordRule("kept", "bad", ""), wordRule("raised", "bad", ""), wordRule("strict", "bad", "")
	raised.Kinds = []string{"x", "y", "z"}
	strict.Strict = true
	s := Settings{
		Rules: []*Rule{kept, raised, strict}, Severity: map[string]Severity{"raised": Critical, "raised/y": Low},
		Off: map[string]bool{"raised/z": true},
	}
	for _, s.Strict = range []bool{false, true} {
		var got []string
		for _, r := range Run(load(nil), s).Rules {
			got = append(got, r.ID+" "+r.Severity.String())
		}
		want := []string{"kept medium", "raised critical", "raised/x critical", "raised/y low", "strict medium"}
		if !s.Strict {
			want = want[:4]
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("strict %v: %s", s.Strict, diff)
		}
	}
	if raised.Severity != Medium {
		t.Error("the rule itself was changed")
	}
}

func TestHelp(t *testing.T) {
	r := &Rule{Doc: "# a\n\nWe want it.\n\n```yaml\nx: 1 # want high \"no\"; low\n# want+1 low\n  y: 2 # why # want-1\nz: 3\n```\n"}
	want := "# a\n\nWe want it.\n\n```yaml\nx: 1 # reported\n  y: 2 # why # reported\nz: 3\n```\n"
	if diff := cmp.Diff(want, r.Help()); diff != "" {
		t.Error(diff)
	}
}

func TestRunReportsAnAnchorOnce(t *testing.T) {
	text := "on: push\njobs:\n  a:\n    runs-on: x\n    steps: &s\n      - uses: o/r@bad\n  b:\n    runs-on: x\n    steps: *s\n"
	rule := &Rule{ID: "uses", Severity: High, Run: func(p *Pass) {
		for _, s := range p.File.Steps() {
			p.Report(Finding{Span: s.Uses.Span, Message: "found"})
		}
	}}
	res := Run(load(map[string]string{".github/workflows/a.yml": text}), Settings{Rules: []*Rule{rule}})
	if len(res.Findings) != 1 || len(res.Findings[0].Related) != 1 {
		t.Fatalf("findings: %+v", res.Findings)
	}
	if got := text[res.Findings[0].Related[0].Start:res.Findings[0].Related[0].End]; got != "*s" {
		t.Errorf("the related place is %q", got)
	}
}

func TestSuppressionForms(t *testing.T) {
	known := RuleSet{{ID: "word"}, {ID: "other", Aliases: []string{"zizmor:outer", "old-name"}}}
	tests := []struct{ comment, ids, reason, fault string }{
		{"# sekisho: ignore[word] because", "word", "because", ""},
		{"#sekisho:ignore[word]because", "word", "because", ""},
		{"# v1.2.3 sekisho: ignore[a, b ,c] -- why not", "a b c", "why not", ""},
		{"# sekisho: ignore[word]", "word", "", ""},
		{"# sekisho: ignore[word] why # and more", "word", "why", ""},
		{"# sekisho: ignore[word", "", "", "brackets"},
		{"# sekisho: ignore", "", "", "brackets"},
		{"# sekisho: ignore[ , ] x", "", "x", "names no rules"},
		{"# zizmor: ignore[outer]", "outer", "", ""},
	}
	for _, tt := range tests {
		d, ok := parseDirective(tt.comment, 100)
		if !ok {
			t.Errorf("%q is not read", tt.comment)
			continue
		}
		var ids []string
		for _, id := range d.IDs {
			ids = append(ids, id.Text)
			if got := tt.comment[id.Start-100 : id.End-100]; got != id.Text {
				t.Errorf("%q: the span of %s is that of %q", tt.comment, id.Text, got)
			}
		}
		if strings.Join(ids, " ") != tt.ids || d.Reason != tt.reason || !strings.Contains(d.Fault, tt.fault) || (tt.fault == "") != (d.Fault == "") {
			t.Errorf("%q: ids %v, reason %q, fault %q", tt.comment, ids, d.Reason, d.Fault)
		}
	}
	for _, comment := range []string{"# sekisho is nice", "# ask sekisho: about it", "# notsekisho: ignore[x]", "#"} {
		if d, ok := parseDirective(comment, 0); ok {
			t.Errorf("%q is read as %+v", comment, d)
		}
	}
	outer := directive{Tool: "zizmor"}
	if !outer.matches("outer", "other", known) || outer.matches("word", "word", known) {
		t.Error("zizmor ids are not looked up through aliases")
	}
	old := directive{Tool: "sekisho"}
	if !old.matches("old-name", "other", known) {
		t.Error("old ids are not honoured")
	}
}

func FuzzDirective(f *testing.F) {
	for _, s := range []string{"# sekisho: ignore[a,b] c", "# v1 sekisho: ignore-file[a]", "# zizmor: ignore[a", "#sekisho:ignore[]", "# sekisho: ignore[,,a , b] -- x # y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, comment string) {
		if strings.ContainsAny(comment, "\r\n") {
			return
		}
		d, ok := parseDirective("#"+comment, 0)
		if !ok {
			return
		}
		text := "#" + comment
		last := 0
		for _, id := range d.IDs {
			if id.Start < last || id.End > len(text) || text[id.Start:id.End] != id.Text {
				t.Fatalf("span of %q in %q", id.Text, text)
			}
			last = id.End
		}
		file := "on: push\njobs: {}\n" + text + "\n"
		Run(load(map[string]string{".github/workflows/a.yml": file}), Settings{Rules: []*Rule{wordRule("a", "push", "x"), {ID: SuppressionRule, Severity: Low}}})
	})
}

func TestFixes(t *testing.T) {
	files := map[string]string{".github/workflows/a.yml": workflow + "# bad bad\n"}
	for _, tt := range []struct {
		name    string
		rules   []*Rule
		want    string
		refused string
	}{
		{"all at once", []*Rule{wordRule("word", "bad", "good")}, strings.ReplaceAll(workflow+"# bad bad\n", "bad", "good"), ""},
		{"breaks the file", []*Rule{wordRule("word", "runs-on", "\truns-on")}, workflow + "# bad bad\n", "no longer be valid"},
		{"brings another finding", []*Rule{wordRule("word", "bad", "worse"), wordRule("worse", "worse", "worse still")}, workflow + "# bad bad\n", "new finding of worse"},
		{"changes nothing", []*Rule{wordRule("word", "bad", "bad")}, workflow + "# bad bad\n", "changes nothing"},
		{"never ends", []*Rule{wordRule("word", "bad", "bad,")}, workflow + "# bad bad\n", "would stay"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			out, _ := Fixes(load(files), FixSettings{Settings: Settings{Rules: tt.rules}})
			got := files[".github/workflows/a.yml"]
			reasons := ""
			for _, f := range out {
				got = f.New
				for _, r := range f.Refused {
					reasons += r.Reason + "\n"
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("text after fixes (-want +got):\n%s", diff)
			}
			if !strings.Contains(reasons, tt.refused) || (tt.refused == "") != (reasons == "") {
				t.Errorf("refusals: %q", reasons)
			}
		})
	}
}

func TestFixesOneBadDoesNotSpoilTheRest(t *testing.T) {
	bad := wordRule("bad", "runs-on", "\truns-on")
	good := wordRule("good", "push", "pull_request")
	out, _ := Fixes(load(map[string]string{".github/workflows/a.yml": workflow}), FixSettings{Settings: Settings{Rules: []*Rule{bad, good}}})
	if len(out) != 1 || !strings.Contains(out[0].New, "on: pull_request") || strings.Contains(out[0].New, "\t") || len(out[0].Refused) != 1 {
		t.Errorf("%+v", out)
	}
}

func TestFixesOfSeveralPlaces(t *testing.T) {
	far := &Rule{ID: "far", Severity: Medium, Run: func(p *Pass) {
		first, second := strings.Index(p.File.Text, "push"), strings.Index(p.File.Text, "one")
		if first < 0 || second < 0 {
			return
		}
		span := func(at, n int) syntax.Span { return syntax.Span{Start: at, End: at + n} }
		p.Report(Finding{Span: span(first, 4), Message: "both are wrong", Fixes: []Fix{{Title: "write others", Safety: Safe, Edits: []syntax.Edit{
			{Span: span(first, 4), New: "pull_request"}, {Span: span(second, 3), New: "two"},
		}}}})
	}}
	rules := []*Rule{wordRule("bad", "runs-on", "\truns-on"), far, wordRule("tail", "tail", "much longer")}
	out, _ := Fixes(load(map[string]string{".github/workflows/a.yml": workflow + "# tail one\n"}), FixSettings{Settings: Settings{Rules: rules}})
	want := strings.Replace(workflow, "push", "pull_request", 1) + "# much longer two\n"
	if len(out) != 1 || out[0].New != want || len(out[0].Refused) != 1 {
		t.Errorf("%+v", out)
	}
}

func TestApplyEdits(t *testing.T) {
	edit := func(start, end int, text string) syntax.Edit {
		return syntax.Edit{Span: syntax.Span{Start: start, End: end}, New: text}
	}
	got, err := ApplyEdits("abcdef", []syntax.Edit{edit(4, 5, "X"), edit(0, 1, ""), edit(6, 6, "!")})
	if got != "bcdXf!" || err != nil {
		t.Errorf("%q, %v", got, err)
	}
	for _, edits := range [][]syntax.Edit{{edit(0, 3, ""), edit(2, 4, "")}, {edit(3, 2, "")}, {edit(0, 9, "")}, {edit(-1, 0, "")}} {
		if got, err := ApplyEdits("abcdef", edits); err == nil {
			t.Errorf("%v gives %q and no error", edits, got)
		}
	}
}

func TestRunIsDeterministic(t *testing.T) {
	files := map[string]string{}
	for i := range 40 {
		files[fmt.Sprintf(".github/workflows/%02d.yml", i)] = workflow
	}
	rules := []*Rule{wordRule("b", "bad", "x"), wordRule("a", "bad", "x"), wordRule("c", "push", "x")}
	first := Run(load(files), Settings{Rules: rules, Workers: 1}).Findings
	for range 5 {
		if diff := cmp.Diff(first, Run(load(files), Settings{Rules: rules, Workers: 8}).Findings); diff != "" {
			t.Fatal(diff)
		}
	}
}
