package report

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint"
	"sekisho/lint/linttest/sarifschema"
	"sekisho/lint/syntax"
)

// sarifLog is what the tests look at of a document.
type sarifLog struct {
	Runs []struct {
		Tool struct {
			Driver struct {
				Version, SemanticVersion string
				Rules                    []sarifRule
			}
		}
		Invocations []struct {
			ExecutionSuccessful        bool
			ToolExecutionNotifications []sarifNote
		}
		Results []sarifResult
	}
}

type sarifRule struct {
	ID, Name, HelpURI    string
	ShortDescription     sarifText
	FullDescription      sarifText
	Help                 struct{ Text, Markdown string }
	DefaultConfiguration struct{ Level string }
	Properties           map[string]any
}

type sarifText struct{ Text string }

type sarifNote struct {
	Level     string
	Message   sarifText
	Locations []sarifLocation
}

type sarifResult struct {
	RuleID              string
	RuleIndex           *int
	Level               string
	Message             sarifText
	Locations           []sarifLocation
	RelatedLocations    []sarifLocation
	CodeFlows           []struct{ ThreadFlows []struct{ Locations []any } }
	Fixes               []sarifFix
	Suppressions        []struct{ Kind, Justification string }
	PartialFingerprints map[string]string
	Properties          map[string]any
}

type sarifLocation struct {
	ID               int
	Message          *sarifText
	PhysicalLocation struct {
		ArtifactLocation struct{ URI string }
		Region           sarifRegion
	}
}

type sarifRegion struct{ StartLine, StartColumn, EndLine, EndColumn int }

type sarifFix struct {
	Description     sarifText
	ArtifactChanges []struct {
		Replacements []struct {
			DeletedRegion   sarifRegion
			InsertedContent sarifText
		}
	}
}

func sarifOf(t *testing.T, r *Report, o Options) sarifLog {
	t.Helper()
	var log sarifLog
	if err := json.Unmarshal([]byte(render(t, "sarif", r, o)), &log); err != nil {
		t.Fatal(err)
	}
	if len(log.Runs) != 1 {
		t.Fatalf("%d runs", len(log.Runs))
	}
	return log
}

func TestSARIFSchema(t *testing.T) {
	s := sarifschema.Compile(t)
	reports := map[string]*Report{
		"sample": sample(), "long": long(), "empty": {}, "rules": {Rules: sampleRules()},
		"zero finding": {Findings: []lint.Finding{{Severity: lint.Info}}},
		"bare rule":    {Rules: []*lint.Rule{{ID: "a"}}},
		"repeated tag": {Rules: []*lint.Rule{{ID: "a", Tags: []string{"security", "owasp-cicd-sec-1", "cwe-1", "cwe-001", "owasp-cicd-sec-1"}}}},
	}
	for _, text := range hostile() {
		reports[text] = attack(text, -3, 99)
	}
	for name, r := range reports {
		for _, o := range []Options{{}, {ShowSuppressed: true, Page: func(string) string { return "https://example.com/rules" }, Version: "1.2.3"}} {
			if err := validate(s, render(t, "sarif", r, o)); err != nil {
				t.Errorf("%q: %v", name, err)
			}
		}
	}
	// The schema finds what is wrong: a member too many, a value too small, a URI that is none.
	good := render(t, "sarif", sample(), Options{})
	for _, c := range [][2]string{{`"level":`, `"more":1,"level":`}, {`"startLine":15`, `"startLine":0`}, {`"uri":".git`, `"uri":"%.git`}, {`"results":[`, `"results":null,"x":[`}} {
		bad := strings.Replace(good, c[0], c[1], 1)
		if bad == good || validate(s, bad) == nil {
			t.Errorf("%s: accepted", c[1])
		}
	}
}

// TestSARIFRules shows that the rules are there when nothing was found, with all that code scanning reads.
func TestSARIFRules(t *testing.T) {
	r := &Report{Rules: []*lint.Rule{
		{ID: "quality", Summary: "a `bad` thing", Severity: lint.Low, Tags: []string{"cwe-7", "detect"}},
		{ID: "secure-thing", Summary: "s", Severity: lint.Medium, Tags: []string{"prevent", "cwe-94", "cwe-1336", "owasp-cicd-sec-4", "a", "b", "c", "d", "e", "f"},
			Doc: "# secure-thing\n\n## Why it matters\n\n" + strings.Repeat("日本 `x` ", 400) + "\n\nmore\n"},
	}}
	log := sarifOf(t, r, Options{Page: pages, Version: "1.2.3-rc.1"})
	if run := log.Runs[0]; run.Results == nil || len(run.Results) != 0 || !run.Invocations[0].ExecutionSuccessful {
		t.Errorf("a clean run is %+v", run)
	}
	driver := log.Runs[0].Tool.Driver
	if driver.Version != "1.2.3-rc.1" || driver.SemanticVersion != "1.2.3-rc.1" {
		t.Errorf("version %q, semantic version %q", driver.Version, driver.SemanticVersion)
	}
	full := driver.Rules[1].FullDescription.Text
	if n := len([]rune(full)); n != maxDescription || !strings.HasPrefix(full, "日本 'x' 日本") || !strings.HasSuffix(full, "…") {
		t.Errorf("the full description has %d characters: %s", n, full)
	}
	driver.Rules[1].FullDescription.Text = ""
	doc := r.Rules[1].Doc
	want := []sarifRule{
		{
			ID: "quality", Name: "Quality", ShortDescription: sarifText{"a 'bad' thing"}, FullDescription: sarifText{"a 'bad' thing"},
			Properties: map[string]any{"tags": []any{"external/cwe/cwe-007", "detect"}, "precision": "high", "problem.severity": "recommendation"},
		},
		{
			ID: "secure-thing", Name: "SecureThing", ShortDescription: sarifText{"s"},
			Properties: map[string]any{
				"tags":      []any{"security", "prevent", "external/cwe/cwe-094", "external/cwe/cwe-1336", "owasp-cicd-sec-4", "a", "b", "c", "d", "e"},
				"precision": "high", "security-severity": "5.5",
			},
		},
	}
	want[0].DefaultConfiguration.Level, want[1].DefaultConfiguration.Level = "note", "warning"
	want[0].Help.Text, want[0].Help.Markdown = "a `bad` thing", "a `bad` thing"
	want[1].Help.Text, want[1].Help.Markdown = doc, doc
	if diff := cmp.Diff(want, driver.Rules); diff != "" {
		t.Error(diff)
	}
	kind := sarifOf(t, &Report{Rules: []*lint.Rule{{ID: "tool/some-kind", Summary: "s"}}}, Options{Page: urls}).Runs[0].Tool.Driver.Rules[0]
	if kind.Name != "ToolSomeKind" || kind.ShortDescription.Text != "s (some-kind)" || kind.HelpURI != urls("tool") {
		t.Errorf("a kind is %+v", kind)
	}
}

func TestSemanticVersion(t *testing.T) {
	for version, want := range map[string]bool{
		"1.2.3": true, "0.0.0-20261101120000-abcdef123456+dirty": true, "1.2.3+build.5": true, "10.20.30-rc.1": true,
		"": false, "devel": false, "1.2": false, "1.2.3.4": false, "01.2.3": false, "1.2.x": false, "v1.2.3": false, "1.2.3-é": false, "1.+2.3": false,
	} {
		if got := isSemantic(version); got != want {
			t.Errorf("%q: got %v", version, got)
		}
	}
}

// TestSARIFRegion shows that a result stands on one line and that columns are UTF-16 code units.
func TestSARIFRegion(t *testing.T) {
	const text = "a: 🚀🚀 x\nb:\r\n  c: d\ne"
	for _, c := range []struct {
		name string
		span syntax.Span
		want sarifRegion
	}{
		{"behind wide characters", at(text, "x", 0), sarifRegion{1, 9, 1, 10}},
		{"a wide character", at(text, "🚀", 1), sarifRegion{1, 6, 1, 8}},
		{"several lines", syntax.Span{Start: 0, End: len(text)}, sarifRegion{1, 1, 1, 10}},
		{"several lines from within", at(text, "b:\r\n  c: d", 0), sarifRegion{2, 1, 2, 3}},
		{"from a line end", at(text, "\r\n  c", 0), sarifRegion{2, 3, 2, 3}},
		{"from within a line end", at(text, "\n  c", 0), sarifRegion{2, 4, 2, 4}},
		{"nothing", syntax.Span{Start: len(text), End: len(text)}, sarifRegion{4, 2, 4, 2}},
		{"outside", syntax.Span{Start: 500, End: 400}, sarifRegion{4, 2, 4, 2}},
	} {
		f := lint.Finding{Rule: "r", Path: "a", Span: c.span, Related: []lint.Place{{Span: c.span}}}
		result := sarifOf(t, &Report{Findings: []lint.Finding{f}, Sources: sources(map[string]string{"a": text})}, Options{}).Runs[0].Results[0]
		if got := result.Locations[0].PhysicalLocation.Region; got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
		if got := result.RelatedLocations[0].PhysicalLocation.Region; c.name == "several lines" && got != (sarifRegion{1, 1, 4, 2}) {
			t.Errorf("the related place is %v", got)
		}
	}
}

// TestSARIFFixes applies the fixes of a document by its lines and columns: the text must become what sekisho's own edits make.
func TestSARIFFixes(t *testing.T) {
	const text = "\ufeffa: 🚀 x\r\nb: 日本 y\nc: 🚀🚀 z # end\r\n"
	edits := [][]syntax.Edit{
		{{Span: at(text, "x", 0), New: "\"new\"\n  🚀"}, {Span: at(text, " z", 0)}},
		{{Span: at(text, "b: 日本 y\n", 0)}},
		{{Span: syntax.Span{Start: len(text), End: len(text)}, New: "d: 1\n"}, {Span: at(text, "\r\nb: 日本", 0), New: "\n"}},
	}
	f := lint.Finding{Rule: "r", Path: "a", Fixes: []lint.Fix{{Title: "changes nothing"}}}
	for i, e := range edits {
		f.Fixes = append(f.Fixes, lint.Fix{Title: "pin `x` to [v1](u)", Safety: lint.Safe + lint.Safety(i%2), Edits: e})
	}
	fixes := sarifOf(t, &Report{Findings: []lint.Finding{f}, Sources: sources(map[string]string{"a": text})}, Options{}).Runs[0].Results[0].Fixes
	if len(fixes) != len(edits) {
		t.Fatalf("%d fixes", len(fixes))
	}
	for i, fix := range fixes {
		want, err := lint.ApplyEdits(text, edits[i])
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, applySARIF(text, fix)); diff != "" {
			t.Errorf("fix %d: %s", i, diff)
		}
		title := `pin 'x' to [v1] (u) (safe)`
		if i%2 == 1 {
			title = `pin 'x' to [v1] (u) (unsafe: it needs a look)`
		}
		if fix.Description.Text != title {
			t.Errorf("fix %d is called %q", i, fix.Description.Text)
		}
	}
	unknown := sarifOf(t, &Report{Findings: []lint.Finding{f}}, Options{}).Runs[0].Results[0]
	if unknown.Fixes != nil || unknown.PartialFingerprints != nil {
		t.Errorf("without the text there is %+v", unknown)
	}
}

// applySARIF makes the replacements of a fix, from the last to the first.
func applySARIF(text string, fix sarifFix) string {
	bom, rest := "", text
	if after, ok := strings.CutPrefix(text, "\ufeff"); ok {
		bom, rest = "\ufeff", after
	}
	units := utf16.Encode([]rune(rest))
	offset := func(line, column int) int {
		i := 0
		for ; line > 1; line-- {
			i += slices.Index(units[i:], '\n') + 1
		}
		return i + column - 1
	}
	list := slices.Clone(fix.ArtifactChanges[0].Replacements)
	slices.SortFunc(list, func(a, b struct {
		DeletedRegion   sarifRegion
		InsertedContent sarifText
	}) int {
		return offset(b.DeletedRegion.StartLine, b.DeletedRegion.StartColumn) - offset(a.DeletedRegion.StartLine, a.DeletedRegion.StartColumn)
	})
	for _, r := range list {
		at := r.DeletedRegion
		units = slices.Replace(units, offset(at.StartLine, at.StartColumn), offset(at.EndLine, at.EndColumn), utf16.Encode([]rune(r.InsertedContent.Text))...)
	}
	return bom + string(utf16.Decode(units))
}

func TestSARIFMessages(t *testing.T) {
	place := func(message string) lint.Place { return lint.Place{Message: message} }
	for _, c := range []struct {
		finding lint.Finding
		want    string
	}{
		{lint.Finding{Rule: "r", Message: "`a_b` is [bad](http://x); use ${{ b }}"}, `'a_b' is [bad] (http://x); use ${{ b }}.`},
		{lint.Finding{Rule: "r", Message: `[a\](http://x) [b\\](1)`}, `[a\] (http://x) [b\\] (1).`},
		{lint.Finding{Rule: "r", Message: "did you mean `x`?"}, "did you mean 'x'?"},
		{lint.Finding{Rule: "r"}, "r."},
		{lint.Finding{}, "finding."},
		{lint.Finding{Message: "m", Related: []lint.Place{place("a\\](1) [x]"), place("")}}, "m.\n[a\\\\\\](1) \\[x\\]](1)\n[see also](2)"},
		{lint.Finding{Message: "m", Related: []lint.Place{place("a"), place("a"), place("a"), place("b")}}, "m.\n[a](1), [2](2), [3](3)\n[b](4)"},
		{lint.Finding{Message: strings.Repeat("é", maxMessage+1)}, strings.Repeat("é", maxMessage-1) + "…."},
		{lint.Finding{Message: strings.Repeat("é", maxMessage)}, strings.Repeat("é", maxMessage) + "."},
	} {
		if got := sarifOf(t, &Report{Findings: []lint.Finding{c.finding}}, Options{}).Runs[0].Results[0].Message.Text; got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// TestSARIFLimits stays below what code scanning takes and says what it left out.
func TestSARIFLimits(t *testing.T) {
	r := &Report{}
	for i := range maxResults + 7 {
		r.Findings = append(r.Findings, lint.Finding{Rule: "r", Path: fmt.Sprintf("%05d", i), Severity: lint.Low})
	}
	r.Findings[maxResults+3].Severity = lint.Critical
	r.Findings[maxResults+4].Severity = lint.High
	r.Findings[maxResults+5].Severity = lint.Critical
	r.Findings[maxResults+5].Suppressed = &lint.Suppression{Kind: "configuration"}
	most := &r.Findings[maxResults+3]
	most.Trace = make([]lint.Place, maxFlow+5)
	most.Related = make([]lint.Place, maxLocations+5)

	run := sarifOf(t, r, Options{ShowSuppressed: true}).Runs[0]
	if len(run.Results) != maxResults {
		t.Fatalf("%d results", len(run.Results))
	}
	if a, b := run.Results[0], run.Results[1]; a.Properties["severity"] != "critical" || b.Properties["severity"] != "high" {
		t.Errorf("the first results are %v and %v", a.Properties, b.Properties)
	}
	invocation := run.Invocations[0]
	want := []sarifNote{{Level: "warning", Message: sarifText{"7 more findings are left out, the mildest; code scanning takes 25000"}}}
	if diff := cmp.Diff(want, invocation.ToolExecutionNotifications); diff != "" || !invocation.ExecutionSuccessful {
		t.Errorf("successful: %v; %s", invocation.ExecutionSuccessful, diff)
	}
	first := run.Results[0]
	if n := len(first.CodeFlows[0].ThreadFlows[0].Locations); n != maxFlow {
		t.Errorf("%d locations in the flow", n)
	}
	if n := len(first.RelatedLocations); n != maxLocations-1 || first.Properties["relatedLocationsLeftOut"] != 6.0 {
		t.Errorf("%d related locations, left out %v", n, first.Properties["relatedLocationsLeftOut"])
	}
	if want := ", [12](12)\nand 93 more places"; !strings.HasSuffix(first.Message.Text, want) {
		t.Errorf("the message is %s", first.Message.Text)
	}
}

func TestSARIFProblems(t *testing.T) {
	r := &Report{Problems: []lint.Problem{{Path: "a b/[c].yml", Message: "file has `3 MiB`"}, {Message: "no network"}}}
	invocation := sarifOf(t, r, Options{}).Runs[0].Invocations[0]
	if invocation.ExecutionSuccessful {
		t.Error("the run counts as successful")
	}
	got := invocation.ToolExecutionNotifications
	if len(got) != 2 || got[0].Locations != nil || got[0].Level != "error" || got[1].Message.Text != "file has '3 MiB'" ||
		got[1].Locations[0].PhysicalLocation.ArtifactLocation.URI != "a%20b/%5Bc%5D.yml" {
		t.Errorf("notifications: %+v", got)
	}
}

// TestSARIFSuppressions shows that suppressed results are left out, or else marked, and then the others as well.
func TestSARIFSuppressions(t *testing.T) {
	r := sample()
	r.Findings[0].Suppressed = &lint.Suppression{Reason: "see `docs`", Kind: "configuration"}
	if n := len(sarifOf(t, r, Options{}).Runs[0].Results); n != len(r.Findings)-2 {
		t.Errorf("%d results of %d", n, len(r.Findings))
	}
	var got []string
	for _, result := range sarifOf(t, r, Options{ShowSuppressed: true}).Runs[0].Results {
		if result.Suppressions == nil {
			t.Errorf("%s does not say whether it is suppressed", result.RuleID)
		}
		for _, s := range result.Suppressions {
			got = append(got, result.RuleID+": "+s.Kind+": "+s.Justification)
		}
	}
	want := []string{"template-injection: external: see `docs`", "unpinned-uses: inSource: our own action"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestSARIFFingerprints(t *testing.T) {
	text := "a\n  bb\n\ta\n"
	r := &Report{Sources: sources(map[string]string{"x": text})}
	for _, needle := range []string{"a", "bb\n\ta", "\n\ta", ""} {
		r.Findings = append(r.Findings, lint.Finding{Rule: "r", Path: "x", Span: at(text, needle, 0), Fingerprint: "f" + needle})
	}
	r.Findings[3].Fingerprint = ""
	hashes := lineHashes(text)
	var got []map[string]string
	for _, result := range sarifOf(t, r, Options{}).Runs[0].Results {
		got = append(got, result.PartialFingerprints)
	}
	want := []map[string]string{
		{"primaryLocationLineHash": hashes[0].String()},
		{"primaryLocationLineHash": hashes[0].String(), "sekisho/v1": "fa"},
		{"primaryLocationLineHash": hashes[1].String(), "sekisho/v1": "fbb\n\ta"},
		{"primaryLocationLineHash": hashes[1].String(), "sekisho/v1": "f\n\ta"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestURI(t *testing.T) {
	for path, want := range map[string]string{
		".github/workflows/ci.yml": ".github/workflows/ci.yml",
		"../a b/日本.yml":            "../a%20b/%E6%97%A5%E6%9C%AC.yml",
		"a:b/c?d#e%f[g]\\.yml":     "a%3Ab/c%3Fd%23e%25f%5Bg%5D%5C.yml",
		"a\xffb\n":                 "a%FFb%0A",
		"/srv/a b.yml":             "file:///srv/a%20b.yml",
	} {
		if got := uri(path); got != want {
			t.Errorf("%q: got %s, want %s", path, got, want)
		}
	}
}
