package syntax

import (
	"slices"
	"strings"
)

// DockerStage is a stage of a build.
type DockerStage struct {
	Name string // in lower case; "" for one without
	From int    // the stage that it goes on from; -1 where it begins with an image
}

// DockerInstruction is an instruction with the lines that it goes on in.
type DockerInstruction struct {
	Span
	Name  string // in upper case
	Stage int    // -1 above the first FROM
}

// DockerVar is a variable that ARG or ENV defines.
type DockerVar struct {
	Name  Str
	Value Str // as it is written, without quotes; empty where none is given
	Env   bool
	Stage int // -1 above the first FROM
}

// DockerCopy is an instruction that takes files of the build's context into a stage.
type DockerCopy struct {
	Span
	Sources  []Str // with the defaults of ARG filled in
	Excludes []string
	Stage    int
}

// LastStage returns the stage that a build makes an image of: the one with this name, else the last.
func (d *Dockerfile) LastStage(target string) int {
	if target != "" {
		if i := slices.IndexFunc(d.Stages, func(s DockerStage) bool { return strings.EqualFold(s.Name, target) }); i >= 0 {
			return i
		}
	}
	return len(d.Stages) - 1
}

// Within tells whether the layers of a stage are in that of another: in itself, and in those that go on from it.
func (d *Dockerfile) Within(stage, last int) bool {
	for last >= 0 && last != stage {
		last = d.Stages[last].From // always one before it
	}
	return last == stage && stage >= 0
}

// stage is the one that is being read.
func (p *dockerParser) stage() int { return len(p.out.Stages) - 1 }

// maxDockerVars is how many variables of a Dockerfile are read.
const maxDockerVars = 500

// vars notes what ARG and ENV define: NAME=value … or, the old way, ENV NAME value.
func (p *dockerParser) vars(text string, start int, env bool) {
	words := quotedWords(text)
	for i, w := range words {
		if len(p.out.Vars) >= maxDockerVars {
			return
		}
		word := text[w.Start:w.End]
		equal := strings.IndexByte(word, '=')
		v := DockerVar{Env: env, Stage: p.stage()}
		switch {
		case equal > 0:
			v.Name, v.Value = dockerStr(text, start, Span{Start: w.Start, End: w.Start + equal}), dockerStr(text, start, Span{Start: w.Start + equal + 1, End: w.End})
		case equal < 0 && !env:
			v.Name, v.Value = dockerStr(text, start, w), dockerStr(text, start, Span{Start: w.End, End: w.End})
		case equal < 0 && i == 0 && len(words) > 1:
			v.Name, v.Value = dockerStr(text, start, w), dockerStr(text, start, Span{Start: words[1].Start, End: words[len(words)-1].End})
			p.out.Vars = append(p.out.Vars, v)
			return
		default:
			continue
		}
		p.out.Vars = append(p.out.Vars, v)
	}
}

// dockerStr is a part of a text that stands in the file from start on, without quotes around it.
func dockerStr(text string, start int, at Span) Str {
	if part := text[at.Start:at.End]; len(part) >= 2 && (part[0] == '"' || part[0] == '\'') && part[len(part)-1] == part[0] {
		at.Start, at.End = at.Start+1, at.End-1
	}
	return Str{Span: Span{Start: start + at.Start, End: start + at.End}, Value: text[at.Start:at.End]}
}

// quotedWords splits a text at blanks and escaped line ends that are not in quotes.
func quotedWords(text string) []Span {
	var out []Span
	from, quote := -1, byte(0)
	for i := 0; i <= len(text); i++ {
		blank := i == len(text) || quote == 0 && (strings.IndexByte(" \t\r\n", text[i]) >= 0 || text[i] == '\\' && endsLine(text[i+1:]))
		switch {
		case blank && from >= 0:
			out = append(out, Span{Start: from, End: i})
			from = -1
		case blank:
		case from < 0:
			from = i
		}
		if blank {
			continue
		}
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text):
			i++ // what is escaped ends nothing
		case c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\''):
			quote = c
		}
	}
	return out
}

// takes notes the files of the context that COPY or ADD takes.
func (p *dockerParser) takes(words []Str, at Span) {
	c := DockerCopy{Span: at, Stage: p.stage()}
	for len(words) > 0 && strings.HasPrefix(words[0].Value, "--") {
		if strings.HasPrefix(words[0].Value, "--from=") {
			return // another stage, an image, or a context of its own
		}
		if pattern, ok := strings.CutPrefix(words[0].Value, "--exclude="); ok {
			c.Excludes = append(c.Excludes, pattern)
		}
		words = words[1:]
	}
	if len(words) == 0 {
		return
	}
	if end, ok := strings.CutPrefix(words[0].Value, "<<"); ok {
		p.skip(strings.Trim(strings.TrimPrefix(end, "-"), `"'`))
		return
	}
	if strings.HasPrefix(words[0].Value, "[") {
		words = p.listed(Span{Start: words[0].Start, End: words[len(words)-1].End})
	}
	if len(words) < 2 {
		return
	}
	for _, w := range words[:len(words)-1] { // the last is where they go
		w.Value = p.expand(w.Value)
		c.Sources = append(c.Sources, w)
	}
	p.out.Copies = append(p.out.Copies, c)
}

// listed splits a list in brackets: ["a", "b"].
func (p *dockerParser) listed(at Span) []Str {
	const around = "[]\"\\ \t\r\n"
	var out []Str
	for start := at.Start; start < at.End; {
		part, _, _ := strings.Cut(p.out.Text[start:at.End], ",")
		if value := strings.Trim(part, around); value != "" {
			from := start + strings.Index(part, value)
			out = append(out, Str{Span: Span{Start: from, End: from + len(value)}, Value: value})
		}
		start += len(part) + 1
	}
	return out
}

// skip reads the lines up to the one that closes a here-document, whose text is no instruction. One that nothing closes is none.
func (p *dockerParser) skip(end string) {
	for line := p.line + 1; line <= p.out.Lines(); line++ {
		if strings.TrimLeft(strings.TrimRight(p.out.Slice(p.out.LineSpan(line)), "\r"), "\t") == end {
			p.line = line
			return
		}
	}
}
