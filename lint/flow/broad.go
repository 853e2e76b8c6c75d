package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/syntax"
)

// BroadSecret is a secret in the env: of a workflow or a job.
type BroadSecret struct {
	Secret
	Env   *syntax.Map
	Entry *syntax.Entry
	Job   *syntax.Job // whose env: it is; nil for the workflow's
}

// Text names the secret for messages.
func (b *BroadSecret) Text() string { return HeldSecret{Secret: b.Secret}.Text() }

// BroadSecrets lists the secrets, other than the token and mere names, in the env: of a workflow and of its jobs.
func (f *Flow) BroadSecrets(file *syntax.File) []BroadSecret {
	if file.Workflow == nil || !f.MayHold(file) {
		return nil
	}
	var out []BroadSecret
	add := func(env *syntax.Map, job *syntax.Job) {
		if env == nil {
			return
		}
		for i := range env.Entries {
			e := &env.Entries[i]
			for _, use := range secretsOf(file.Source, e.Value) {
				if !use.Token && !(HeldSecret{Secret: use}).Public() {
					out = append(out, BroadSecret{use, env, e, job})
					break
				}
			}
		}
	}
	add(file.Workflow.Env, nil)
	for _, job := range file.Workflow.Jobs {
		add(job.Env, job)
	}
	return out
}

// VariableUse says what a step does with a variable of its environment.
type VariableUse uint8

// The uses.
const (
	Mentions VariableUse = iota // its name stands in the step, or in a script file that it runs
	MayUse                      // it runs something that may read it
	Idle                        // it has no use for it
)

// VariableUse tells what a step does with a variable.
func (f *Flow) VariableUse(file *syntax.File, job *syntax.Job, step *syntax.Step, name string) VariableUse {
	switch {
	case mentionsWord(file.Text[step.Start:step.End], name):
		return Mentions
	case step.Uses != nil:
		if idleAction(step.Uses.Value) && len(f.Given(job, step)) == 0 && !sharesName(step.Uses.Value, name) {
			return Idle
		}
		return MayUse
	case step.Run == nil:
		return Idle
	}
	if f.MayRun(step) {
		for _, run := range f.Runs(file, job, step, Held{}) {
			if mentionsWord(run.Source.Text, name) {
				return Mentions
			}
		}
	}
	for _, c := range f.Script(file, job, step).Commands {
		if !idleCommand(c.Name) {
			if _, installs := catalog.InstallScripts(words(c)); !installs || catalog.InstallSecret(name) {
				return MayUse
			}
		}
	}
	return Idle
}

// idleCommand reports a command that reads no variables but those that it is given.
func idleCommand(name string) bool {
	switch name {
	case "", "cd", "pushd", "popd", "set", "echo", "printf", "mkdir", "rm", "cp", "mv", "ln", "ls", "cat", "chmod", "chown", "export", "test", "[", "[[", "((", "for", "case", "let", "true", "false",
		"sed", "awk", "grep", "cut", "tr", "sort", "head", "tail", "wc", "date", "jq", "find", "tar", "unzip", "zip", "gzip", "sleep", "tee", "touch", "read", "local", "exit", "return",
		"apt", "apt-get", "dnf", "yum", "apk", "brew", "choco", "sha256sum", "df", "du", "uname", "which", "command", "declare", "shift", "break", "continue", "wait", "basename", "dirname", "pwd":
		return true
	}
	return false
}

// idleAction reports an action which by its name prepares a job or handles its files, so that it takes what it needs by its inputs.
func idleAction(uses string) bool {
	if strings.HasPrefix(uses, "./") || strings.HasPrefix(uses, "$/") || strings.HasPrefix(uses, "docker://") {
		return false
	}
	name, _, _ := strings.Cut(uses, "@")
	_, name, _ = strings.Cut(name, "/")
	return catalog.PreparesName(name)
}

// sharesName reports an action whose name has a word in common with a variable, for which it may be.
func sharesName(uses, variable string) bool {
	uses, _, _ = strings.Cut(strings.ToLower(uses), "@")
	for word := range strings.SplitSeq(strings.ToLower(variable), "_") {
		if len(word) > 2 && strings.Contains(uses, word) {
			return true
		}
	}
	return false
}

// mentionsWord tells whether a text has a name as a whole word.
func mentionsWord(text, name string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], name)
		if i < 0 {
			return false
		}
		start, end := at+i, at+i+len(name)
		if (start == 0 || !nameByte(text[start-1])) && (end == len(text) || !nameByte(text[end])) {
			return true
		}
		at = start + 1
	}
}

// ElsewhereMentions tells whether something of a job besides its steps and the entry that sets a variable names it, so that it cannot be moved.
func (f *Flow) ElsewhereMentions(file *syntax.File, job *syntax.Job, b *BroadSecret) bool {
	if job.Node == nil {
		return false
	}
	name := b.Entry.Name.Value
	rest := file.Text[job.Node.Start:job.Node.End]
	var cuts []syntax.Span
	for step := range job.Flat() {
		cuts = append(cuts, step.Span)
	}
	for _, c := range file.Comments {
		if job.Node.Contains(c.Span) {
			cuts = append(cuts, c.Span)
		}
	}
	if b.Job == job {
		cuts = append(cuts, syntax.Span{Start: b.Entry.Name.Start, End: b.Entry.Value.End})
	}
	slices.SortFunc(cuts, func(x, y syntax.Span) int { return x.Start - y.Start })
	at := job.Node.Start
	for _, cut := range cuts {
		if cut.Start > at && mentionsWord(rest[at-job.Node.Start:cut.Start-job.Node.Start], name) {
			return true
		}
		at = max(at, cut.End)
	}
	return at < job.Node.End && mentionsWord(rest[at-job.Node.Start:], name)
}
