package shell

import (
	"slices"
	"strings"
)

// tool tells which options of a program make it print what it sends or runs.
type tool struct {
	short  byte     // one-letter option, 0 when there is none
	values string   // one-letter options that take a value
	long   []string // long options; one that ends in = or is in files names where the output goes
	files  []string // long options whose value is a file
	early  bool     // only before the first word that is no option
}

// toolOf knows the options. Source: the programs' manuals (curl 8, wget 1.24, docker 28, AWS CLI 2, Azure CLI 2,
// Google Cloud CLI, OpenSSH 10, HTTPie 3).
func toolOf(name string) (tool, bool) {
	switch name {
	case "curl":
		return tool{short: 'v', values: "AbcCdDeEFhHKmoPQrtTuUwxXyYz", long: []string{"--verbose"},
			files: []string{"--trace", "--trace-ascii"}}, true
	case "wget":
		return tool{short: 'd', values: "aeioOPQtTUwDARlBX", long: []string{"--debug"}}, true
	case "docker", "docker-compose":
		return tool{short: 'D', values: "Hlc", long: []string{"--debug"}, early: true}, true
	case "aws", "az":
		return tool{long: []string{"--debug"}}, true
	case "gcloud":
		return tool{long: []string{"--log-http"}}, true
	case "ssh":
		return tool{short: 'v', values: "BbcDEeFIiJLlmOopQRSWw", early: true}, true
	case "http", "https", "xh":
		return tool{short: 'v', values: "apsfo", long: []string{"--verbose"}}, true
	}
	return tool{}, false
}

// Flag finds an option without a value among the words of a command: a letter, alone or in a cluster, or one of some long spellings.
// It knows which letters of curl, wget, ssh and some others take a value.
func (c *Command) Flag(letter byte, long ...string) (*Word, bool) {
	spec, _ := toolOf(c.Name)
	for i := 1; i < len(c.Words); i++ {
		w := &c.Words[i]
		switch {
		case w.Text == "--":
			return nil, false
		case slices.Contains(long, w.Text):
			return w, true
		case len(w.Text) > 1 && w.Text[0] == '-' && w.Text[1] != '-':
			for k := 1; k < len(w.Text); k++ {
				if w.Text[k] == letter && w.Const {
					return w, true
				}
				if strings.IndexByte(spec.values, w.Text[k]) >= 0 {
					if k == len(w.Text)-1 {
						i++
					}
					break
				}
			}
		}
	}
	return nil, false
}

// maxTools bounds the traces of programs in one script: each may print every later command.
const maxTools = 100

// toolTraces finds the programs that are told to trace themselves.
func (w *walker) toolTraces() {
	var list []*Trace
	for _, c := range w.s.Commands {
		if spec, ok := toolOf(c.Name); ok {
			if tr := w.s.toolTrace(c, spec); tr != nil {
				list = append(list, tr)
			}
		}
		for i := range c.Assigns {
			if gitTraces(&c.Assigns[i]) && len(list) < maxTools {
				list = append(list, w.s.gitTrace(c, i))
			}
		}
	}
	w.s.Traces = append(w.s.Traces, list...)
}

func (s *Script) toolTrace(c *Command, spec tool) *Trace {
	if hidden(c) {
		return nil
	}
	for i := 1; i < len(c.Words); i++ {
		w := &c.Words[i]
		text := w.Text
		switch {
		case text == "--":
			return nil
		case strings.HasPrefix(text, "--"):
			name, value, joined := strings.Cut(text, "=")
			if slices.Contains(spec.long, text) {
				return s.newToolTrace(c, w.Span, []Edit{wordEdit(s.text, w.Start, w.End)})
			}
			if slices.Contains(spec.files, name) {
				at := w.Span
				if !joined && i+1 < len(c.Words) {
					value, at.End = c.Words[i+1].Text, c.Words[i+1].End
				}
				if _, ok := stream(value); ok || value == "-" || value == "%" {
					return s.newToolTrace(c, at, []Edit{wordEdit(s.text, at.Start, at.End)})
				}
			}
		case len(text) > 1 && text[0] == '-':
			for k := 1; k < len(text); k++ {
				if text[k] == spec.short && w.Const {
					edits, _ := letterEdit(s.text, *w, spec.short)
					return s.newToolTrace(c, w.Span, edits)
				}
				if strings.IndexByte(spec.values, text[k]) >= 0 {
					if k == len(text)-1 {
						i++
					}
					break
				}
			}
		case spec.early:
			return nil
		}
	}
	return nil
}

// hidden tells whether what a command writes to standard error does not get into the log.
func hidden(c *Command) bool {
	if len(c.Redirects)+len(c.Group) == 0 {
		return false
	}
	t := tracer{fds: make(map[string]int8)}
	st := state{fd: 2}
	if c.Subst {
		st.hide = 1 << 1
	}
	t.redirect(c.Group, &st)
	t.redirect(c.Redirects, &st)
	return !st.shows(2)
}

func (s *Script) newToolTrace(c *Command, at Span, fix []Edit) *Trace {
	if s.places[c.id].src.at != nil || c.PipeTo != nil || c.Subst || len(c.Redirects) > 0 {
		fix = nil // someone may read what it prints
	}
	return &Trace{Span: at, Kind: TraceTool, Stmt: c.Span, By: c, Prints: []*Command{c}, Fix: fix}
}

// gitTraces tells whether an assignment makes git print what it does to standard error.
func gitTraces(a *Assign) bool {
	if a.Name != "GIT_CURL_VERBOSE" && !strings.HasPrefix(a.Name, "GIT_TRACE") {
		return false
	}
	switch name := strings.TrimPrefix(a.Name, "GIT_TRACE"); name {
	case "_REDACT", "_CURL_NO_DATA":
		return false
	case "2", "2_EVENT", "2_PERF":
	default:
		if strings.HasPrefix(name, "2") {
			return false
		}
	}
	switch value := strings.ToLower(a.Value.Text); value {
	case "1", "2", "true":
		return true
	case "", "0", "false":
		return false
	default:
		return a.Name == "GIT_CURL_VERBOSE" && a.Value.Const
	}
}

// gitTrace is the trace of an assignment: it prints the command it stands before, or every later git.
func (s *Script) gitTrace(c *Command, i int) *Trace {
	a := &c.Assigns[i]
	tr := &Trace{Span: a.Span, Kind: TraceTool, Stmt: c.Span, By: c}
	if len(c.Words) > 0 && c.Words[0].Text != "export" && c.Words[0].Text != "declare" {
		tr.Prints = []*Command{c}
		if s.places[c.id].src.at == nil && len(c.Wrappers) == 0 {
			end := a.End
			for end < len(s.text) && (s.text[end] == ' ' || s.text[end] == '\t') {
				end++
			}
			tr.Fix = []Edit{{Span: Span{a.Start, end}}}
		}
		return tr
	}
	for _, later := range s.Commands {
		if later.Start > c.Start && later.Name == "git" {
			tr.Prints = append(tr.Prints, later)
		}
	}
	if len(c.Assigns) == 1 && len(c.Words) < 2 {
		tr.Fix = s.dropFix(c)
	} else if s.places[c.id].src.at == nil {
		tr.Fix = []Edit{wordEdit(s.text, a.Start, a.End)}
	}
	return tr
}

func (s *Script) addTraces(list []*Trace) {
	for _, tr := range list {
		if tr.By != nil && tr.Stmt == (Span{}) {
			tr.Stmt = tr.By.Span
			if p := s.places[tr.By.id]; p.direct {
				tr.Stmt.End = max(tr.Stmt.End, p.stmt.End)
			}
			tr.Cond = tr.open || s.conditional(tr.By)
		}
	}
	s.Traces = append(s.Traces, list...)
	slices.SortStableFunc(s.Traces, func(a, b *Trace) int { return a.Start - b.Start })
}

// conditional tells whether a command is executed on some paths only.
func (s *Script) conditional(c *Command) bool {
	for l := s.places[c.id].list; l != nil; l = l.parent {
		if l.cond {
			return true
		}
	}
	return false
}
