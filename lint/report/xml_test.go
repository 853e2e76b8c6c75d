package report

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint"
)

// xmlText returns what a reader of the XML formats gets for a text: the text itself, except for what XML cannot hold.
func xmlText(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1, r < ' ' && r != '\t' && r != '\n' && r != '\r':
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == 0xfffe || r == 0xffff:
			fmt.Fprintf(&b, "<U+%04X>", r)
		default:
			b.WriteString(s[i : i+size])
		}
		i += size
	}
	return b.String()
}

func FuzzXML(f *testing.F) {
	for _, text := range hostile() {
		f.Add(text)
	}
	f.Add("]]> <!-- &amp; &#0; ' \" <a b='c'/> \ufffe\uffff\ufffd\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		var out strings.Builder
		m := &markup{newPrinter(&out)}
		m.put("<a")
		m.attribute("b", text)
		m.put(">")
		m.chars(text)
		m.put("</a>")
		if err := m.flush(); err != nil {
			t.Fatal(err)
		}
		if h := harm("junit", out.String(), false); h != "" {
			t.Errorf("%s: %q", h, out.String())
		}
		var got struct {
			B    string `xml:"b,attr"`
			Text string `xml:",chardata"`
		}
		if err := xml.Unmarshal([]byte(out.String()), &got); err != nil {
			t.Fatalf("%v: %q", err, out.String())
		}
		if want := xmlText(text); got.B != want || got.Text != want {
			t.Errorf("got %q and %q, want %q", got.B, got.Text, want)
		}
	})
}

// shape is which attributes and elements an element may have; a name with ! is required.
type shape struct{ attributes, elements string }

// junitShape is what junit-10.xsd of Jenkins' xunit plug-in allows.
var junitShape = map[string]shape{
	"":           {"", "testsuites"},
	"testsuites": {"name time tests failures errors", "testsuite"},
	"testsuite":  {"name! tests! failures! errors! group time skipped timestamp hostname id package file log url", "testsuite properties testcase system-out system-err"},
	"testcase":   {"name! time classname group", "skipped error failure system-out system-err"},
	"failure":    {"type message", "#"},
	"error":      {"type message", "#"},
	"skipped":    {"type message", "#"},
}

// checkstyleShape is what readers of Checkstyle's XML know.
var checkstyleShape = map[string]shape{
	"":           {"", "checkstyle"},
	"checkstyle": {"version!", "file"},
	"file":       {"name!", "error"},
	"error":      {"line! column severity! message! source!", ""},
}

// misshapen returns the first thing in an XML document that its shapes do not allow, or "".
func misshapen(doc string, shapes map[string]shape) string {
	open := []string{""}
	d := xml.NewDecoder(strings.NewReader(doc))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return ""
		} else if err != nil {
			return err.Error()
		}
		parent := open[len(open)-1]
		switch token := token.(type) {
		case xml.StartElement:
			name := token.Name.Local
			if !slices.Contains(strings.Fields(shapes[parent].elements), name) {
				return fmt.Sprintf("<%s> in <%s>", name, parent)
			}
			if bad := misnamed(token, shapes[name].attributes); bad != "" {
				return bad
			}
			open = append(open, name)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if strings.TrimSpace(string(token)) != "" && shapes[parent].elements != "#" {
				return fmt.Sprintf("text in <%s>", parent)
			}
		}
	}
}

// misnamed returns the first attribute that an element may not have, or the first that it lacks.
func misnamed(e xml.StartElement, attributes string) string {
	left := strings.Fields(attributes)
	for _, a := range e.Attr {
		i := slices.IndexFunc(left, func(name string) bool { return strings.TrimSuffix(name, "!") == a.Name.Local })
		if i < 0 {
			return fmt.Sprintf("%s of <%s>, again or at all", a.Name.Local, e.Name.Local)
		}
		left = slices.Delete(left, i, i+1)
	}
	for _, name := range left {
		if strings.HasSuffix(name, "!") {
			return fmt.Sprintf("<%s> without %s", e.Name.Local, name)
		}
	}
	return ""
}

// reports are those that the tests of the formats range over.
func reports() map[string]*Report {
	all := map[string]*Report{
		"sample": sample(), "long": long(), "empty": {}, "problem": {Problems: []lint.Problem{{Message: "x"}}},
		"zero finding": {Findings: []lint.Finding{{Rule: "a", Severity: lint.Info}, {Rule: "a", Severity: lint.Info}}},
	}
	for _, text := range hostile() {
		all[text] = attack(text, -3, 99)
	}
	return all
}

func TestXMLShape(t *testing.T) {
	for name, r := range reports() {
		for _, o := range []Options{{}, {ShowSuppressed: true, Page: urls, DurationMS: 12345}} {
			for format, shapes := range map[string]map[string]shape{"junit": junitShape, "checkstyle": checkstyleShape} {
				if bad := misshapen(render(t, format, r, o), shapes); bad != "" {
					t.Errorf("%s of %q: %s", format, name, bad)
				}
			}
		}
	}
}

func TestCheckstyle(t *testing.T) {
	type fault struct {
		Line     int    `xml:"line,attr"`
		Column   int    `xml:"column,attr"`
		Severity string `xml:"severity,attr"`
		Message  string `xml:"message,attr"`
		Source   string `xml:"source,attr"`
	}
	type file struct {
		Name   string  `xml:"name,attr"`
		Errors []fault `xml:"error"`
	}
	for name, r := range reports() {
		v := newView(r, Options{ShowSuppressed: true})
		want := map[string][]fault{}
		for _, f := range v.shown {
			at := v.region(f.Path, f.Span).start
			severity := map[lint.Level]string{lint.Error: "error", lint.Warning: "warning", lint.Note: "info"}[f.Severity.Level()]
			message := f.Message
			if f.Suppressed != nil {
				severity, message = "info", "suppressed: "+message
			}
			path := xmlText(orRoot(f.Path))
			want[path] = append(want[path], fault{at.Line, at.Column, severity, xmlText(message), xmlText("sekisho." + f.Rule)})
		}
		for _, p := range v.problems {
			path := xmlText(orRoot(p.Path))
			want[path] = append(want[path], fault{1, 0, "error", xmlText("could not check: " + p.Message), "sekisho.problem"})
		}
		var doc struct {
			Files []file `xml:"file"`
		}
		if err := xml.Unmarshal([]byte(render(t, "checkstyle", r, Options{ShowSuppressed: true})), &doc); err != nil {
			t.Fatal(err)
		}
		got := map[string][]fault{}
		for _, f := range doc.Files {
			if got[f.Name] != nil {
				t.Errorf("%q: two elements of %q", name, f.Name)
			}
			got[f.Name] = f.Errors
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", name, diff)
		}
	}
}

type junitDocument struct {
	junitCounts
	Suites []struct {
		junitCounts
		Name  string `xml:"name,attr"`
		Cases []struct {
			Name    string      `xml:"name,attr"`
			Class   string      `xml:"classname,attr"`
			Failure []junitFact `xml:"failure"`
			Error   []junitFact `xml:"error"`
			Skipped []junitFact `xml:"skipped"`
		} `xml:"testcase"`
	} `xml:"testsuite"`
}

type junitCounts struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
}

type junitFact struct {
	Type    string `xml:"type,attr"`
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

func TestJUnit(t *testing.T) {
	for name, r := range reports() {
		v := newView(r, Options{ShowSuppressed: true})
		var want, got []string
		for _, f := range v.shown {
			says := f.Severity.String() + " " + f.Message
			if f.Suppressed != nil {
				says = "suppressed by " + f.Suppressed.Kind + ": " + f.Suppressed.Reason
			}
			want = append(want, xmlText(orRoot(f.Path)+" "+says))
		}
		for _, p := range v.problems {
			want = append(want, xmlText(orRoot(p.Path)+" problem "+p.Message))
		}
		var doc junitDocument
		if err := xml.Unmarshal([]byte(render(t, "junit", r, Options{ShowSuppressed: true})), &doc); err != nil {
			t.Fatal(err)
		}
		var sum junitCounts
		names := map[string]bool{}
		for _, s := range doc.Suites {
			counts := junitCounts{Tests: len(s.Cases)}
			for _, c := range s.Cases {
				counts.Failures += len(c.Failure)
				counts.Errors += len(c.Error)
				counts.Skipped += len(c.Skipped)
				for _, fact := range slices.Concat(c.Failure, c.Error) {
					got = append(got, c.Class+" "+fact.Type+" "+fact.Message)
					if !strings.Contains(fact.Text, fact.Message) {
						t.Errorf("%q: the text %q lacks the message", name, fact.Text)
					}
				}
				for _, fact := range c.Skipped {
					got = append(got, c.Class+" "+fact.Message)
				}
				if id := s.Name + "\x00" + c.Class + "\x00" + c.Name; names[id] {
					t.Errorf("%q: two tests %q", name, id)
				} else {
					names[id] = true
				}
			}
			if diff := cmp.Diff(counts, s.junitCounts); diff != "" {
				t.Errorf("%q: suite %q counts (-want +got):\n%s", name, s.Name, diff)
			}
			sum.Tests += counts.Tests
			sum.Failures += counts.Failures
			sum.Errors += counts.Errors
		}
		if diff := cmp.Diff(sum, doc.junitCounts); diff != "" || sum.Tests == 0 {
			t.Errorf("%q: counts (-want +got):\n%s", name, diff)
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", name, diff)
		}
	}
}
