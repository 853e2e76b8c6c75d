package report

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint"
	"sekisho/lint/syntax"
)

var (
	pageTags  = regexp.MustCompile(`</?code>|<br>|<wbr>`)
	pageLinks = regexp.MustCompile(`\[([^\[\]]*)\]\([^()\s<>"]*\)`)
	pageNodes = regexp.MustCompile(`^  (event\d\(\[T\]\) --> job|job\[T\]( --> (step\d|goal)\[T\])+|style goal stroke:#d1242f,stroke-width:3px)$`)
	pageWords = regexp.MustCompile(`[A-Za-z0-9]+(_[A-Za-z0-9]+)+`)
	labels    = regexp.MustCompile(`"([^\x00-\x7f]|[A-Za-z0-9 ]|#\d+;)*"`)
)

// badPage returns what in a summary is not of the few forms that it is made of, or "".
func badPage(page string) string {
	open, cells, fenced := false, 0, false
	for line := range strings.SplitSeq(strings.TrimSuffix(page, "\n"), "\n") {
		switch {
		case fenced && line == "```":
			fenced = false
			continue
		case fenced:
			if line != "flowchart LR" && !pageNodes.MatchString(labels.ReplaceAllString(line, "T")) {
				return "picture: " + line
			}
			continue
		case line == "```mermaid":
			fenced = true
			continue
		}
		rest := pageTags.ReplaceAllString(pageLinks.ReplaceAllString(line, "$1"), "")
		if strings.Count(line, "<code>") != strings.Count(line, "</code>") {
			return "code is not closed: " + line
		}
		switch {
		case strings.HasPrefix(rest, "<details") && !open:
			open = true
			rest = strings.NewReplacer("<details open>", "", "<details>", "", "<summary>", "", "</summary>", "").Replace(rest)
		case rest == "</details>" && open:
			open, rest = false, ""
		}
		if n := strings.Count(rest, "|"); cells > 0 && strings.HasPrefix(rest, "|") && n != cells || n > 0 && !strings.HasPrefix(rest, "|") {
			return "cells: " + line
		} else if cells = n; n > 0 {
			rest = strings.ReplaceAll(rest, "|", "")
		}
		rest = pageWords.ReplaceAllString(strings.TrimPrefix(rest, "**Could not be checked:**"), "")
		if i := strings.IndexAny(rest, "<>`*_~[]\\$"); i >= 0 {
			return fmt.Sprintf("%c in %s", rest[i], line)
		}
	}
	if open || fenced {
		return "something is not closed"
	}
	return ""
}

// many is a report with n findings of one rule, and one of another.
func many(n int) *Report {
	r := sample()
	one := r.Findings[0]
	r.Findings = []lint.Finding{r.Findings[1]}
	for range n {
		r.Findings = append(r.Findings, one)
	}
	return r
}

func TestSummaryLimit(t *testing.T) {
	for _, limit := range []int{1, 1500, 2000, 2500, 3000, 4000, 10_000, 100_000, 0} {
		page := render(t, "summary", many(10_000), Options{Limit: limit, Blob: blob, Page: pages})
		most := limit
		if limit == 0 {
			most = maxSummary
		}
		if len(page) > max(most, summaryRest) {
			t.Errorf("limit %d: %d bytes", limit, len(page))
		}
		if h := badPage(page); h != "" {
			t.Errorf("limit %d: %s", limit, h)
		}
		rows := strings.Count(page, " | title of the pull request")
		rest := regexp.MustCompile(`Left out here to stay below what GitHub shows: (\d+) finding`).FindStringSubmatch(page)
		if rest == nil {
			t.Errorf("limit %d: nothing is said of what is left out", limit)
			continue
		}
		left, _ := strconv.Atoi(rest[1])
		other := strings.Count(page, " | every job sees TOKEN")
		if rows+other+left != 10_001 {
			t.Errorf("limit %d: %d and %d findings and %d left out", limit, rows, other, left)
		}
		if limit >= 10_000 && other != 1 {
			t.Errorf("limit %d: the many findings of one rule leave no room for the other", limit)
		}
	}
}

func TestSummaryFolds(t *testing.T) {
	for n, want := range map[int]string{maxOpen - 1: "<details open>", maxOpen: "<details>"} {
		if page := render(t, "summary", many(n), Options{}); strings.Count(page, want) != 2 {
			t.Errorf("%d findings: no %s", n+1, want)
		}
	}
}

func TestSummaryStatus(t *testing.T) {
	problems := []lint.Problem{{Path: "a", Message: "b"}}
	for i := range maxProblems + 2 {
		problems = append(problems, lint.Problem{Path: fmt.Sprint(i), Message: "b"})
	}
	for _, tc := range []struct {
		report *Report
		want   string
	}{
		{&Report{Files: 2}, "### 🟢 sekisho: nothing found\n\n2 files checked, nothing found\n"},
		{&Report{Problems: problems[:1]}, "### 🟡 sekisho: nothing found, but not all could be checked\n"},
		{&Report{Findings: sample().Findings[1:2]}, "### 🟡 sekisho: 1 finding, medium\n"},
		{&Report{Findings: sample().Findings[7:8]}, "### 🟢 sekisho: nothing found\n\n0 files checked, nothing found; 1 suppressed\n"},
		{&Report{Problems: problems}, "- <code>7</code>: b\n- and 3 more\n"},
	} {
		if page := render(t, "summary", tc.report, Options{}); !strings.Contains(page, tc.want) {
			t.Errorf("no %q in\n%s", tc.want, page)
		}
	}
}

func TestMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"":                        "",
		"the action `a/b`; pin":   "the action <code>a/b</code>; pin",
		"`a` and `b`":             "<code>a</code> and <code>b</code>",
		"one ` only":              "one &#96; only",
		"``` x":                   "&#96; x",
		"`a|b*`":                  "<code>a&#124;b&#42;</code>",
		"A_B <b> & \"x\" 'y' \\|": "A_B &#60;b&#62; &#38; \"x\" 'y' &#92;&#124;",
		"_a_ b_ a__b a_é_b a_`b`": "&#95;a&#95; b&#95; a&#95;&#95;b a&#95;é&#95;b a&#95;<code>b</code>",
		"[x](y) ~~z~~ $e$":        "&#91;x&#93;(y) &#126;&#126;z&#126;&#126; &#36;e&#36;",
		"https://x www.x a@b c:d": "https&#58;//x www&#46;x a@<wbr>b c:d",
		"a\nb\x1b\xff\u202e":      "a&#92;nb&#92;x1b&#92;xff&#60;U+202E&#62;",
		"##[error]::x":            "##&#92;&#91;error&#93;::x",
	} {
		if diff := cmp.Diff(want, markdown(in)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", in, diff)
		}
	}
	if got := markdown(strings.Repeat("`🚀` ", 1200)); badPage("| "+got+" |") != "" || !strings.HasSuffix(got, cutMark) {
		t.Errorf("%d bytes that end with %q", len(got), got[len(got)-40:])
	}
	if got := inCode("a`b"); got != "<code>a&#96;b</code>" {
		t.Error(got)
	}
	for in, want := range map[string]string{
		"https://h/a/b%20c.yml":      "https://h/a/b%20c.yml",
		"https://h/(a) <b>\"&\n?#_é": "https://h/%28a%29%20%3Cb%3E%22%26%0A%3F%23_%C3%A9",
	} {
		if got := address(in); got != want {
			t.Errorf("address(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestPicture(t *testing.T) {
	v := newView(&Report{Sources: sources(map[string]string{"a.yml": "on: push\n", "d/b.yml": "on: cron\n"})}, Options{})
	place := func(path, message string) lint.Place {
		return lint.Place{Path: path, Span: syntax.Span{Start: 4, End: 8}, Message: message}
	}
	way := func(events ...string) *lint.Way { return &lint.Way{Events: events, Job: "a-b", Goal: "the secret `X`"} }
	const end = "\n  style goal stroke:#d1242f,stroke-width:3px\n"
	for _, tc := range []struct {
		name string
		f    lint.Finding
		want string
	}{
		{"no way", lint.Finding{}, ""},
		{"no event", lint.Finding{Way: way()}, ""},
		{"goal", lint.Finding{Way: way("push", "schedule")},
			"flowchart LR\n  event0([\"push\"]) --> job\n  event1([\"schedule\"]) --> job\n  job[\"job a#45;b\"] --> goal[\"the secret X\"]" + end},
		{"many events", lint.Finding{Way: way("a", "b", "c", "d", "e", "f", "g", "h")},
			"flowchart LR\n  event0([\"a\"]) --> job\n  event1([\"b\"]) --> job\n  event2([\"c\"]) --> job\n  event3([\"d\"]) --> job\n  event4([\"e\"]) --> job\n" +
				"  event5([\"f\"]) --> job\n  event6([\"2 more events\"]) --> job\n  job[\"job a#45;b\"] --> goal[\"the secret X\"]" + end},
		{"trace", lint.Finding{Path: "a.yml", Way: way("push"), Trace: []lint.Place{place("", "start"), {Message: "`make` runs"}, place("d/b.yml", "x")}},
			"flowchart LR\n  event0([\"push\"]) --> job\n  job[\"job a#45;b\"] --> step0[\"line 1#58; make runs\"] --> goal[\"b#46;yml#44; line 1#58; x\"]" + end},
		{"trace that is the event", lint.Finding{Path: "a.yml", Way: way("push"), Trace: []lint.Place{place("", "start")}},
			"flowchart LR\n  event0([\"push\"]) --> job\n  job[\"job a#45;b\"] --> goal[\"the secret X\"]" + end},
		{"long trace", lint.Finding{Path: "a.yml", Way: way("x"), Trace: append(make([]lint.Place, 20), lint.Place{Message: "end"})},
			"flowchart LR\n  event0([\"x\"]) --> job\n  job[\"job a#45;b\"]" + strings.Repeat(" --> stepN[\"line 1#58;\"]", 7) + " --> goal[\"line 1#58; end\"]" + end},
	} {
		got := v.picture(&tc.f)
		if tc.name == "long trace" {
			got = regexp.MustCompile(`step\d`).ReplaceAllString(got, "stepN")
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}

// FuzzMarkdown shows that no text means anything in a page or a picture, and that none is lost.
func FuzzMarkdown(f *testing.F) {
	for _, text := range hostile() {
		f.Add(text)
	}
	number := regexp.MustCompile(`#(\d+);`)
	f.Fuzz(func(t *testing.T, text string) {
		bare := func(s string) string { return strings.ReplaceAll(s, "`", "") }
		for name, got := range map[string]string{"markdown": markdown(text), "code": inCode(text)} {
			if h := badPage("| " + got + " |"); h != "" {
				t.Errorf("%s: %s", name, h)
			}
			back := html.UnescapeString(pageTags.ReplaceAllString(got, ""))
			if diff := cmp.Diff(bare(cut(visible(text), maxText)), bare(back)); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
		got := label(text)
		if h := labels.ReplaceAllString(`"`+got+`"`, ""); h != "" {
			t.Errorf("label %q", got)
		}
		back := number.ReplaceAllStringFunc(got, func(s string) string {
			n, _ := strconv.Atoi(strings.Trim(s, "#;"))
			return string(rune(n))
		})
		if diff := cmp.Diff(cut(strings.TrimSpace(visible(bare(text))), maxLabel), back); diff != "" {
			t.Errorf("label (-want +got):\n%s", diff)
		}
	})
}
