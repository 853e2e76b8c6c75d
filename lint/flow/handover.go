package flow

import (
	"slices"
	"strings"

	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Handover is a text of somebody else's choice that a step writes to one of the files by which it speaks to the runner.
type Handover struct {
	syntax.Span          // of what brings it in
	To          string   // GITHUB_ENV, GITHUB_PATH, GITHUB_OUTPUT or GITHUB_STATE
	Name        string   // it is written under this name; "" when it begins the line, and so chooses the name itself
	Within      string   // what stands before it on a line that has no name: a folder, a part of the name
	Script      string   // the file of the repository that does it; "" for the step itself
	Rewritten   []string // of GITHUB_OUTPUT: the names that the script certainly writes after it, so that they keep what it gives them
	Block       string   // the marker that ends the block of lines in which it stands; "" when it stands in none
	Value       Chosen

	by *shell.Command
}

// FreeName reports a value that chooses the name it is written under, or the folder that it is.
func (h Handover) FreeName() bool { return h.Name == "" && h.Within == "" && h.Block == "" }

// runnerFiles are the files by which a step speaks to the runner.
var runnerFiles = [...]string{"GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STATE"}

// mayHandOver answers fast whether a script may write to one of some files of the runner, which it names by a variable or as a member of
// the github context.
func mayHandOver(script string, to []string) bool {
	for _, name := range to {
		if strings.Contains(script, name) {
			return true
		}
	}
	if strings.Contains(script, "${{") && (strings.Contains(script, "github.") || strings.Contains(script, "github[")) {
		for _, name := range to {
			if i := strings.Index(script, strings.ToLower(strings.TrimPrefix(name, "GITHUB_"))); i > 0 && (script[i-1] == '.' || script[i-1] == '\'') {
				return true
			}
		}
	}
	return slices.Contains(to, "GITHUB_ENV") && (strings.Contains(script, "::set-env") || strings.Contains(script, "::add-path"))
}

// MayHandOver answers fast whether a step may write to some of the runner's files, itself or by a script file or an action.
func (f *Flow) MayHandOver(to ...string) func(*syntax.Step) bool {
	return func(step *syntax.Step) bool {
		switch {
		case step.Uses != nil:
			return step.With != nil && handsByAction(step)
		case step.Run == nil:
			return false
		}
		return mayHandOver(step.Run.Value, to) || f.MayRun(step)
	}
}

// Handovers lists the texts of somebody else's choice that a step writes to some of the runner's files, other than by an expression in
// the script itself.
func (f *Flow) Handovers(file *syntax.File, job *syntax.Job, step *syntax.Step, to ...string) []Handover {
	if step.Uses != nil {
		if step.With == nil || !handsByAction(step) {
			return nil
		}
		h := &handing{printer: f.printer(file, job, step), to: to}
		h.action()
		return h.out
	}
	if step.Run == nil {
		return nil
	}
	var out []Handover
	if mayHandOver(step.Run.Value, to) {
		h := &handing{printer: f.printer(file, job, step), to: to, files: map[string]*runnerText{}}
		h.all()
		out = h.out
	}
	return append(out, f.fileHandovers(file, job, step, to)...)
}

// UnknownHandovers lists the texts that the script of a step writes to some of the runner's files, of which nothing tells who writes them:
// files, downloads, and expressions that can be many things.
func (f *Flow) UnknownHandovers(file *syntax.File, job *syntax.Job, step *syntax.Step, to ...string) []Handover {
	if step.Run == nil || !mayHandOver(step.Run.Value, to) {
		return nil
	}
	h := &handing{printer: f.printer(file, job, step), to: to, files: map[string]*runnerText{}}
	h.guess = true
	h.all()
	return slices.DeleteFunc(h.out, func(one Handover) bool { return one.Value.Who != ByUnknown })
}

// fileHandovers lists what the script files of the repository hand over that a step runs. They stand where the step runs the file.
func (f *Flow) fileHandovers(file *syntax.File, job *syntax.Job, step *syntax.Step, to []string) []Handover {
	var out []Handover
	for _, run := range f.Runs(file, job, step, Held{}) {
		if !mayHandOver(run.Source.Text, to) {
			continue
		}
		h := &handing{printer: f.printer(file, job, step).inFile(run), to: to, files: map[string]*runnerText{}}
		h.all()
		for i := range h.out {
			h.out[i].Script = run.Source.Path
		}
		out = append(out, h.out...)
	}
	return out
}

// all reads the whole script.
func (h *handing) all() {
	if h.script.Dialect == shell.Other {
		h.code(&h.printer.at.step.Run.Str, h.source, 0)
		return
	}
	for _, c := range h.script.Commands {
		if !c.Remote {
			h.command(c)
		}
	}
	h.rewritten()
}

// rewritten notes which outputs are written once more behind each of those found.
func (h *handing) rewritten() {
	if len(h.out) == 0 || !slices.Contains(h.to, "GITHUB_OUTPUT") {
		return
	}
	for _, w := range writes(h.script) {
		if _, certain := h.script.Lasts(w.by); !certain || w.to != "GITHUB_OUTPUT" {
			continue
		}
		for i := range h.out {
			if one := &h.out[i]; one.by != nil && one.by.Start < w.by.Start {
				one.Rewritten = append(one.Rewritten, w.name)
			}
		}
	}
}

// handing reads what a script writes to the runner's files.
type handing struct {
	*printer
	to    []string
	files map[string]*runnerText
	exec  string // the file that all the script prints goes to, after exec >> "$GITHUB_ENV"
	out   []Handover
}

// runnerText is how far one of the files is written.
type runnerText struct {
	line  string // what stands on the last line; openMark for what is not known
	block string // the marker of a block that is not closed yet
	in    bool   // there is one
}

// The marks of what is not known in a line, and of what others choose.
const (
	openMark   = "\x00"
	chosenMark = "\x01"
)

// readableMarks puts an ellipsis in the place of the marks.
var readableMarks = strings.NewReplacer(openMark, "…", chosenMark, "…")

// command reads what one command writes.
func (h *handing) command(c *shell.Command) {
	if w, writes := c.Output(); writes {
		if to := h.wanted(w.Text); to != "" {
			if c.Name == "exec" && len(c.Words) == 1 {
				h.exec = to
				return
			}
			h.write(to, c, h.prints(c, 0))
			return
		}
	} else if h.exec != "" && !c.Subst && c.PipeTo == nil && c.Function == "" {
		h.write(h.exec, c, h.prints(c, 0))
		return
	}
	switch name := strings.ToLower(c.Name); name {
	case "echo", "printf", "write-host", "write-output":
		h.old(c)
	case "tee", "sponge", "tee-object", "out-file", "add-content", "set-content", "ac", "sc":
		if to := h.named(c); to != "" {
			text := h.valueArgument(c)
			if text == nil {
				text = h.input(c, 0)
			}
			h.write(to, c, text)
		}
	case "cp", "mv", "install", "rsync", "copy-item", "move-item", "copy", "move", "ln":
		if n := len(c.Words) - 1; n > 1 && h.wanted(c.Words[n].Text) != "" {
			h.write(h.named(c), c, h.read(c, c.Words[1:n], 0))
		}
	case "dd":
		h.dd(c)
	case "":
		h.method(c)
	default:
		h.interpreted(c)
	}
}

// runnerFile returns the name of the runner's file that a path means, and "" for another one.
func runnerFile(text string) string {
	if len(text) > len("${{ github['output'] }}")+8 {
		return ""
	}
	upper := strings.ToUpper(text)
	for _, name := range runnerFiles {
		if strings.Contains(upper, name) && len(text) <= len(name)+len("${{env:}}")+2 {
			return name
		}
	}
	if fence, ok := strings.CutPrefix(upper, "${{"); ok {
		member := strings.Trim(fence, " }'\"]")
		for _, before := range [...]string{"GITHUB.", "GITHUB['"} {
			if rest, ok := strings.CutPrefix(member, before); ok && slices.Contains(runnerFiles[:], "GITHUB_"+rest) {
				return "GITHUB_" + rest
			}
		}
	}
	return ""
}

// wanted returns the name of the runner's file that a text of the script means when it is one of those asked about.
func (h *handing) wanted(text string) string {
	if !strings.Contains(text, "GITHUB_") && !strings.HasPrefix(text, "${{") {
		text = h.names.Resolve(text)
	}
	if name := runnerFile(text); slices.Contains(h.to, name) {
		return name
	}
	return ""
}

// named returns the runner's file among the arguments of a command.
func (h *handing) named(c *shell.Command) string {
	for _, w := range c.Words[1:] {
		if to := h.wanted(w.Text); to != "" {
			return to
		}
	}
	return ""
}

// valueArgument tells what Add-Content and the like are given as an argument; nil when they read their input.
func (h *handing) valueArgument(c *shell.Command) []piece {
	if c.Name == "tee" || c.Name == "sponge" {
		return nil
	}
	plain := 0
	for i := 1; i < len(c.Words); i++ {
		switch text := strings.ToLower(c.Words[i].Text); {
		case text == "-value" || text == "-inputobject":
			if i+1 < len(c.Words) {
				return append(h.word(c, &c.Words[i+1], false, 0), piece{text: "\n"})
			}
		case text == "-path" || text == "-filepath" || text == "-literalpath" || text == "-encoding":
			i++
			plain++
		case strings.HasPrefix(text, "-"):
		default:
			if plain++; plain == 2 && !strings.EqualFold(c.Name, "out-file") {
				return append(h.word(c, &c.Words[i], false, 0), piece{text: "\n"})
			}
		}
	}
	return nil
}

// dd reads dd of=$GITHUB_ENV.
func (h *handing) dd(c *shell.Command) {
	var text []piece
	to := ""
	for i := range c.Words {
		w := c.Words[i]
		if rest, ok := strings.CutPrefix(w.Text, "of="); ok {
			to = h.wanted(rest)
		} else if rest, ok := strings.CutPrefix(w.Text, "if="); ok {
			w.Text = rest
			text = h.file(c, &w, 0)
		}
	}
	if text == nil {
		text = h.input(c, 0)
	}
	if to != "" {
		h.write(to, c, text)
	}
}

// method reads [IO.File]::AppendAllText($env:GITHUB_ENV, "…") and its like.
func (h *handing) method(c *shell.Command) {
	if len(c.Words) == 0 || h.script.Dialect != shell.PowerShell || !strings.Contains(strings.ToLower(c.Words[0].Text), "file]::") {
		return
	}
	for _, from := range c.Words[0].From {
		if len(from.Words) > 1 && h.wanted(from.Words[0].Text) != "" {
			var text []piece
			for i := range from.Words[1:] {
				text = append(text, h.word(from, &from.Words[i+1], false, 0)...)
			}
			h.write(runnerFile(from.Words[0].Text), c, append(text, piece{text: "\n"}))
		}
	}
}

// old reads the commands ::set-env and ::add-path in what a command prints, where the runner is told to take them.
func (h *handing) old(c *shell.Command) {
	text := h.source[c.Start:c.End]
	at := strings.Index(text, "::set-env ")
	path := strings.Index(text, "::add-path::")
	if at < 0 && path < 0 || !slices.Contains(h.to, "GITHUB_ENV") || !h.takesOld() {
		return
	}
	if path >= 0 {
		h.write("GITHUB_PATH", c, cutBefore(h.prints(c, 0), "::add-path::"))
		return
	}
	h.write("GITHUB_ENV", c, onOneLine(cutBefore(h.prints(c, 0), "::set-env name=")))
}

// takesOld reports ACTIONS_ALLOW_UNSECURE_COMMANDS in the environment of the step.
func (h *handing) takesOld() bool {
	for _, env := range h.t.flow.Environments(h.at.file, h.at.job, h.at.step) {
		if s := env.Get("ACTIONS_ALLOW_UNSECURE_COMMANDS"); s != nil {
			return !strings.EqualFold(s.Value, "false")
		}
	}
	return false
}

// cutBefore is a text behind a constant in it; what stands before name:: becomes name=.
func cutBefore(text []piece, mark string) []piece {
	for i, p := range text {
		if _, rest, ok := strings.Cut(p.text, mark); ok {
			out := append([]piece{{text: strings.Replace(rest, "::", "=", 1)}}, text[i+1:]...)
			return out
		}
	}
	return text
}

// write notes what is written to a file, line by line.
func (h *handing) write(to string, c *shell.Command, text []piece) {
	f := h.files[to]
	if f == nil {
		f = &runnerText{}
		h.files[to] = f
	}
	for _, p := range text {
		switch {
		case len(p.chosen) > 0:
			for _, v := range p.chosen {
				h.found(to, c, f, v)
			}
			f.line += chosenMark
		case p.open:
			f.line += openMark
		default:
			for rest := p.text; ; {
				line, after, ends := strings.Cut(rest, "\n")
				f.line += line
				if !ends {
					break
				}
				f.end()
				rest = after
			}
		}
		if len(f.line) > maxLine {
			f.line = f.line[:maxLine]
		}
	}
	if f.line != "" { // the next command begins a line, unless this one leaves it open
		f.end()
	}
}

// maxLine bounds what is kept of one line.
const maxLine = 4 << 10

// end notes the end of a line: it may open a block, or close one.
func (f *runnerText) end() {
	line := strings.TrimRight(strings.TrimLeft(f.line, "\t"), "\r")
	f.line = ""
	if f.in {
		if line == f.block {
			f.in, f.block = false, ""
		}
		return
	}
	if name, marker, ok := strings.Cut(line, "<<"); ok && !strings.Contains(name, "=") && marker != "" {
		f.in, f.block = true, marker
	}
}

// found notes a text of somebody else's choice at the end of what a file's line holds.
func (h *handing) found(to string, c *shell.Command, f *runnerText, v Chosen) {
	one := Handover{To: to, Value: v, by: c}
	line := strings.TrimLeft(f.line, " \t")
	switch name, _, named := strings.Cut(line, "="); {
	case f.in:
		if strings.Contains(f.block, openMark) {
			return // the marker is another one in each run
		}
		one.Block = readableMarks.Replace(f.block)
	case named && to != "GITHUB_PATH":
		one.Name = readableMarks.Replace(name)
		if strings.Contains(name, chosenMark) {
			return // told of where the name begins
		}
	default:
		one.Within = readableMarks.Replace(line)
	}
	at := v.at
	if at.End <= at.Start {
		at = c.Span
	}
	one.Span = h.span(at)
	h.out = append(h.out, one)
}
