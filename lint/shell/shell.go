// Package shell tells what a run: script executes, reads, writes and traces. Scripts are never run.
package shell

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
	Commands []*Command // in source order, those of substitutions, functions and groups included
	Traces   []*Trace   // in source order
	Err      error      // the text is no valid script; facts are what a tolerant scan found
}

// Command is one simple command (an assignment without a command has an empty Name).
type Command struct {
	Span
	Name      string // base name without path or .exe, "" when it is not constant: see Words[0]
	Words     []Word // name first; wrappers (sudo, env, time, exec, command, nice, nohup, xargs, timeout) are left out of Words
	Wrappers  []string
	Assigns   []Assign // before the command, or on their own (also export, local, readonly, declare)
	Redirects []Redirect
	Pipe      int      // index in its pipeline, 0-based
	PipeTo    *Command // the command that reads its output; nil at the end
	Function  string   // the function whose body it stands in
	Subst     bool     // it stands in a command substitution, so its output is captured
	Traced    *Trace   // the trace that prints it; nil when none is on
}

// Word is one argument.
type Word struct {
	Span
	Text   string // with quotes removed; expansions and holes are left as written
	Const  bool   // no expansion, no hole
	Quoted bool   // wholly within quotes
	Vars   []VarUse
	Holes  []int // indexes of the holes it holds
}

// VarUse is one expansion of a variable.
type VarUse struct {
	Span
	Name   string
	Quoted bool
	// Length: only the variable's length or whether it is set is used (${#x}, ${x:+y}, [ -n ]): nothing of it is printed.
	Length bool
}

// Assign is NAME=value.
type Assign struct {
	Span
	Name   string
	Value  Word
	Export bool
	// From are the commands of substitutions in the value: X=$(cmd …).
	From []*Command
}

// Redirect is one redirection.
type Redirect struct {
	Span
	Op     string // > >> < << <<- <<< &> 2> …
	Target Word   // of a here-document: its body
}

// TraceKind is how tracing is turned on.
type TraceKind uint8

// The kinds of trace.
const (
	TraceSet         TraceKind = iota // set -x, set -eux, set -o xtrace, shopt -so xtrace
	TraceInterpreter                  // bash -x script, sh -xe, within the script
	TraceShebang                      // #!/bin/bash -x: first line of a script file
	TraceOption                       // shell: bash -x {0}
	TraceEnv                          // SHELLOPTS=xtrace set within the script
	TracePowerShell                   // Set-PSDebug -Trace 1
	TraceTool                         // a command's own trace: curl -v, GIT_TRACE=1, docker --debug
)

// Trace is one place where tracing starts.
type Trace struct {
	Span   // of the token that turns it on: the x-carrying word, or the assignment
	Kind   TraceKind
	Stmt   Span       // the whole command that turns it on, with its separator where it is removable
	Prints []*Command // the commands it prints, in source order
	Runs   string     // TraceInterpreter: the script file that is traced, "" when unknown
	// Fixes are edits of the script that turn this trace off and change nothing else; nil when none is known.
	Fix []Edit
}

// Edit replaces the bytes of Span by New.
type Edit struct {
	Span
	New string
}

// MaxScript is the size in bytes above which a script is not parsed.
const MaxScript = 256 << 10

// Parse reads a script. holes are its ${{ }} in order.
func Parse(text string, d Dialect, holes []Hole) *Script { return &Script{Dialect: d} }

// DialectOf tells the dialect of a shell: value ("" when none is given) on a runner: windows or not.
func DialectOf(shell string, windows bool) Dialect { return Other }

// Option tells whether a shell: value itself turns tracing on (bash -x {0}), and where in it.
func Option(shell string) (Span, bool) { return Span{}, false }
