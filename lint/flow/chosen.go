package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Chosen is a text of somebody else's choice at the place where a script uses it.
type Chosen struct {
	Taint
	Lines bool      // it may hold line breaks
	Split bool      // it would, were it not for missing quotes, by which the shell makes blanks of them
	Apart bool      // the shell splits it into words, as it stands outside quotes
	File  bool      // it comes from a file that an outsider filled
	Head  *Checkout // it comes from a file of this checkout; nil for others

	Artifact *Artifact // it comes from a file of this artifact; nil for others

	at shell.Span // where the script uses it
}

// piece is a stretch of a text that a script makes: a constant, something that others choose, or something unknown.
type piece struct {
	text   string
	open   bool
	chosen []Chosen
}

// constant is the text that is written in the script.
func constant(text string) []piece { return []piece{{text: text}} }

// opaque is a text that nobody else chooses, as far as can be told.
var opaque = []piece{{open: true}}

// chosenIn lists what others choose of a text.
func chosenIn(text []piece) []Chosen {
	var out []Chosen
	for _, p := range text {
		out = append(out, p.chosen...)
	}
	return out
}

// mapChosen returns a text with another view of what others choose of it.
func mapChosen(text []piece, change func(*Chosen)) []piece {
	out := slices.Clone(text)
	for i := range out {
		out[i].chosen = slices.Clone(out[i].chosen)
		for j := range out[i].chosen {
			change(&out[i].chosen[j])
		}
	}
	return out
}

// onOneLine is a text whose line breaks are taken away, or all but the first line.
func onOneLine(text []piece) []piece {
	out := mapChosen(text, func(c *Chosen) { c.Lines = false })
	for i := range out {
		out[i].text = strings.ReplaceAll(out[i].text, "\n", " ")
	}
	return out
}

// fallenApart is a text that the shell splits into words and puts together again with blanks.
func fallenApart(text []piece) []piece {
	return onOneLine(mapChosen(text, func(c *Chosen) { c.Split, c.Apart = c.Split || c.Lines, true }))
}

// withBreaks is a text into which something puts line breaks.
func withBreaks(text []piece) []piece { return mapChosen(text, func(c *Chosen) { c.Lines = true }) }

// picked is a part of a text that begins anywhere in it.
func picked(text []piece) []piece {
	list := chosenIn(text)
	if len(list) == 0 {
		return opaque
	}
	return []piece{{chosen: list}}
}

// oneLine reports a value that cannot hold a line break.
func oneLine(t Taint) bool {
	return t.OneLine || t.Shape != catalog.Arbitrary || catalog.OneLine(t.Field)
}

// maxPieces bounds the text that is followed, maxPrints how many commands are asked for what they print.
const (
	maxPieces = 400
	maxPrints = 2_000
	maxDeep   = 12
)

// printer tells what the commands of a script print, and what of it others choose.
type printer struct {
	*shellTaint
	source string         // of the script
	dir    string         // the folder that it starts in
	guess  bool           // what is not known counts as chosen by somebody unknown
	outer  *printer       // of the step that runs the script file; nil for the step's own script
	caller *shell.Command // the command that runs it
	budget int
	trees  []tree // files of outsiders; nil until asked for
	asked  bool

	names   *shell.Names
	setters []*shell.Command // those that may put something into a variable, in their order
	writers []fileWriter     // those that write files, in their order
	indexed bool
	fills   map[fill][]piece
}

// fileWriter is a command that writes a file.
type fileWriter struct {
	by   *shell.Command
	name string
}

// index finds the commands that fill variables and files.
func (p *printer) index() {
	if p.indexed {
		return
	}
	p.indexed = true
	for _, c := range p.script.Commands {
		switch c.Name {
		case "read", "mapfile", "readarray", "for", "select", "printf":
			p.setters = append(p.setters, c)
		default:
			if len(c.Assigns) > 0 {
				p.setters = append(p.setters, c)
			}
		}
		to, writes := c.Output()
		if !writes && c.Name == "tee" && len(c.Words) > 1 {
			to, writes = &c.Words[len(c.Words)-1], true
		}
		if !writes || runnerFile(to.Text) != "" {
			continue
		}
		if name := p.names.Path(c, to.Text); name != "" {
			p.writers = append(p.writers, fileWriter{c, name})
		}
	}
}

func (f *Flow) printer(file *syntax.File, job *syntax.Job, step *syntax.Step) *printer {
	t := &tainter{flow: f, busy: map[busyKey]bool{}}
	at := scope{file, job, step}
	s := &shellTaint{t: t, at: at, script: f.Script(file, job, step), vars: map[string][]Taint{}, holes: map[int][]Taint{}}
	dir, known := WorkingDirectory(file, job, step)
	if !known {
		dir = "."
	}
	p := &printer{shellTaint: s, dir: dir, budget: maxPrints}
	if s.script != nil {
		p.source, p.names = s.script.Source(), s.script.Names()
	}
	return p
}

// inFile is the printer of a script file of the repository that the step runs. What it tells stands where the step does that.
func (p *printer) inFile(run Run) *printer {
	at := p.span(shell.Span{Start: run.Command.Words[0].Start, End: run.Command.Words[len(run.Command.Words)-1].End})
	inner, taint := *p, *p.shellTaint
	taint.script, taint.within = run.Script, &at
	inner.shellTaint, inner.source, inner.names = &taint, run.Script.Source(), run.Script.Names()
	inner.setters, inner.writers, inner.indexed, inner.fills = nil, nil, false, nil
	inner.outer, inner.caller = p, run.Command
	return &inner
}

// unknown is a text of which nothing tells who writes it; what says for messages what it is.
func (p *printer) unknown(at shell.Span, what string) []piece {
	if !p.guess {
		return opaque
	}
	one := Taint{Shape: catalog.Arbitrary, Who: ByUnknown, Name: what}
	one.Trace = []Step{{p.at.file, p.at.file.Source, p.span(at), "nothing here tells who writes it"}}
	return []piece{{chosen: []Chosen{{Taint: one, Lines: true, at: at}}}, {text: "\n"}}
}

func (p *printer) splits() bool {
	return p.script.Dialect == shell.Bash || p.script.Dialect == shell.POSIX
}

// word tells the text of a word. With split, an expansion outside quotes falls apart into words, so that its line breaks go.
func (p *printer) word(c *shell.Command, w *shell.Word, split bool, deep int) []piece {
	if p.budget--; p.budget < 0 || deep > maxDeep {
		return opaque
	}
	if w.Const || w.Start >= w.End || w.End > len(p.source) {
		return constant(w.Text)
	}
	subs := p.script.Substitutions(w)
	var out []piece
	at := w.Start
	upTo := func(end int) {
		if at < end {
			out = append(out, piece{text: unquoted(p.source[at:end], p.script.Dialect)})
		}
		at = max(at, end)
	}
	for i, j, h := 0, 0, 0; len(out) < maxPieces; {
		next, kind := w.End, 0
		if i < len(w.Vars) && w.Vars[i].Start < next {
			next, kind = w.Vars[i].Start, 1
		}
		if j < len(subs) && subs[j].Start < next {
			next, kind = subs[j].Start, 2
		}
		if h < len(w.Holes) && p.fence(w.Holes[h]).Start < next {
			next, kind = p.fence(w.Holes[h]).Start, 3
		}
		if kind > 0 && next < at { // within an expansion that was told already
			switch kind {
			case 1:
				i++
			case 2:
				j++
			case 3:
				h++
			}
			continue
		}
		upTo(next)
		var text []piece
		quoted := true
		switch kind {
		case 0:
			return out
		case 1:
			text, quoted = p.expansion(c, w.Vars[i], deep+1), w.Vars[i].Quoted
			at = w.Vars[i].End
			i++
		case 2:
			text, quoted = p.substituted(subs[j], deep+1), subs[j].Quoted
			at = subs[j].End
			j++
		case 3:
			text, at = opaque, p.fence(w.Holes[h]).End
			h++
		}
		if split && !quoted && p.splits() {
			text = fallenApart(text)
		}
		out = append(out, text...)
	}
	return out
}

// fence is the place of an expression in the script. Expressions are not followed: where others choose their value, the script
// itself is theirs already.
func (p *printer) fence(i int) shell.Span {
	if fences := p.at.step.Run.Fences; i < len(fences) {
		return shell.Span{Start: fences[i].Start, End: fences[i].End}
	}
	return shell.Span{Start: len(p.source), End: len(p.source)}
}

// unquoted takes the quotes from a stretch of source.
func unquoted(text string, d shell.Dialect) string {
	if d == shell.PowerShell {
		text = strings.ReplaceAll(text, "`n", "\n")
	}
	if !strings.ContainsAny(text, `"'\`) {
		return text
	}
	return quotes.Replace(text)
}

// quotes takes quotes away and joins continued lines.
var quotes = strings.NewReplacer(`"`, "", `'`, "", `\"`, `"`, "\\\n", "")

// substituted tells what the commands of a substitution print.
func (p *printer) substituted(sub shell.Substitution, deep int) []piece {
	var out []piece
	for _, c := range sub.Commands {
		if c.PipeTo != nil {
			continue
		}
		if _, away := c.Output(); !away {
			out = append(out, p.prints(c, deep)...)
		}
	}
	return trimmed(out)
}

// trimmed is a text without the line break at its end, as the shell takes it from what a substitution prints.
func trimmed(text []piece) []piece {
	if n := len(text); n > 0 && len(text[n-1].chosen) == 0 && strings.HasSuffix(text[n-1].text, "\n") {
		text = slices.Clone(text)
		text[n-1].text = strings.TrimRight(text[n-1].text, "\n")
	}
	return text
}

// input tells what a command finds in its standard input: a here-document, a file, or what is piped to it.
func (p *printer) input(c *shell.Command, deep int) []piece {
	for _, list := range [...][]shell.Redirect{c.Redirects, c.Group} {
		for i := len(list) - 1; i >= 0; i-- {
			r := &list[i]
			switch {
			case !strings.HasPrefix(r.Op, "<"):
			case r.Op == "<":
				if subs := p.script.Substitutions(&r.Target); len(subs) > 0 {
					return p.substituted(subs[0], deep)
				}
				return p.file(c, &r.Target, deep)
			default:
				return p.word(c, &r.Target, false, deep)
			}
		}
	}
	var out []piece
	for _, from := range c.Feeds[:min(len(c.Feeds), maxUsers)] {
		if _, away := from.Output(); !away || from.PipeTo == c {
			out = append(out, p.prints(from, deep)...)
		}
	}
	return out
}
