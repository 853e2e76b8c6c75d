package catalog

import (
	_ "embed" // for the tables
	"strings"
	"sync"
)

var (
	//go:embed agents.tsv
	agentText string
	//go:embed agentinputs.tsv
	agentInputText string
	//go:embed agentclis.tsv
	agentCLIText string
	//go:embed agentflags.tsv
	agentFlagText string

	agentTable      = lazyActions(&agentText, 4)
	agentInputTable = lazyActions(&agentInputText, 5)
	agentCLITable   = lazy(&agentCLIText, 6)
	agentFlagTable  = lazy(&agentFlagText, 5)
)

// Power is what a language model may do by itself.
type Power uint8

// The powers, the least first.
const (
	NoTools    Power = iota // it answers
	ReadTools               // it reads files and what stands on GitHub, and runs commands that only do that
	WriteTools              // it changes files, or what stands on GitHub
	ShellTools              // it runs any command
)

func powerOf(name string) Power {
	switch name {
	case "read":
		return ReadTools
	case "write":
		return WriteTools
	case "shell":
		return ShellTools
	}
	return NoTools
}

// Agent is an action or a program that gives a task to a language model.
type Agent struct {
	Name    string // of the action or the program
	Program string // whose arguments it takes; "" when none is known
	Asks    bool   // it refuses runs by people who may not write to the repository
	Power   Power  // unless inputs or options say otherwise
}

// AgentAction tells whether an action, or a reusable workflow, gives a task to a language model.
func AgentAction(uses string) (a Agent, ok bool) {
	row := agentTable().first(uses)
	if row == nil {
		return a, false
	}
	name, _, _ := strings.Cut(uses, "@")
	return Agent{Name: name, Program: row[1], Asks: row[2] != "", Power: powerOf(row[3])}, true
}

// AgentRole is what an input of such an action, or an option of such a program, does.
type AgentRole uint8

// The roles.
const (
	AgentPrompt   AgentRole = iota + 1 // it holds the task, or a part of it
	AgentFile                          // it names the file that does
	AgentArgs                          // arguments of the program
	AgentSettings                      // JSON
	AgentTools                         // what the agent may use
	AgentUsers                         // it lets people start the agent who may not write to the repository
	AgentBots                          // the same for bots
	AgentSandbox                       // it takes protection away
	AgentLimit                         // it leaves the agent to read
	AgentWrites                        // it lets the agent change files
	agentPower                         // it lets the agent do what the role says
	agentTakes                         // it only has a value
)

var agentRoles = map[string]AgentRole{
	"prompt": AgentPrompt, "file": AgentFile, "args": AgentArgs, "settings": AgentSettings, "tools": AgentTools, "users": AgentUsers, "bots": AgentBots,
	"sandbox": AgentSandbox, "limit": AgentLimit, "read": agentPower, "write": AgentWrites, "shell": agentPower, "takes": agentTakes,
}

// AgentInput is an input of an action that gives a task to a language model.
type AgentInput struct {
	Name    string // in lower case
	Role    AgentRole
	Meaning string // of what opens the agent or takes protection away
	values  string
}

// Holds tells whether the input does what its role says when it has a value. A list of names, separated by commas, holds it too.
func (in AgentInput) Holds(value string) bool {
	if in.values == "" {
		return true
	}
	for part := range strings.SplitSeq(value, ",") {
		if hasValue(in.values, part) {
			return true
		}
	}
	return false
}

func hasValue(values, value string) bool {
	value = strings.TrimSpace(value)
	for v := range strings.SplitSeq(values, "|") {
		if strings.EqualFold(v, value) {
			return true
		}
	}
	return false
}

// AgentInputs lists the inputs of such an action that matter.
func AgentInputs(uses string) (out []AgentInput) {
	for _, row := range agentInputTable().uses(uses) {
		out = append(out, AgentInput{row[1], agentRoles[row[2]], row[4], row[3]})
	}
	return out
}

// AgentWord is a word of a command that matters to an agent.
type AgentWord struct {
	At      int // index among the words
	Role    AgentRole
	From    int    // where in the word it begins: behind --option=
	Meaning string // of what takes protection away
}

// AgentCommand is a command that gives a task to a language model.
type AgentCommand struct {
	Agent
	Words []AgentWord // in their order
}

// agentCLI is one line of agentclis.tsv.
type agentCLI struct {
	name, subs, needs string
	power             Power
	plain             bool // words that are no options are the task
}

var agentCLIs = sync.OnceValue(func() map[string]agentCLI {
	m := map[string]agentCLI{}
	agentCLITable().all(func(row []string) {
		cli := agentCLI{row[0], row[2], row[3], powerOf(row[4]), row[5] != ""}
		m[row[0]] = cli
		for other := range strings.FieldsSeq(row[1]) {
			m[other] = cli
		}
	})
	return m
})

// AgentCommandOf tells whether a command gives a task to a language model. words are those of DeployCommand.
func AgentCommandOf(words []string) (AgentCommand, bool) {
	if len(words) > maxWords {
		words = words[:maxWords]
	}
	all := len(words)
	for range maxWrappers {
		if len(words) == 0 {
			return AgentCommand{}, false
		}
		name := programOf(words[0]).name
		if cli, ok := agentCLIs()[agentName(words[0], name)]; ok {
			return cli.command(words, all-len(words))
		}
		if words = unwrap(name, words); words == nil {
			return AgentCommand{}, false
		}
	}
	return AgentCommand{}, false
}

// agentName is how agentclis.tsv names a program: without path and version.
func agentName(word, name string) string {
	if i := strings.LastIndexByte(word, '@'); i > 0 {
		word = word[:i]
	}
	if word = strings.ToLower(word); strings.HasPrefix(word, "@") {
		return word
	}
	if i := strings.LastIndexByte(name, '@'); i > 0 {
		name = name[:i]
	}
	return name
}

// command reads the command line of the program; skipped is how many words stand before it.
func (cli agentCLI) command(words []string, skipped int) (AgentCommand, bool) {
	c := AgentCommand{Agent: Agent{Name: cli.name, Program: cli.name, Power: cli.power}}
	seen := cli.subs == ""
	found := cli.needs == ""
	for i := 1; i < len(words); i++ {
		text := words[i]
		if text == "--" || len(text) < 2 || text[0] != '-' || strings.ContainsAny(text, " \n") {
			switch {
			case !seen:
				if !matchAny(cli.subs, text) {
					return c, false
				}
				seen = true
			case cli.plain && text != "--" && text != "-":
				c.Words = append(c.Words, AgentWord{At: skipped + i, Role: AgentPrompt})
			}
			continue
		}
		option, _, _ := strings.Cut(text, "=")
		found = found || hasField(cli.needs, option)
		i += cli.option(&c, words, i, skipped)
	}
	return c, seen && found
}

// option reads one option and tells how many words its value takes.
func (cli agentCLI) option(c *AgentCommand, words []string, i, skipped int) (taken int) {
	option, value, joined := strings.Cut(words[i], "=")
	at := AgentWord{At: skipped + i, From: len(option) + 1}
	if !joined {
		at.From = 0
	}
	agentFlagTable().each(cli.name, func(row []string) bool {
		if row[1] != option {
			return true
		}
		role := agentRoles[row[2]]
		w, v := at, value
		if takes := row[3] != "" || role != AgentSandbox && role != agentPower && role != AgentWrites && role != AgentLimit; takes && !joined && i+1 < len(words) {
			w.At, v, taken = at.At+1, words[i+1], 1
			if row[3] == "..." {
				taken = countValues(words[i+1:])
				v = strings.Join(words[i+1:i+1+taken], ",")
			}
		}
		if row[3] == "" || row[3] == "..." || hasValue(row[3], v) {
			cli.apply(c, w, row, v)
		}
		return true
	})
	return taken
}

// apply adds what an option says.
func (cli agentCLI) apply(c *AgentCommand, w AgentWord, row []string, value string) {
	w.Role, w.Meaning = agentRoles[row[2]], row[4]
	switch w.Role {
	case agentTakes:
		return
	case agentPower, AgentWrites:
		c.Power = max(c.Power, powerOf(row[2]))
		return
	case AgentLimit:
		c.Power = min(c.Power, ReadTools)
	case AgentSandbox:
		c.Power = ShellTools
	case AgentTools:
		if ToolsPower(value) <= c.Power {
			return
		}
		c.Power = ToolsPower(value)
	}
	c.Words = append(c.Words, w)
}

func countValues(words []string) int {
	for i, w := range words {
		if strings.HasPrefix(w, "-") {
			return i
		}
	}
	return len(words)
}

// AgentSubcommand is the first of the subcommands one of which a program must be given to do a task, "" without any.
func AgentSubcommand(program string) string {
	sub, _, _ := strings.Cut(agentCLIs()[program].subs, "|")
	return sub
}
