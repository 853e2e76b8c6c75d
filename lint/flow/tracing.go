package flow

import (
	"slices"
	"strings"

	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Tracing is one way in which a step's script, or a script file of the repository that it runs, is made to print its commands.
type Tracing struct {
	At     syntax.Span    // in the step's file: what turns it on, or the command that runs the file which does so itself
	What   string         // it, for messages
	Trace  *shell.Trace   // with what it prints of Script
	Script *shell.Script  // of the step, or of Source
	Source *syntax.Source // the script file whose commands are printed; nil for the step's own script
	From   *syntax.Source // the script file that turns it on, at Trace.Span; nil where the step does
	Held   Held           // what Script holds
	Closed bool           // it is turned off again before the script ends
	Str    *syntax.Str    // the scalar that Edits change
	Edits  []shell.Edit   // turn it off and change nothing else; nil when none are known
	Env    *syntax.Map    // the env: whose entry Name turns it on; nil otherwise
	Name   string
}

// Uses lists where what is printed expands a held secret; spans are those of Script.
func (t *Tracing) Uses() []Use { return t.Held.In(t.Script, t.Trace) }

// Guarded reports that a command behind the start of a trace expands a held secret while tracing is off: the script's author
// takes care.
func (t *Tracing) Guarded() bool {
	from := -1
	for _, tr := range t.Script.Traces {
		if tr.Kind == shell.TraceSet && (from < 0 || tr.Start < from) {
			from = tr.Start
		}
	}
	if from < 0 {
		return false
	}
	all := shell.Trace{Kind: shell.TraceSet, Prints: t.Script.Commands}
	for _, u := range t.Held.In(t.Script, &all) {
		if u.Command.Start > from && u.Command.Traced == nil {
			return true
		}
	}
	return false
}

// tracer collects the tracings of one step.
type tracer struct {
	f      *Flow
	file   *syntax.File
	step   *syntax.Step
	script *shell.Script
	held   Held
	runs   []Run
	out    []Tracing
}

// MayTrace answers false, without parsing its script, when nothing can trace a step: no option, no variable, nothing in the script
// and no script file of the repository that it might run.
func (f *Flow) MayTrace(file *syntax.File, job *syntax.Job, step *syntax.Step) bool {
	name, _ := Shell(file, job, step)
	if _, option := shell.Option(name); option || shell.MayTrace(step.Run.Value) || len(f.tracingEnv(file, job, step)) > 0 {
		return true
	}
	return f.MayRun(step)
}

// Tracings lists how a step's script is traced.
func (f *Flow) Tracings(file *syntax.File, job *syntax.Job, step *syntax.Step, held Held) []Tracing {
	t := tracer{f: f, file: file, step: step, held: held, runs: f.Runs(file, job, step, held)}
	name, field := Shell(file, job, step)
	at, option := shell.Option(name)
	envs := f.tracingEnv(file, job, step)
	if !option && len(envs) == 0 && len(t.runs) == 0 && !shell.MayTrace(step.Run.Value) {
		return nil
	}
	t.script = f.Script(file, job, step)
	if option && field != nil {
		t.whole(Tracing{At: file.ValueSpan(&field.Str, syntax.Span(at)), What: "shell: " + name, Str: &field.Str, Edits: shell.OptionFix(name)}, shell.TraceOption)
	}
	for _, e := range envs {
		t.environment(e)
	}
	for _, tr := range t.script.Traces {
		span := file.ValueSpan(&step.Run.Str, syntax.Span(tr.Span))
		one := Tracing{At: span, What: step.Run.Value[tr.Start:tr.End], Trace: tr, Str: &step.Run.Str, Edits: tr.Fix}
		if tr.Kind == shell.TraceSet && tr.By != nil {
			one.What = step.Run.Value[tr.By.Start:tr.By.End]
		}
		one.Closed = closed(t.script, tr)
		t.add(one)
	}
	for _, run := range t.runs {
		followed := !run.Sourced
		for _, tr := range run.Script.Traces {
			if tr.Kind == shell.TraceShebang && !run.Direct {
				continue
			}
			at := file.ValueSpan(&step.Run.Str, syntax.Span(run.Command.Span))
			if len(tr.Prints) > 0 {
				t.out = append(t.out, Tracing{At: at, What: run.Source.Path, Trace: tr, Script: run.Script, Source: run.Source, From: run.Source,
					Held: run.Held, Closed: closed(run.Script, tr)})
			}
			followed = followed || t.sourced(run, tr, at)
		}
	}
	return t.out
}

// sourced adds what a trace prints of the step's own script when a file that it sources leaves it on, itself or in a function
// that the script calls. It tells whether it does.
func (t *tracer) sourced(run Run, tr *shell.Trace, at syntax.Span) bool {
	if tr.Kind != shell.TraceSet || tr.By == nil || closed(run.Script, tr) || turnedOff(run.Source.Text[tr.End:]) {
		return false
	}
	from := run.Command
	if f := tr.By.Function; f != "" {
		i := slices.IndexFunc(t.script.Commands, func(c *shell.Command) bool { return c.Name == f && c.Start > run.Command.Start })
		if i < 0 {
			return false
		}
		from = t.script.Commands[i]
	}
	var prints []*shell.Command
	for _, c := range untilOff(t.script, from.Start) {
		if c.Start > from.Start {
			prints = append(prints, c)
		}
	}
	if len(prints) == 0 {
		return false
	}
	trace := &shell.Trace{Span: tr.Span, Kind: shell.TraceSet, By: from, Cond: tr.Cond, Prints: prints}
	t.out = append(t.out, Tracing{At: at, What: run.Source.Path, Trace: trace, Script: t.script, From: run.Source, Held: t.held, Closed: closed(t.script, trace)})
	return true
}

type tracingEntry struct {
	env *syntax.Map // nil for what an earlier step wrote to GITHUB_ENV
	*syntax.Entry
	by *syntax.Step // that step
}

// tracingEnv lists the variables that turn tracing on for a step: those of env: maps, of which an inner one hides an outer one,
// and those that earlier steps wrote to GITHUB_ENV.
func (f *Flow) tracingEnv(file *syntax.File, job *syntax.Job, step *syntax.Step) []tracingEntry {
	var out []tracingEntry
	seen := map[string]bool{}
	for _, env := range f.Environments(file, job, step) {
		for i := range env.Entries {
			e := &env.Entries[i]
			name := e.Name.Value
			if e.Value == nil || !mayTraceBy(name) || seen[name] {
				continue
			}
			seen[name] = true
			if name == "BASH_ENV" || shell.TracesByEnv(name, e.Value.Value) {
				out = append(out, tracingEntry{env: env, Entry: e})
			}
		}
	}
	for _, e := range f.leftTracing(file, job) {
		if e.by.Start < step.Start && !seen[e.Name.Value] {
			seen[e.Name.Value] = true
			out = append(out, e)
		}
	}
	return out
}

func mayTraceBy(name string) bool { return name == "BASH_ENV" || shell.MayTraceByEnv(name) }

// leftTracing lists the variables that turn tracing on and that the steps of a job write to GITHUB_ENV.
func (f *Flow) leftTracing(file *syntax.File, job *syntax.Job) []tracingEntry {
	key := owner{file, job}
	f.mu.Lock()
	out, seen := f.held.tracing[key]
	f.mu.Unlock()
	if seen {
		return out
	}
	for step := range key.steps() {
		if step.Run == nil || !strings.Contains(step.Run.Value, "GITHUB_ENV") || !mayLeaveTracing(step.Run.Value) {
			continue
		}
		for _, c := range f.Script(file, job, step).Commands {
			if commandFile(c) != "GITHUB_ENV" {
				continue
			}
			for _, w := range c.Words[min(1, len(c.Words)):] {
				name, value, ok := strings.Cut(w.Text, "=")
				if ok && w.Const && mayTraceBy(name) && (name == "BASH_ENV" || shell.TracesByEnv(name, value)) {
					at := file.ValueSpan(&step.Run.Str, syntax.Span(w.Span))
					e := &syntax.Entry{Name: syntax.Str{Value: name}, Value: &syntax.Str{Span: at, Value: value}}
					out = append(out, tracingEntry{nil, e, step})
				}
			}
		}
	}
	f.mu.Lock()
	if f.held.tracing == nil {
		f.held.tracing = map[owner][]tracingEntry{}
	}
	f.held.tracing[key] = out
	f.mu.Unlock()
	return out
}

func mayLeaveTracing(script string) bool {
	for _, name := range [...]string{"SHELLOPTS", "BASH_ENV", "GIT_TRACE", "GIT_CURL_VERBOSE"} {
		if strings.Contains(script, name) {
			return true
		}
	}
	return false
}

// environment adds what a variable of an env: map does.
func (t *tracer) environment(e tracingEntry) {
	one := Tracing{At: e.Value.Span, What: e.Name.Value + ": " + e.Value.Value, Env: e.env, Name: e.Name.Value}
	switch name := e.Name.Value; name {
	case "BASH_ENV":
		r := runner{f: t.f}
		src := r.source(e.Value.Value, []string{"."})
		if src == nil || len(src.Text) > shell.MaxScript || t.script.Dialect != shell.Bash {
			return
		}
		for _, tr := range shell.ParseFile(src.Text, shell.Bash).Traces {
			if tr.Kind == shell.TraceSet && !turnedOff(src.Text[tr.End:]) {
				t.whole(one, shell.TraceEnv)
				return
			}
		}
	case "SHELLOPTS":
		if t.script.Dialect == shell.Bash {
			t.whole(one, shell.TraceEnv)
		}
	default:
		scripts := append([]Run{{Script: t.script, Held: t.held}}, t.runs...)
		for _, run := range scripts {
			prints, _ := run.Script.TracedByEnv(name)
			one.Trace = &shell.Trace{Kind: shell.TraceTool, Prints: prints}
			one.Script, one.Held, one.Source = run.Script, run.Held, run.Source
			t.out = append(t.out, one)
		}
	}
}

// whole adds a tracing that is on from the script's first command.
func (t *tracer) whole(one Tracing, kind shell.TraceKind) {
	prints := untilOff(t.script, -1)
	one.Trace = &shell.Trace{Kind: kind, Prints: prints}
	one.Closed = len(prints) < len(t.script.Commands)
	t.add(one)
}

// add adds a tracing of the step's script, and those of the files that it reaches.
func (t *tracer) add(one Tracing) {
	one.Script, one.Held = t.script, t.held
	t.out = append(t.out, one)
	for _, run := range t.runs {
		if !reaches(one.Trace, run) {
			continue
		}
		prints := untilOff(run.Script, -1)
		file := one
		file.Trace = &shell.Trace{Span: one.Trace.Span, Kind: one.Trace.Kind, By: one.Trace.By, Cond: one.Trace.Cond, Prints: prints}
		file.Script, file.Held, file.Source = run.Script, run.Held, run.Source
		file.Closed = len(prints) < len(run.Script.Commands)
		t.out = append(t.out, file)
	}
}

// reaches tells whether a trace prints the commands of a script file.
func reaches(tr *shell.Trace, run Run) bool {
	if run.Script.Dialect != shell.Bash && run.Script.Dialect != shell.POSIX {
		return false
	}
	switch tr.Kind {
	case shell.TraceInterpreter:
		return tr.By == run.Command && tr.Runs != ""
	case shell.TraceEnv:
		return run.Script.Dialect == shell.Bash && (tr.By == nil || tr.By.Start <= run.Command.Start)
	case shell.TraceSet, shell.TraceOption, shell.TraceShebang:
		if !run.Sourced {
			return false
		}
		for _, c := range tr.Prints {
			if c == run.Command {
				return true
			}
		}
	}
	return false
}

// untilOff lists the commands of a script up to the first behind an offset that certainly turns tracing off.
func untilOff(s *shell.Script, from int) []*shell.Command {
	for i, c := range s.Commands {
		if c.Start > from && c.Function == "" && !c.Nested && !c.Subst && turnsOff(c) {
			return s.Commands[:i]
		}
	}
	return s.Commands
}

// turnsOff knows set +x, set +ex and set +o xtrace.
func turnsOff(c *shell.Command) bool {
	if c.Name != "set" {
		return false
	}
	for n, w := range c.Words[1:] {
		if len(w.Text) > 1 && w.Text[0] == '+' && (strings.Contains(w.Text, "x") ||
			strings.HasSuffix(w.Text, "o") && n+2 < len(c.Words) && c.Words[n+2].Text == "xtrace") {
			return true
		}
	}
	return false
}

// turnedOff tells whether the rest of a file turns tracing off.
func turnedOff(rest string) bool {
	for line := range strings.Lines(rest) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, "set +") && strings.Contains(line, "x") {
			return true
		}
	}
	return false
}

// closed tells whether a trace is off again before the script ends.
func closed(s *shell.Script, tr *shell.Trace) bool {
	if len(tr.Prints) == 0 {
		return false
	}
	last := tr.Prints[len(tr.Prints)-1]
	if turnsOff(last) {
		return true
	}
	for _, c := range s.Commands {
		if c.Start > last.Start && c.Traced == nil {
			return true
		}
	}
	return false
}
