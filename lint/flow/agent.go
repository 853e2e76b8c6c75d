package flow

import (
	"encoding/json"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Agent is an action, or a command of a script, that gives a task to a language model.
type Agent struct {
	catalog.Agent
	syntax.Span             // what runs it
	Job         *syntax.Job // nil in a composite action
	Step        *syntax.Step
	Settings    []AgentSetting // what opens it, takes protection away or gives it tools

	prompts []prompt
}

// AgentSetting is an input or an option of an agent.
type AgentSetting struct {
	syntax.Span
	Role    catalog.AgentRole
	Text    string // as written
	Meaning string
}

// prompt is where an agent gets its task, or a part of it.
type prompt struct {
	in   *syntax.Str  // an input of the action; nil for a command
	file bool         // it names the file that holds the task
	by   *agentScript // the script of the command
	c    *shell.Command
	word *shell.Word // nil: the standard input
}

// Set returns the first setting of a role.
func (a *Agent) Set(role catalog.AgentRole) (AgentSetting, bool) {
	for _, s := range a.Settings {
		if s.Role == role {
			return s, true
		}
	}
	return AgentSetting{}, false
}

// Agents lists the agents that a composite action runs, or a workflow that others can start with the rights of the repository.
// The answer is shared: it is not to be changed.
func (f *Flow) Agents(file *syntax.File) []Agent {
	if file.Workflow == nil && file.Action == nil || file.Workflow != nil && !slices.ContainsFunc(f.Triggers(file), privilegedTrigger) {
		return nil
	}
	f.mu.Lock()
	out, seen := f.agents[file]
	f.mu.Unlock()
	if seen {
		return out
	}
	for job, step := range file.Steps() {
		switch {
		case step.Run != nil:
			out = append(out, f.agentCommands(file, job, step)...)
		case step.Uses != nil:
			if known, ok := catalog.AgentAction(step.Uses.Value); ok {
				out = append(out, agentAction(file, job, step, known))
			}
		}
	}
	f.mu.Lock()
	if f.agents == nil {
		f.agents = map[*syntax.File][]Agent{}
	}
	f.agents[file] = out
	f.mu.Unlock()
	return out
}

// privilegedTrigger reports a trigger by which others get to the rights of a repository. The events that start nearly all workflows are
// told without a look at the table.
func privilegedTrigger(t Trigger) bool {
	switch t.Name {
	case "push", "pull_request", "workflow_dispatch", "workflow_call", "schedule", "release", "merge_group":
		return false
	}
	info, known := catalog.Event(t.Name)
	return known && info.Class == catalog.Privileged
}

func agentAction(file *syntax.File, job *syntax.Job, step *syntax.Step, known catalog.Agent) Agent {
	r := agentReader{file: file, agent: Agent{Agent: known, Job: job, Step: step, Span: step.Uses.Span}}
	for _, in := range catalog.AgentInputs(step.Uses.Value) {
		if s := step.With.Get(in.Name); s != nil {
			r.input(in, s)
		}
	}
	return r.agent
}

// agentReader reads the inputs of an action.
type agentReader struct {
	file  *syntax.File
	agent Agent
}

func (r *agentReader) input(in catalog.AgentInput, s *syntax.Str) {
	a := &r.agent
	switch in.Role {
	case catalog.AgentPrompt, catalog.AgentFile:
		a.prompts = append(a.prompts, prompt{in: s, file: in.Role == catalog.AgentFile})
	case catalog.AgentArgs:
		a.prompts = append(a.prompts, prompt{in: s})
		r.arguments(s)
	case catalog.AgentSettings:
		r.settings(s)
	case catalog.AgentTools:
		power := catalog.ToolsPower(s.Value)
		if power > a.Power {
			a.Power = power
			r.set(AgentSetting{Span: s.Span, Role: in.Role, Text: in.Name})
		}
	case catalog.AgentLimit:
		if len(s.Fences) == 0 && in.Holds(s.Value) {
			a.Power = min(a.Power, catalog.ReadTools)
		}
	case catalog.AgentWrites:
		if r.holds(in, s) {
			a.Power = max(a.Power, catalog.WriteTools)
		}
	default:
		if r.holds(in, s) {
			if in.Role == catalog.AgentSandbox {
				a.Power = catalog.ShellTools
			}
			r.set(AgentSetting{Span: s.Span, Role: in.Role, Text: in.Name + ": " + s.Value, Meaning: in.Meaning})
		}
	}
}

func (r *agentReader) set(s AgentSetting) { r.agent.Settings = append(r.agent.Settings, s) }

// holds tells whether an input has a value that does what its role says. Of an expression that depends on the run only the values that
// it takes for want of another one count.
func (r *agentReader) holds(in catalog.AgentInput, s *syntax.Str) bool {
	if len(s.Fences) == 0 {
		return in.Holds(s.Value)
	}
	if len(s.Fences) != 1 || s.Fences[0].Len() != len(strings.TrimSpace(s.Value)) {
		return false
	}
	unconditional := true
	expr.Walk(s.Fences[0].X, func(n expr.Node) bool {
		switch n := n.(type) {
		case *expr.Binary:
			unconditional = unconditional && n.Op == expr.Or
		case *expr.Call, *expr.Not:
			unconditional = false
		}
		return unconditional
	})
	if !unconditional {
		return false
	}
	for _, v := range Possible(r.file, r.agent.Job, r.agent.Step, s.Fences[0].X) {
		if in.Holds(v.Text()) {
			return true
		}
	}
	return false
}

// arguments reads the arguments of the program behind an action: a command line, or a JSON list of words.
func (r *agentReader) arguments(s *syntax.Str) {
	name := r.agent.Program
	if name == "" {
		return
	}
	text := strings.Map(func(c rune) rune {
		if c == '\n' || c == '\r' {
			return ' '
		}
		return c
	}, s.Value)
	if strings.HasPrefix(strings.TrimSpace(text), "[") {
		text = strings.NewReplacer("[", " ", "]", " ", ",", " ").Replace(text)
	}
	before := name + " "
	if sub := catalog.AgentSubcommand(name); sub != "" {
		before += sub + " "
	}
	script := shell.Parse(before+text, shell.POSIX, nil)
	if len(script.Commands) == 0 {
		return
	}
	c := script.Commands[0]
	command, ok := catalog.AgentCommandOf(words(c))
	if !ok {
		return
	}
	for _, w := range command.Words {
		if w.Role == catalog.AgentPrompt || w.Role == catalog.AgentFile {
			continue
		}
		word := &c.Words[w.At]
		span := syntax.Span{Start: max(word.Start-len(before), 0), End: max(word.End-len(before), 0)}
		r.set(AgentSetting{Span: r.file.ValueSpan(s, span), Role: w.Role, Text: optionText(words(c), w), Meaning: w.Meaning})
	}
	if _, limited := limitOf(command); limited {
		r.agent.Power = min(r.agent.Power, catalog.ReadTools)
	}
	r.agent.Power = max(r.agent.Power, command.Power)
}

func limitOf(c catalog.AgentCommand) (at int, ok bool) {
	for _, w := range c.Words {
		if w.Role == catalog.AgentLimit {
			return w.At, true
		}
	}
	return 0, false
}

// optionText is an option with its value, as messages name it.
func optionText(words []string, w catalog.AgentWord) string {
	text := words[w.At]
	if w.From == 0 && !strings.HasPrefix(text, "-") && w.At > 0 && strings.HasPrefix(words[w.At-1], "-") {
		text = words[w.At-1] + " " + text
	}
	return text
}

// settings reads the JSON that the program is given as its settings.
func (r *agentReader) settings(s *syntax.Str) {
	r.agent.prompts = append(r.agent.prompts, prompt{in: s})
	var settings struct {
		Core  []string `json:"coreTools"`
		Tools struct {
			Core []string `json:"core"`
		} `json:"tools"`
		Permissions struct {
			Allow []string `json:"allow"`
			Mode  string   `json:"defaultMode"`
		} `json:"permissions"`
	}
	if json.Unmarshal([]byte(s.Value), &settings) != nil {
		return
	}
	a := &r.agent
	if core := append(settings.Core, settings.Tools.Core...); core != nil {
		a.Power = catalog.ToolsPower(strings.Join(core, ","))
	}
	at := func(text string) syntax.Span {
		i := max(strings.Index(s.Value, text), 0)
		return r.file.ValueSpan(s, syntax.Span{Start: i, End: i + len(text)})
	}
	if power := catalog.ToolsPower(strings.Join(settings.Permissions.Allow, ",")); power > a.Power {
		a.Power = power
		r.set(AgentSetting{Span: at(`"allow"`), Role: catalog.AgentTools, Text: "permissions.allow"})
	}
	if settings.Permissions.Mode == "bypassPermissions" {
		a.Power = catalog.ShellTools
		r.set(AgentSetting{Span: at(`"bypassPermissions"`), Role: catalog.AgentSandbox, Text: "bypassPermissions", Meaning: "nothing is asked before the agent does something"})
	}
}
