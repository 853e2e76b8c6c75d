package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// agentScript is a script that a step runs: its own, or that of a file of the repository.
type agentScript struct {
	*shell.Script
	flow   *Flow
	file   *syntax.File
	job    *syntax.Job
	step   *syntax.Step
	within *syntax.Span // of a file: the command that runs it
}

// agentCommands lists the agents that the script of a step, and the files that it runs, start.
func (f *Flow) agentCommands(file *syntax.File, job *syntax.Job, step *syntax.Step) []Agent {
	var out []Agent
	if f.Clues(step).Has(catalog.ClueAgent) {
		s := agentScript{f.Script(file, job, step), f, file, job, step, nil}
		out = s.agents(out)
	}
	if !f.MayRun(step) {
		return out
	}
	for _, run := range f.Runs(file, job, step, Held{}) {
		if f.FileClues(run.Source).Has(catalog.ClueAgent) {
			at := file.ValueSpan(&step.Run.Str, syntax.Span(run.Command.Span))
			s := agentScript{run.Script, f, file, job, step, &at}
			out = s.agents(out)
		}
	}
	return out
}

// span is the bytes of the file that a span of the script stands for.
func (s *agentScript) span(in shell.Span) syntax.Span {
	if s.within != nil {
		return *s.within
	}
	return s.file.ValueSpan(&s.step.Run.Str, syntax.Span(in))
}

// agents adds the agents that the commands of the script start.
func (s *agentScript) agents(out []Agent) []Agent {
	for _, c := range s.Commands {
		if len(c.Words) == 0 || c.Remote {
			continue
		}
		texts, of := s.texts(c)
		found, ok := catalog.AgentCommandOf(texts)
		if !ok {
			continue
		}
		a := Agent{Agent: found.Agent, Job: s.job, Step: s.step, Span: s.span(c.Words[0].Span)}
		for _, w := range found.Words {
			word := &c.Words[of[w.At]]
			switch w.Role {
			case catalog.AgentPrompt, catalog.AgentFile:
				a.prompts = append(a.prompts, prompt{file: w.Role == catalog.AgentFile, by: s, c: c, word: word})
			case catalog.AgentLimit:
			default:
				a.Settings = append(a.Settings, AgentSetting{s.span(word.Span), w.Role, optionText(texts, w), w.Meaning})
			}
		}
		if len(c.Feeds) > 0 || fedByFile(c) {
			a.prompts = append(a.prompts, prompt{by: s, c: c})
		}
		if len(a.prompts) > 0 {
			out = append(out, a)
		}
	}
	return out
}

// texts are the words of a command with the options that variables hold filled in, and for each the word that it comes from.
func (s *agentScript) texts(c *shell.Command) (texts []string, of []int) {
	for i := range c.Words {
		w := &c.Words[i]
		options := ""
		if i > 0 && len(w.Vars) == 1 && strings.HasPrefix(w.Text, "$") && w.Vars[0].Span.End >= w.End-1 {
			options = s.options(w.Vars[0].Name)
		}
		if options == "" {
			texts, of = append(texts, w.Text), append(of, i)
			continue
		}
		for option := range strings.FieldsSeq(options) {
			texts, of = append(texts, strings.Trim(option, `"'`)), append(of, i)
		}
	}
	return texts, of
}

// options is what a variable holds that is set to options once, in the script or in the environment; "" for any other.
func (s *agentScript) options(name string) string {
	value := ""
	for _, c := range s.Commands {
		for i := range c.Assigns {
			if a := &c.Assigns[i]; a.Name == name {
				value += " " + strings.Trim(a.Value.Text, "()")
			}
		}
	}
	if value == "" {
		for _, env := range s.flow.Environments(s.file, s.job, s.step) {
			if v := env.Get(name); v != nil && len(v.Fences) == 0 {
				value = v.Value
				break
			}
		}
	}
	if value = strings.TrimSpace(value); strings.HasPrefix(value, "-") {
		return value
	}
	return ""
}

// fedByFile reports a command that gets its standard input from a file, a here-document or a here-string.
func fedByFile(c *shell.Command) bool {
	for i := range c.Redirects {
		if strings.HasPrefix(c.Redirects[i].Op, "<") {
			return true
		}
	}
	return false
}
