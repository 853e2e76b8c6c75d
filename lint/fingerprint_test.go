package lint

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/syntax"
)

const twoJobs = `on: push # bad
jobs:
  a:
    runs-on: x
    steps:
      - uses: bad/action@v1
      - name: build
        run: |
          make bad
          bad
  b:
    runs-on: x
    steps:
      - uses: bad/action@v1
      - uses: bad/action@v1
`

// fingerprints returns the fingerprints of the word bad, sorted.
func fingerprints(text string) []string {
	var ids []string
	for _, f := range Run(load(map[string]string{".github/workflows/a.yml": text}), Settings{Rules: []*Rule{wordRule("word", "bad", "good")}}).Findings {
		ids = append(ids, f.Fingerprint)
	}
	slices.Sort(ids)
	return ids
}

func TestFingerprintsStay(t *testing.T) {
	before := fingerprints(twoJobs)
	if got := len(slices.Compact(slices.Clone(before))); got != 6 {
		t.Fatalf("%d fingerprints for 6 findings: %q", got, before)
	}
	a, b := strings.Index(twoJobs, "  a:\n"), strings.Index(twoJobs, "  b:\n")
	for name, text := range map[string]string{
		"lines above":      "# one\n\n# two\n" + twoJobs,
		"line ends":        strings.ReplaceAll(twoJobs, "\n", "\r\n"),
		"byte order mark":  "\ufeff" + twoJobs,
		"indentation":      strings.ReplaceAll(twoJobs, "\n      ", "\n         "),
		"a step between":   strings.Replace(twoJobs, "      - name", "      - run: x\n      - name", 1),
		"a comment behind": strings.Replace(twoJobs, "@v1\n", "@v1 # pinned one day\n", 1),
		"order of jobs":    twoJobs[:a] + twoJobs[b:] + twoJobs[a:b],
		"order of keys":    strings.Replace(twoJobs, "    runs-on: x\n    steps:\n      - uses: bad/action@v1\n      - uses: bad/action@v1\n", "    steps:\n      - uses: bad/action@v1\n      - uses: bad/action@v1\n    runs-on: x\n", 1),
	} {
		if text == twoJobs {
			t.Errorf("%s: the text is the same", name)
		}
		if diff := cmp.Diff(before, fingerprints(text)); diff != "" {
			t.Errorf("%s: fingerprints change:\n%s", name, diff)
		}
	}
}

func TestFingerprintsDiffer(t *testing.T) {
	one := func(text string) string { return fingerprints(text)[0] }
	const text = "on: push\njobs: {a: {runs-on: x, steps: [{id: s, run: bad}]}}\n"
	for name, other := range map[string]string{
		"job":  strings.Replace(text, "a:", "b:", 1),
		"step": strings.Replace(text, "id: s", "id: t", 1),
		"key":  strings.Replace(text, "run: bad", "uses: bad", 1),
	} {
		if one(text) == one(other) {
			t.Errorf("another %s has the same fingerprint", name)
		}
	}
	said := wordRule("word", "bad", "good")
	files := map[string]string{".github/workflows/a.yml": text}
	first := Run(load(files), Settings{Rules: []*Rule{said}}).Findings[0]
	quiet := &Rule{ID: "word", Severity: High, Run: func(p *Pass) { p.Report(Finding{Span: first.Span, Message: "said otherwise"}) }}
	if again := Run(load(files), Settings{Rules: []*Rule{quiet}}).Findings[0]; again.Fingerprint != first.Fingerprint {
		t.Error("the fingerprint depends on the message")
	}
	files[".github/workflows/b.yml"] = text
	both := Run(load(files), Settings{Rules: []*Rule{said}}).Findings
	if both[0].Fingerprint == both[1].Fingerprint || both[0].fault() != both[1].fault() {
		t.Errorf("in two files: %s, %s", both[0].Fingerprint, both[1].Fingerprint)
	}
}

// A rule may report any span.
func TestFingerprintsOfOddSpans(t *testing.T) {
	text := "on: push\njobs: {a: {runs-on: x, steps: [&s run: x, *s, [y]]}}\n? [a]\n: b\n"
	var spans []syntax.Span
	for _, at := range []int{-5, 0, 8, 9, 40, len(text), len(text) + 5} {
		spans = append(spans, syntax.Span{Start: at, End: at}, syntax.Span{Start: at, End: len(text) + 9}, syntax.Span{Start: at, End: at - 3})
	}
	rule := &Rule{ID: "odd", Severity: Low, Run: func(p *Pass) {
		for _, span := range spans {
			p.Report(Finding{Span: span})
		}
	}}
	res := Run(load(map[string]string{".github/workflows/a.yml": text, ".github/workflows/empty.yml": ""}), Settings{Rules: []*Rule{rule}})
	seen := map[string]bool{}
	for _, f := range res.Findings {
		if seen[f.Fingerprint] || f.fault() == "" {
			t.Errorf("fingerprint %q of %v", f.Fingerprint, f.Span)
		}
		seen[f.Fingerprint] = true
	}
	if len(res.Problems) > 0 || len(seen) == 0 {
		t.Errorf("problems: %v", res.Problems)
	}
}
