package syntax

import (
	"strings"
)

// Dockerfile is what a Dockerfile builds from, runs and fetches.
type Dockerfile struct {
	*Source
	Images []DockerImage  // that its stages begin with, or that it copies from; stages of its own are none
	Runs   []DockerScript // what RUN executes in a shell
	Adds   []Str          // addresses that ADD fetches; Value is plain text

	Stages       []DockerStage
	Instructions []DockerInstruction
	Vars         []DockerVar
	Copies       []DockerCopy // of COPY and ADD, from the context of the build
}

// DockerImage is one image that a Dockerfile names.
type DockerImage struct {
	Span
	Name string // with the defaults of ARG filled in; a variable without one stays as it is written
}

// DockerScript is the script of one RUN. Offsets into Text plus Start are offsets into the file.
type DockerScript struct {
	Start int
	Text  string
}

// maxInstructions is how many instructions of a Dockerfile are read.
const maxInstructions = 2000

// ParseDockerfile reads a Dockerfile. What it does not understand it leaves out: it never fails. One that escapes line ends with anything but
// a backslash is for Windows and holds nothing.
func ParseDockerfile(src *Source) *Dockerfile {
	p := &dockerParser{out: &Dockerfile{Source: src}, args: map[string]string{}, stages: map[string]int{}}
	if escapesOtherwise(src.Text) {
		return p.out
	}
	for n := 0; p.line < src.Lines() && n < maxInstructions; n++ {
		p.instruction()
	}
	return p.out
}

// escapesOtherwise reports a directive, which stands in the comments at the top, that makes another character the escape.
func escapesOtherwise(text string) bool {
	for line := range strings.Lines(text) {
		body, comment := strings.CutPrefix(strings.TrimSpace(line), "#")
		if !comment {
			return false
		}
		key, value, _ := strings.Cut(body, "=")
		if strings.EqualFold(strings.TrimSpace(key), "escape") {
			return strings.TrimSpace(value) != `\`
		}
	}
	return false
}

type dockerParser struct {
	out    *Dockerfile
	line   int // read so far
	args   map[string]string
	stages map[string]int // by name in lower case
}

// instruction reads the next instruction with the lines that it goes on in.
func (p *dockerParser) instruction() {
	p.line++
	span := p.out.LineSpan(p.line)
	text := p.out.Slice(span)
	body := strings.TrimLeft(text, " \t")
	if body == "" || body[0] == '#' {
		return
	}
	span.Start += len(text) - len(body)
	for goesOn(p.out.Slice(span)) && p.line < p.out.Lines() {
		p.line++
		span.End = p.out.LineSpan(p.line).End
		for next := strings.TrimSpace(p.out.Slice(p.out.LineSpan(p.line))); (next == "" || next[0] == '#') && p.line < p.out.Lines(); {
			p.line++
			span.End = p.out.LineSpan(p.line).End
			next = strings.TrimSpace(p.out.Slice(p.out.LineSpan(p.line)))
		}
	}
	text = plainContinuations(p.out.Slice(span))
	i := strings.IndexAny(text, " \t")
	if i < 0 {
		return
	}
	rest := Span{Start: span.Start + i, End: span.End}
	name := strings.ToUpper(text[:i])
	switch name {
	case "FROM":
		p.from(dockerWords(text[i:], rest.Start))
	case "ARG":
		p.arg(dockerWords(text[i:], rest.Start))
		p.vars(text[i:], rest.Start, false)
	case "ENV":
		p.vars(text[i:], rest.Start, true)
	case "COPY":
		words := dockerWords(text[i:], rest.Start)
		p.copies(words)
		p.takes(words, span)
	case "ADD":
		words := dockerWords(text[i:], rest.Start)
		p.adds(words)
		p.takes(words, span)
	case "RUN":
		p.run(text[i:], rest.Start)
	}
	span.End = max(span.End, p.out.LineSpan(p.line).End) // a here-document goes on
	p.out.Instructions = append(p.out.Instructions, DockerInstruction{span, name, p.stage()})
}

// goesOn reports lines whose last one ends in a backslash.
func goesOn(text string) bool {
	return strings.HasSuffix(strings.TrimRight(text, " \t\r"), `\`)
}

// plainContinuations replaces comments within an instruction, which Docker removes, by blanks and a backslash, so that a shell goes on as Docker
// does. No byte changes its place.
func plainContinuations(text string) string {
	if !strings.Contains(text, "\n") || !strings.Contains(text, "#") {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	for line := range strings.Lines(text) {
		body := strings.TrimLeft(line, " \t")
		end := strings.TrimRight(line, "\r\n")
		if b.Len() == 0 || !strings.HasPrefix(body, "#") || len(end) == len(line) {
			b.WriteString(line)
			continue
		}
		b.WriteString(strings.Repeat(" ", len(end)-1) + `\` + line[len(end):])
	}
	return b.String()
}

// dockerWords splits the text behind an instruction at blanks and escaped line ends; start is where it stands in the file.
func dockerWords(text string, start int) []Str {
	var out []Str
	from := -1
	for i := 0; i <= len(text); i++ {
		blank := i == len(text) || strings.IndexByte(" \t\r\n", text[i]) >= 0 || text[i] == '\\' && endsLine(text[i+1:])
		switch {
		case blank && from >= 0:
			out = append(out, Str{Span: Span{Start: start + from, End: start + i}, Value: strings.Trim(text[from:i], `"'`)})
			from = -1
		case !blank && from < 0:
			from = i
		}
	}
	return out
}

// endsLine reports text whose first line is blank.
func endsLine(text string) bool {
	for i := range len(text) {
		switch text[i] {
		case ' ', '\t', '\r':
		default:
			return text[i] == '\n'
		}
	}
	return true
}

func (p *dockerParser) from(words []Str) {
	for len(words) > 0 && strings.HasPrefix(words[0].Value, "--") {
		words = words[1:]
	}
	if len(words) == 0 {
		return
	}
	p.image(words[0].Span, words[0].Value)
	stage := DockerStage{From: -1}
	if from, ok := p.stages[strings.ToLower(p.expand(words[0].Value))]; ok {
		stage.From = from
	}
	if len(words) == 3 && strings.EqualFold(words[1].Value, "as") {
		stage.Name = strings.ToLower(words[2].Value)
		p.stages[stage.Name] = len(p.out.Stages)
	}
	p.out.Stages = append(p.out.Stages, stage)
}

// image notes an image unless it is a stage before.
func (p *dockerParser) image(at Span, name string) {
	name = p.expand(name)
	if _, own := p.stages[strings.ToLower(name)]; own || name == "" || strings.Trim(name, "0123456789") == "" {
		return
	}
	p.out.Images = append(p.out.Images, DockerImage{at, name})
}

func (p *dockerParser) arg(words []Str) {
	for _, w := range words {
		if name, value, ok := strings.Cut(w.Value, "="); ok && len(p.args) < maxInstructions {
			p.args[name] = p.expand(strings.Trim(value, `"'`))
		}
	}
}

// expand fills the defaults of ARG in: $NAME, ${NAME}, ${NAME:-default}.
func (p *dockerParser) expand(text string) string {
	const most = 1000
	var b strings.Builder
	for text != "" && b.Len() < most {
		before, rest, ok := strings.Cut(text, "$")
		b.WriteString(before)
		if !ok {
			break
		}
		name, after := rest, ""
		braces := strings.HasPrefix(rest, "{")
		if braces {
			name, after, ok = strings.Cut(rest[1:], "}")
		} else {
			end := 0
			for end < len(rest) && (rest[end] == '_' || rest[end]|0x20 >= 'a' && rest[end]|0x20 <= 'z' || rest[end] >= '0' && rest[end] <= '9') {
				end++
			}
			name, after = rest[:end], rest[end:]
		}
		key, standard, _ := strings.Cut(name, ":-")
		value, known := p.args[key]
		switch {
		case known:
			b.WriteString(value)
		case standard != "":
			b.WriteString(standard)
		case braces && ok:
			b.WriteString("${" + name + "}")
		default:
			b.WriteString("$" + name)
		}
		text = after
	}
	return b.String()[:min(b.Len(), most)]
}

func (p *dockerParser) copies(words []Str) {
	for _, w := range words {
		if name, ok := strings.CutPrefix(w.Value, "--from="); ok {
			p.image(Span{Start: w.End - len(name), End: w.End}, name)
		}
	}
}

func (p *dockerParser) adds(words []Str) {
	for _, w := range words {
		if strings.HasPrefix(w.Value, "--checksum") {
			return
		}
		if strings.Contains(w.Value, "://") || strings.HasPrefix(w.Value, "git@") {
			p.out.Adds = append(p.out.Adds, w)
		}
	}
}

// run notes the script of RUN: what stands behind its options, or the here-document that it begins.
func (p *dockerParser) run(text string, start int) {
	at := 0
	for {
		at += len(text[at:]) - len(strings.TrimLeft(text[at:], " \t"))
		if !strings.HasPrefix(text[at:], "--") {
			break
		}
		end := strings.IndexAny(text[at:], " \t\r\n")
		if end < 0 {
			return
		}
		at += end
		if rest := strings.TrimLeft(text[at:], " \t"); strings.HasPrefix(rest, "\\\n") || strings.HasPrefix(rest, "\\\r\n") {
			at += len(text[at:]) - len(rest) + strings.IndexByte(rest, '\n') + 1
		}
	}
	switch text = text[at:]; {
	case strings.HasPrefix(text, "["): // no shell takes part
	case strings.HasPrefix(text, "<<"):
		p.document(strings.Trim(strings.TrimLeft(text, "<-"), " \t\r"))
	default:
		p.out.Runs = append(p.out.Runs, DockerScript{start + at, text})
	}
}

// document reads the lines up to the one that closes a here-document.
func (p *dockerParser) document(end string) {
	end = strings.Trim(end, `"'`)
	first := p.line + 1
	for p.line < p.out.Lines() {
		p.line++
		if span := p.out.LineSpan(p.line); strings.TrimLeft(p.out.Slice(span), "\t") == end {
			from := p.out.LineSpan(first).Start
			p.out.Runs = append(p.out.Runs, DockerScript{from, p.out.Text[from:span.Start]})
			return
		}
	}
}
