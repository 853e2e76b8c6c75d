package flow

import (
	"maps"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Of Python, JavaScript, Ruby and Perl only lines are read: what they take from the environment, the payload and files, the names they
// keep it under, and the calls by which they write to the runner's files.

// code is a text in one of these languages.
type code struct {
	*handing
	s    *syntax.Str // the scalar it stands in
	at   int         // where in its value
	vars map[string][]Chosen
}

// interpreted reads the code that a command is given as an argument or in a here-document.
func (h *handing) interpreted(c *shell.Command) {
	switch name := strings.ToLower(c.Name); {
	case strings.HasPrefix(name, "python"), name == "node", name == "ruby", name == "perl", name == "deno", name == "bun":
	default:
		return
	}
	read := func(w *shell.Word) {
		if w.Start < w.End && mayHandOver(w.Text, h.to) {
			h.code(&h.printer.at.step.Run.Str, h.source[w.Start:w.End], w.Start)
		}
	}
	for i := range c.Words {
		read(&c.Words[i])
	}
	for i := range c.Redirects {
		if strings.HasPrefix(c.Redirects[i].Op, "<<") {
			read(&c.Redirects[i].Target)
		}
	}
}

// code reads a text line by line.
func (h *handing) code(s *syntax.Str, text string, at int) {
	c := &code{handing: h, s: s, vars: map[string][]Chosen{}}
	whole := text
	for line := range strings.Lines(text) {
		c.at = at
		c.line(line, whole)
		at += len(line)
	}
}

func (c *code) line(line, whole string) {
	trimmed := strings.TrimSpace(line)
	if strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, "//") {
		return
	}
	found := c.sources(line)
	if checksText(line) {
		for name := range c.vars {
			if mentions(line, name) {
				delete(c.vars, name)
			}
		}
		return
	}
	for _, name := range slices.Sorted(maps.Keys(c.vars)) {
		if mentions(line, name) {
			found = append(found, c.vars[name]...)
		}
	}
	if len(found) > 0 && makesSafe(line) {
		found = nil
	}
	if name, ok := assignedName(trimmed); ok {
		delete(c.vars, name)
		if len(found) > 0 {
			c.vars[name] = found
		}
	}
	if len(found) > 0 {
		c.call(line, whole, found)
	}
}

// sources finds what a line takes from the environment, from the event's payload and from files.
func (c *code) sources(line string) []Chosen {
	var out []Chosen
	add := func(taints []Taint) {
		for _, t := range taints {
			out = append(out, Chosen{Taint: t, Lines: !oneLine(t)})
		}
	}
	eachName(line, func(name string) { add(c.variable(name)) },
		"os.environ[", "os.environ.get(", "os.getenv(", "process.env.", "process.env[", "ENV[", "ENV.fetch(", "$ENV{", "getenv(")
	eachName(line, func(path string) { add(c.t.github(c.printer.at, spot{in: c.here(line)}, "event."+path)) }, "context.payload.", "github.event.")
	for _, call := range [...]string{"open(", "readFileSync(", "Path(", "File.read(", "readFile("} {
		_, rest, ok := strings.Cut(line, call)
		if !ok || rest == "" || rest[0] != '"' && rest[0] != '\'' && rest[0] != '`' {
			continue
		}
		name, _, closed := strings.Cut(rest[1:], rest[:1])
		if t, is := c.tree(joined(c.dir, rootless(name))); is && closed {
			out = append(out, t.chosen(shell.Span{}))
		}
	}
	return out
}

// eachName calls fn with the names that stand behind some texts in a line, in quotes or without.
func eachName(line string, fn func(string), before ...string) {
	for _, b := range before {
		rest := line
		for {
			var ok bool
			if _, rest, ok = strings.Cut(rest, b); !ok {
				break
			}
			name := strings.TrimLeft(rest, "\"'`")
			end := strings.IndexFunc(name, func(r rune) bool {
				return r != '_' && r != '.' && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z')
			})
			if end >= 0 {
				name = name[:end]
			}
			if name = strings.Trim(name, "."); name != "" {
				fn(name)
			}
		}
	}
}

// here is the place of a line in the file, without the blanks around it.
func (c *code) here(line string) syntax.Span {
	if c.within != nil {
		return *c.within
	}
	start := c.at + len(line) - len(strings.TrimLeft(line, " \t"))
	return c.printer.at.file.ValueSpan(c.s, syntax.Span{Start: start, End: max(start+1, c.at+len(strings.TrimRight(line, " \t\r\n")))})
}

// mentions reports a name in a line, not as a part of another one.
func mentions(line, name string) bool {
	for at := 0; ; {
		i := strings.Index(line[at:], name)
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(name)
		if (start == 0 || !isWord(line[start-1])) && (end == len(line) || !isWord(line[end])) {
			return true
		}
		at = end
	}
}

func isWord(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z'
}

// checksText reports a line that compares a text with a pattern, or asks whether it is a number.
func checksText(line string) bool {
	for _, call := range [...]string{"fullmatch(", "re.match(", ".isdigit()", ".isnumeric()", ".isalnum()", ".test(", ".match(/^", "isNaN(", "isInteger("} {
		if strings.Contains(line, call) {
			return true
		}
	}
	return false
}

// makesSafe reports a line that takes the line breaks from a text, or makes a number of it.
func makesSafe(line string) bool {
	for _, call := range [...]string{`replace("\n"`, `replace('\n'`, `replaceAll("\n"`, `replaceAll('\n'`, `replace(/\n/g`, `replace(/\r?\n/g`, `replace(/[\r\n]`, "splitlines()[0]", `split("\n")[0]`,
		`split('\n')[0]`, "json.dumps(", "JSON.stringify(", "int(", "parseInt(", "Number(", "len(", ".length", "re.sub(r'[^", `re.sub(r"[^`, `re.sub("[^`, "re.sub('[^", "replace(/[^",
		"encodeURIComponent(", "quote(", "b64encode(", "hexdigest("} {
		if i := strings.Index(line, call); i >= 0 && (call != "int(" || i == 0 || !isWord(line[i-1])) {
			return true
		}
	}
	return false
}

// assignedName returns the name that a line gives a value to.
func assignedName(line string) (string, bool) {
	if _, name, ok := strings.Cut(line, " as "); ok && strings.HasPrefix(line, "with ") {
		return strings.TrimRight(name, ": "), true
	}
	for _, keyword := range [...]string{"const ", "let ", "var ", "my "} {
		line = strings.TrimPrefix(line, keyword)
	}
	name, rest, ok := strings.Cut(line, "=")
	name = strings.TrimLeft(strings.TrimSpace(name), "$")
	if !ok || strings.HasPrefix(rest, "=") || name == "" || !variableName(name) {
		return "", false
	}
	return name, true
}

// call looks for the calls by which a line hands a text to the runner.
func (c *code) call(line, whole string, found []Chosen) {
	add := func(to, name, block string) {
		for _, v := range found {
			if !slices.Contains(c.to, to) {
				continue
			}
			c.out = append(c.out, Handover{Span: c.here(line), To: to, Name: name, Block: block, Value: v})
		}
	}
	if _, rest, ok := strings.Cut(line, "exportVariable("); ok {
		name, _, _ := strings.Cut(rest, ",")
		for i := range found {
			found[i].Lines = false // the library puts a random marker behind the value
		}
		if literal := strings.Trim(name, " \"'`"); literal != strings.TrimSpace(name) && !strings.Contains(name, "$") {
			add("GITHUB_ENV", literal, "")
		} else if c.chosenName(name) {
			add("GITHUB_ENV", "", "")
		}
		return
	}
	if strings.Contains(line, "addPath(") {
		add("GITHUB_PATH", "", "")
		return
	}
	writes := slices.ContainsFunc([]string{".write(", ".writelines(", "file=", "appendFileSync(", "appendFile(", "writeFileSync(", ".puts", "print(", ">>"}, func(call string) bool { return strings.Contains(line, call) })
	to := firstFile(line)
	if to == "" {
		to = firstFile(whole)
	}
	if !writes || to == "" || strings.Contains(line, "print(") && !strings.Contains(line, "file=") {
		return
	}
	name, block := literalName(line)
	if block != "" && (strings.Contains(whole, "uuid") || strings.Contains(whole, "random") || strings.Contains(whole, "token_")) {
		return
	}
	add(to, name, block)
}

// chosenName reports that an expression for a name holds something that others choose.
func (c *code) chosenName(name string) bool {
	if len(c.sources(name)) > 0 {
		return true
	}
	for v := range c.vars {
		if mentions(name, v) {
			return true
		}
	}
	return false
}

// firstFile returns the first of the runner's files that a text names.
func firstFile(text string) string {
	best, at := "", len(text)
	for _, name := range runnerFiles {
		if i := strings.Index(text, name); i >= 0 && i < at {
			best, at = name, i
		}
	}
	return best
}

// literalName finds the name before = in a literal of a line, or the marker behind <<.
func literalName(line string) (name, block string) {
	for i := 0; i < len(line); i++ {
		if line[i] != '"' && line[i] != '\'' && line[i] != '`' {
			continue
		}
		end := i + 1
		for end < len(line) && (isWord(line[end]) || line[end] == '-') {
			end++
		}
		if end == i+1 || end >= len(line) {
			continue
		}
		if line[end] == '=' {
			return line[i+1 : end], ""
		}
		if marker, ok := strings.CutPrefix(line[end:], "<<"); ok {
			if stop := strings.IndexAny(marker, "\\\"'` "); stop >= 0 {
				marker = marker[:stop]
			}
			return line[i+1 : end], marker
		}
	}
	return "", ""
}

// handsByAction answers fast whether an action may hand something to the runner that Handovers reads.
func handsByAction(step *syntax.Step) bool {
	if step.With.Get("script") != nil {
		return true
	}
	_, loads := catalog.LoadsEnvironment(step.Uses.Value, nil)
	return loads
}

// action reads what a step hands to the runner by an action: a script for github-script, a file for one that loads variables.
func (h *handing) action() {
	step := h.printer.at.step
	if script := step.With.Get("script"); script != nil && strings.EqualFold(actionName(step.Uses.Value), "actions/github-script") {
		if strings.Contains(script.Value, "exportVariable(") || strings.Contains(script.Value, "addPath(") || mayHandOver(script.Value, h.to) {
			h.code(script, script.Value, 0)
		}
		return
	}
	name, loads := catalog.LoadsEnvironment(step.Uses.Value, inputs(step.With))
	if !loads || !slices.Contains(h.to, "GITHUB_ENV") {
		return
	}
	if t, ok := h.tree(joined(".", rootless(name))); ok {
		h.out = append(h.out, Handover{Span: step.Uses.Span, To: "GITHUB_ENV", Value: t.chosen(shell.Span{})})
	}
}
