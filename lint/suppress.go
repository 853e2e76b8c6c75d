package lint

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sekisho/lint/syntax"
)

// SuppressionRule is the id of the rule whose findings the suppression comments themselves give.
const SuppressionRule = "suppression"

// SuppressionOptions are the options of that rule.
type SuppressionOptions struct {
	RequireReason bool `yaml:"require-reason"`
}

// directive is one ignore comment.
type directive struct {
	syntax.Span // from its first word to the end of the line
	Comment     syntax.Span
	Tool        string // sekisho or zizmor
	File        bool   // ignore-file
	IDs         []name
	Reason      string
	Fault       string // what is wrong with its form; the rest is empty then
}

type name struct {
	syntax.Span
	Text string
	used bool
	firm string // the id of a finding that it does not silence though it speaks of it
}

var tools = [...]string{"sekisho", "zizmor"}

// parseDirective reads the ignore comment in the text of a comment that starts at offset at of its file. The directive may
// stand behind other text, such as the version of a pin.
func parseDirective(text string, at int) (directive, bool) {
	for _, tool := range tools {
		for from := 0; ; {
			i := strings.Index(text[from:], tool)
			if i < 0 {
				break
			}
			i += from
			from = i + len(tool)
			if i > 0 && !strings.ContainsRune(" \t#", rune(text[i-1])) {
				continue
			}
			rest, ok := strings.CutPrefix(strings.TrimLeft(text[from:], " \t"), ":")
			if !ok {
				continue
			}
			rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " \t"), "ignore")
			if !ok {
				continue
			}
			d := directive{Span: syntax.Span{Start: at + i, End: at + len(text)}, Tool: tool}
			rest, d.File = strings.CutPrefix(rest, "-file")
			d.readIDs(rest, at+len(text)-len(rest))
			return d, true
		}
	}
	return directive{}, false
}

// readIDs reads [a,b] reason, which starts at offset at of the file.
func (d *directive) readIDs(rest string, at int) {
	inner, ok := strings.CutPrefix(rest, "[")
	end := strings.IndexByte(inner, ']')
	if !ok || end < 0 {
		d.Fault = "the ignore comment names no rules; write them in brackets: ignore[rule-id] reason"
		return
	}
	at++
	why, _, _ := strings.Cut(inner[end+1:], " #") // a comment behind the comment
	d.Reason = strings.TrimSpace(strings.TrimLeft(strings.TrimSpace(why), "-:"))
	for part := range strings.SplitSeq(inner[:end], ",") {
		if id := strings.TrimSpace(part); id != "" {
			start := at + strings.Index(part, id)
			d.IDs = append(d.IDs, name{Span: syntax.Span{Start: start, End: start + len(id)}, Text: id})
		}
		at += len(part) + 1
	}
	if len(d.IDs) == 0 {
		d.Fault = "the ignore comment names no rules; write their ids between the brackets"
	}
}

// suppress marks the findings that a comment silences and adds the findings about the comments.
func suppress(f *syntax.File, fs []Finding, s *Settings) []Finding {
	ds := directives(f)
	if len(ds) == 0 {
		return fs
	}
	known := s.known()
	if len(ds) > maxDirectives {
		ds = ds[:maxDirectives]
		ds[maxDirectives-1].Fault = fmt.Sprintf("the file has more than %d ignore comments and none from here on is honoured; exclude the file in the configuration", maxDirectives)
	}
	for i := range ds {
		d := &ds[i]
		covers := scope(f, d)
		for j := range d.IDs {
			for k := range fs {
				if !d.matches(d.IDs[j].Text, fs[k].Rule, known) || !covers(fs[k].Start) {
					continue
				}
				if s.firm(fs[k].Rule) {
					d.IDs[j].firm = fs[k].Rule
					continue
				}
				d.IDs[j].used = true
				if fs[k].Suppressed == nil {
					fs[k].Suppressed = &Suppression{Span: d.Span, Reason: d.Reason, Kind: "comment"}
				}
			}
		}
	}
	if rule := RuleSet(s.Rules).Find(SuppressionRule); rule != nil {
		pass := &Pass{Rule: rule, File: f, Options: s.Options[SuppressionRule]}
		for i := range ds {
			ds[i].report(pass, s)
		}
		fs = append(fs, pass.findings...)
	}
	return fs
}

func (d *directive) matches(id, rule string, known RuleSet) bool {
	if d.Tool == "sekisho" && (id == rule || id == Base(rule)) {
		return true
	}
	for _, r := range known.Alias(d.alias(id)) {
		if r.ID == Base(rule) {
			return true
		}
	}
	return false
}

func (d *directive) alias(id string) string {
	if d.Tool == "sekisho" {
		return id
	}
	return d.Tool + ":" + id
}

// report says what is wrong with a comment. The comments of other tools are theirs to judge.
func (d *directive) report(pass *Pass, s *Settings) {
	if d.Tool != "sekisho" {
		return
	}
	if d.Fault != "" {
		pass.Report(Finding{Span: d.Span, Message: d.Fault})
		return
	}
	if d.File && d.Comment.Start > contentStart(pass.File) {
		pass.Report(Finding{Span: d.Span, Message: "ignore-file stands behind the first key and so has no effect; move it to the top of the file"})
		return
	}
	if o, ok := pass.Options.(*SuppressionOptions); d.Reason == "" && (!ok || o.RequireReason) {
		pass.Report(Finding{Span: d.Span, Message: "the ignore comment gives no reason; say behind the brackets why the finding is acceptable"})
	}
	known := s.known()
	for i, id := range d.IDs {
		rules := known.Alias(id.Text)
		if r := known.Find(id.Text); r != nil {
			rules = append(rules, r)
		}
		switch {
		case len(rules) == 0:
			msg := "there is no rule " + quote(id.Text) + "; `sekisho rules` lists them"
			if near := syntax.Nearest(id.Text, known.IDs()); near != "" {
				msg = "there is no rule " + quote(id.Text) + "; did you mean " + quote(near) + "?"
			}
			pass.Report(Finding{Span: id.Span, Message: msg})
		case id.firm != "" || slices.ContainsFunc(rules, func(r *Rule) bool { return s.firm(idIn(r, id.Text)) }):
			pass.Report(Finding{
				Span:    id.Span,
				Message: "the configuration lets no comment silence " + quote(cmp.Or(id.firm, id.Text)) + "; repair what is found, and remove the rule from the comment",
				Fixes:   d.removal(pass.File, i, id.used),
			})
		case !id.used && slices.ContainsFunc(rules, func(r *Rule) bool { return ran(r, s) }):
			pass.Report(Finding{
				Span:    id.Span,
				Message: "nothing here is a finding of " + quote(id.Text) + "; remove it from the ignore comment",
				Fixes:   d.removal(pass.File, i, false),
			})
		}
	}
}

// idIn returns the id in rule r that a name stands for: the name itself when it is that of a kind.
func idIn(r *Rule, name string) string {
	if Base(name) == r.ID {
		return name
	}
	return r.ID
}

// removal removes an id that silences nothing.
func (d *directive) removal(f *syntax.File, i int, used bool) []Fix {
	if used {
		return nil
	}
	return []Fix{{Title: "remove the unused ignore", Safety: Safe, Edits: d.without(f, i)}}
}

func ran(r *Rule, s *Settings) bool {
	return slices.Contains(s.Rules, r) && (!r.Strict || s.Strict) && r.Needs == 0
}

func quote(s string) string { return "`" + s + "`" }

// without removes the id at index i, or the whole directive when it is the only one.
func (d *directive) without(f *syntax.File, i int) []syntax.Edit {
	if len(d.IDs) > 1 {
		cut := syntax.Span{Start: d.IDs[max(i-1, 0)].End, End: d.IDs[i].End}
		if i == 0 {
			cut = syntax.Span{Start: d.IDs[0].Start, End: d.IDs[1].Start}
		}
		return []syntax.Edit{{Span: cut}}
	}
	start := d.Start
	if strings.Trim(f.Text[d.Comment.Start:d.Start], "# \t") == "" {
		start = d.Comment.Start
	}
	for start > 0 && (f.Text[start-1] == ' ' || f.Text[start-1] == '\t') {
		start--
	}
	end := d.End
	if start == 0 || f.Text[start-1] == '\n' || f.Text[start-1] == '\r' {
		if strings.HasPrefix(f.Text[end:], "\r") {
			end++
		}
		if strings.HasPrefix(f.Text[end:], "\n") {
			end++
		}
	}
	return []syntax.Edit{{Span: syntax.Span{Start: start, End: end}}}
}

// maxDirectives is how many ignore comments of a file are honoured.
const maxDirectives = 500

// directives lists the ignore comments of a file: YAML comments, and comments of shell scripts in run: values.
func directives(f *syntax.File) []directive {
	if !strings.Contains(f.Text, "ignore") {
		return nil
	}
	var ds []directive
	for _, c := range f.Comments {
		if len(ds) > maxDirectives {
			return ds
		}
		if d, ok := parseDirective(f.Slice(c.Span), c.Start); ok {
			d.Comment = c.Span
			ds = append(ds, d)
		}
	}
	for _, step := range f.Steps() {
		if step.Run != nil && strings.Contains(step.Run.Value, "ignore") && len(ds) <= maxDirectives {
			ds = append(ds, scriptDirectives(f, &step.Run.Str)...)
		}
	}
	return ds
}

func scriptDirectives(f *syntax.File, run *syntax.Str) []directive {
	var ds []directive
	at := 0
	for line := range strings.Lines(run.Value) {
		text := strings.TrimRight(line, "\r\n")
		hash := strings.IndexByte(text, '#')
		for hash > 0 && !strings.ContainsRune(" \t;", rune(text[hash-1])) {
			next := strings.IndexByte(text[hash+1:], '#')
			if next < 0 {
				hash = -1
				break
			}
			hash += 1 + next
		}
		if len(ds) > maxDirectives {
			break
		}
		if hash >= 0 && strings.Contains(text[hash:], "ignore") {
			span := f.ValueSpan(run, syntax.Span{Start: at + hash, End: at + len(text)})
			if d, ok := parseDirective(f.Slice(span), span.Start); ok {
				d.Comment = span
				ds = append(ds, d)
			}
		}
		at += len(line)
	}
	return ds
}

// contentStart returns the offset of the first key of the file.
func contentStart(f *syntax.File) int {
	if f.Root == nil {
		return len(f.Text)
	}
	return f.Root.Start
}

// scope returns which offsets of the file a directive speaks for: those of the step that holds it or that it stands above;
// outside steps those of the key on its line or below it, and of the job's own keys when it stands in a job; elsewhere those
// of the top-level key. In a file of lines it speaks for the line below it.
func scope(f *syntax.File, d *directive) func(int) bool {
	if d.Fault != "" {
		return func(int) bool { return false }
	}
	if d.File {
		top := d.Comment.Start <= contentStart(f)
		return func(int) bool { return top }
	}
	at := anchor(f, d.Comment)
	if f.Kind.Lines() {
		span := f.LineSpan(f.Position(at).Line)
		return func(off int) bool { return span.Start <= off && off <= span.End }
	}
	for _, step := range f.Steps() {
		if step.Start <= at && at <= step.End {
			span := step.Span
			return func(off int) bool { return span.Start <= off && off <= span.End }
		}
	}
	spans := append(pairsAt(f, at), d.Comment) // what stands in the comment itself too: a version
	return func(off int) bool {
		for i, span := range spans {
			if off < span.Start || off > span.End {
				continue
			}
			if i == 0 || !inStep(f, off) {
				return true
			}
		}
		return false
	}
}

func inStep(f *syntax.File, off int) bool {
	for _, step := range f.Steps() {
		if step.Start <= off && off <= step.End {
			return true
		}
	}
	return false
}

// anchor returns the offset of the content that a comment belongs to: the start of its own line's content, or for a comment on
// a line of its own, of the next line's, unless that is indented less: then the comment closes the block before it.
func anchor(f *syntax.File, comment syntax.Span) int {
	line := f.Position(comment.Start).Line
	start, indent := lineContent(f, line)
	if start < comment.Start {
		return start
	}
	for next := line + 1; next <= f.Lines(); next++ {
		at, in := lineContent(f, next)
		if at == f.LineSpan(next).End || f.Text[at] == '#' {
			continue
		}
		if in >= indent {
			return at
		}
		break
	}
	for prev := line - 1; prev >= 1; prev-- {
		if at, _ := lineContent(f, prev); at < f.LineSpan(prev).End && f.Text[at] != '#' {
			return at
		}
	}
	return comment.Start
}

// lineContent returns the offset of the first byte of a line behind blanks and list dashes, and the number of blanks before it.
func lineContent(f *syntax.File, line int) (at, indent int) {
	span := f.LineSpan(line)
	text := f.Slice(span)
	at = len(text) - len(strings.TrimLeft(text, " \t"))
	indent = at
	for strings.HasPrefix(text[at:], "- ") {
		at += 2
		at += len(text[at:]) - len(strings.TrimLeft(text[at:], " \t"))
	}
	return span.Start + at, indent
}

// pairsAt returns the span of the key whose line holds at, and then that of the job or top-level key around it.
func pairsAt(f *syntax.File, at int) []syntax.Span {
	var path []syntax.Span
	n := f.Root
	for n != nil && n.Kind == syntax.Mapping {
		var next *syntax.Node
		for _, p := range n.Pairs {
			span := syntax.Span{Start: p.Key.Start, End: max(p.Key.End, p.Value.End)}
			if span.Start <= at && at <= span.End {
				path = append(path, span)
				if at > p.Key.End {
					next = p.Value
				}
				break
			}
		}
		n = next
	}
	if len(path) == 0 {
		return nil
	}
	holder := path[0]
	if f.Workflow != nil && len(path) > 1 && path[0].Start == f.Workflow.JobsKey.Start {
		holder = path[1]
	}
	return []syntax.Span{path[len(path)-1], holder}
}
