// Package shell tells what a run: script executes, reads, writes and traces. Scripts are never run.
package shell

import (
	"fmt"
	"slices"
	"strings"
)

// Span is a half-open range of byte offsets into the script's text.
type Span struct{ Start, End int }

// Dialect is the language of a script.
type Dialect uint8

// The dialects. Scripts of another kind have no facts.
const (
	Other Dialect = iota // python, node, custom interpreters
	Bash
	POSIX
	PowerShell // pwsh and Windows PowerShell
	Cmd
)

// Hole is a stretch of the text that the runner replaces before the shell sees it: one ${{ }}.
type Hole struct{ Span }

// Script is what could be learned from one script.
type Script struct {
	Dialect  Dialect
	Commands []*Command // in source order, those of substitutions, functions, groups and nested scripts included
	Traces   []*Trace   // in source order
	Err      error      // the text is no valid script; facts are what a tolerant scan found

	text   string
	places []place // by Command.id

}

// Command is one simple command. Assignments without a command have an empty Name.
// [[ ]], (( )), let, case and for appear as commands named "[[", "((", "let", "case" and "for".
type Command struct {
	Span               // from the first assignment, wrapper or word to the last word or redirection; here-document bodies excluded
	Name      string   // base name without path or .exe, "" when it is not constant: see Words[0]
	Words     []Word   // name first; wrappers (sudo, env, time, exec, command, nice, nohup, xargs, timeout) are left out of Words
	Wrappers  []string // names of the wrappers, outermost first
	Assigns   []Assign // before the command, or on their own (also export, local, readonly, declare)
	Redirects []Redirect
	Group     []Redirect // of the groups, loops and subshells around it, outermost first
	Pipe      int        // index in its pipeline, 0-based
	PipeTo    *Command   // the command that reads its output (the first one of a group); nil at the end
	Feeds     []*Command // the commands whose output it reads through a pipe, also as one of a group
	Function  string     // the function whose body it stands in
	Subst     bool       // it stands in a command substitution, so its output is captured
	Remote    bool       // it stands in a script given to another machine or container (ssh host '…', docker run … sh -c '…')
	Nested    bool       // it stands in a script given as an argument or here-document (bash -c '…', eval '…', ssh host '…')
	Traced    *Trace     // the trace that prints it; nil when none is on
	Env       *Env       // what the program it starts sees of the environment: all when nil

	id   int
	pre  []Word // the words of its wrappers
	outs int    // nesting of substitutions
}

// Word is one argument.
type Word struct {
	Span
	Text   string // with quotes removed; expansions and holes are left as written
	Const  bool   // no expansion, no hole
	Quoted bool   // wholly within quotes
	Vars   []VarUse
	Holes  []int      // indexes of the holes it holds, those of substitutions left out
	From   []*Command // commands of the substitutions it holds: $(cmd …)
}

// VarUse is one expansion of a variable.
type VarUse struct {
	Span
	Name   string // "1", "@", "?" and the like for special parameters; PowerShell: NAME of $env:NAME, "$name" in lower case of others
	Quoted bool
	// Length: only the variable's length or whether it is set is used (${#x}, ${x:+y}): nothing of it is printed.
	Length bool
	// Cut: a part of the value is used, or another spelling of it: ${x:0:4}, ${x#p}, ${x/a/b}, ${x^^}, ${x@Q}.
	Cut bool
	// Foreign: it is not the variable of this name in the step's environment, which the script has replaced by a constant or which
	// does not reach the script it stands in.
	Foreign bool
}

// Assign is NAME=value.
type Assign struct {
	Span
	Name   string // as VarUse.Name
	Value  Word   // of an array: all its elements, Text as written
	Export bool   // export NAME=value, declare -x, or given to one command only (env NAME=value cmd, NAME=value cmd)
	Append bool   // NAME+=value
	// From are the commands of substitutions in the value: X=$(cmd …).
	From []*Command
}

// Redirect is one redirection.
type Redirect struct {
	Span
	Op     string // with its file descriptor as written: > >> < << <<- <<< &> 2> 2>&
	Target Word   // of a here-document: its body
}

// TraceKind is how tracing is turned on.
type TraceKind uint8

// The kinds of trace.
const (
	TraceSet         TraceKind = iota // set -x, set -eux, set -o xtrace, shopt -so xtrace
	TraceInterpreter                  // bash -x script, sh -xe, within the script; set -x in a script given to another shell
	TraceShebang                      // #!/bin/bash -x: first line of a script file
	TraceOption                       // shell: bash -x {0}
	TraceEnv                          // SHELLOPTS=xtrace set within the script
	TracePowerShell                   // Set-PSDebug -Trace 1
	TraceTool                         // a command's own trace: curl -v, GIT_TRACE=1, docker --debug
	TraceVerbose                      // set -v, bash -v: source lines as they stand after the runner filled the holes in; only AllHoles of its commands are printed
)

// String names the kind in one word.
func (k TraceKind) String() string {
	names := [...]string{"set", "interpreter", "shebang", "option", "env", "powershell", "tool", "verbose"}
	if int(k) < len(names) {
		return names[k]
	}
	return "unknown"
}

// Trace is one place where tracing starts.
type Trace struct {
	Span   // of the token that turns it on: the x-carrying word, or the assignment
	Kind   TraceKind
	Stmt   Span       // the whole command that turns it on, with its separator where it is removable
	By     *Command   // the command that turns it on; nil for TraceShebang
	Prints []*Command // the commands it prints, in source order
	Runs   string     // TraceInterpreter and TraceEnv: the script file that is traced, "" when unknown
	Level  int        // TracePowerShell: 1 prints lines, 2 also the values of assignments
	Cond   bool       // it is turned on on some paths only: within if, case, a loop, or behind && and ||, or a variable decides
	// Fix are edits of the script that turn this trace off and change nothing else; nil when none is known.
	Fix []Edit

	open bool // a variable decides whether it is turned on
}

// Edit replaces the bytes of Span by New.
type Edit struct {
	Span
	New string
}

// MaxScript is the size in bytes above which a script is not parsed.
const MaxScript = 256 << 10

// Parse reads a script. holes are its ${{ }} in order. It never fails: what is wrong is in Script.Err.
func Parse(text string, d Dialect, holes []Hole) *Script { return parse(text, d, holes, false) }

// ParseFile reads a script file of the repository: its first line (#!) decides the dialect, else d does.
func ParseFile(text string, d Dialect) *Script {
	if line, ok := shebang(text); ok {
		d = DialectOf(line, false)
	}
	return parse(text, d, nil, true)
}

func parse(text string, d Dialect, holes []Hole, file bool) (s *Script) {
	s = &Script{Dialect: d, text: text}
	if d == Other {
		return s
	}
	if len(text) > MaxScript {
		s.Err = fmt.Errorf("the script has %d bytes, more than the %d that are read; split it", len(text), MaxScript)
		return s
	}
	defer func() {
		if r := recover(); r != nil {
			s = &Script{Dialect: d, text: text, Err: fmt.Errorf("the script cannot be read: %v", r)}
		}
	}()
	marks := marksOf(text, holes)
	switch d {
	case Bash, POSIX:
		s.parseBash(marks, file)
	case PowerShell:
		s.parsePowerShell(marks)
	case Cmd:
		s.parseCmd(marks)
	}
	return s
}

// Printed are the expansions of variables whose values tracing shows: those of words, wrappers and assignments, not those of redirections.
func (c *Command) Printed() []VarUse {
	var uses []VarUse
	c.eachPrinted(func(w *Word) {
		for _, v := range w.Vars {
			if !v.Length {
				uses = append(uses, v)
			}
		}
	})
	return uses
}

// PrintedHoles are the indexes of the holes that tracing shows, in the same places as Printed.
func (c *Command) PrintedHoles() []int {
	var holes []int
	c.eachPrinted(func(w *Word) { holes = append(holes, w.Holes...) })
	return holes
}

// Lasts tells whether what c changes in its shell, such as the folder, holds for the commands that follow in the script: it stands
// in no function, subshell, pipeline or nested script. certain is false when c is executed on some paths only.
func (s *Script) Lasts(c *Command) (lasts, certain bool) {
	certain = true
	for l := s.places[c.id].list; l != nil; l = l.parent {
		if l.fn {
			return false, false
		}
		certain = certain && !l.cond
	}
	return !c.Nested && !c.Remote, certain
}

// AllHoles are the indexes of the holes in the command, redirections and here-documents included.
func (c *Command) AllHoles() []int {
	holes := c.PrintedHoles()
	for i := range c.Redirects {
		holes = append(holes, c.Redirects[i].Target.Holes...)
	}
	return holes
}

func (c *Command) eachPrinted(f func(*Word)) {
	for i := range c.Assigns {
		f(&c.Assigns[i].Value)
	}
	for i := range c.pre {
		f(&c.pre[i])
	}
	for i := range c.Words {
		f(&c.Words[i])
	}
}

// mark is a stretch of a source that the parser must not read: a hole, or an expansion that another shell makes first.
type mark struct {
	Span
	hole int // -1 for expansions
	vars []VarUse
	from []*Command
}

func marksOf(text string, holes []Hole) []mark {
	marks := make([]mark, 0, len(holes))
	last := 0
	for i, h := range holes {
		if h.Start < last || h.End <= h.Start || h.End > len(text) {
			continue
		}
		marks = append(marks, mark{Span: h.Span, hole: i})
		last = h.End
	}
	return marks
}

// masked replaces the marks of text by underscores, which every shell reads as part of a name.
func masked(text string, marks []mark) string {
	if len(marks) == 0 {
		return text
	}
	var b strings.Builder
	b.Grow(len(text))
	last := 0
	for _, m := range marks {
		b.WriteString(text[last:m.Start])
		for range m.End - m.Start {
			b.WriteByte('_')
		}
		last = m.End
	}
	b.WriteString(text[last:])
	return b.String()
}

// within are the marks that overlap [start, end).
func within(marks []mark, start, end int) []mark {
	lo, _ := slices.BinarySearchFunc(marks, start, func(m mark, at int) int {
		if m.End <= at {
			return -1
		}
		return 1
	})
	hi := lo
	for hi < len(marks) && marks[hi].Start < end {
		hi++
	}
	return marks[lo:hi]
}

func (s *Script) sortCommands() {
	byStart := func(a, b *Command) int { return a.Start - b.Start }
	if !slices.IsSortedFunc(s.Commands, byStart) {
		slices.SortStableFunc(s.Commands, byStart)
	}
}
