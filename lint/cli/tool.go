package cli

import (
	"fmt"

	"sekisho/lint"
	"sekisho/lint/config"
	"sekisho/lint/shellcheck"
)

// toolset is the programs of others that do the work of rules. The zero value starts none.
type toolset struct {
	wanted bool                        // by --shellcheck
	run    map[string]func(*lint.Pass) // by name, those that are installed; nil: no rule is to use any
}

// useTools has the rules that need other programs run where they are asked for. It fails when a flag asks for one whose program
// is not installed.
func (c *checker) useTools(wanted bool) error {
	c.tools = toolset{wanted: wanted, run: map[string]func(*lint.Pass){}}
	program, err := c.sys.look(shellcheck.Tool)
	if err == nil {
		c.tools.run[shellcheck.Tool] = shellcheck.New(program).Run
		return nil
	}
	if wanted {
		return fmt.Errorf("--shellcheck: %s; install it or leave the flag out", noProgram(shellcheck.Tool))
	}
	sel, err := selection(c.rules, c.flags, true)
	if err != nil {
		return err
	}
	for _, r := range c.rules {
		if r.Tool == shellcheck.Tool && sel.Exact[r.ID] {
			return fmt.Errorf("--select: rule %s needs a program: %s; install it", r.ID, noProgram(r.Tool))
		}
	}
	return nil
}

// supposeTools takes all programs for installed, to tell which rules are asked for.
func (c *checker) supposeTools() {
	c.tools.run = map[string]func(*lint.Pass){}
	for _, r := range c.rules {
		if r.Tool != "" {
			c.tools.run[r.Tool] = func(*lint.Pass) {}
		}
	}
}

func noProgram(name string) string { return "there is no program " + name + " on the PATH" }

// missing says which rules a configuration asks for in vain.
func (c *checker) missing(conf *config.Config) []string {
	var notes []string
	for _, r := range c.rules {
		if r.Tool == "" || c.tools.run == nil || c.tools.run[r.Tool] != nil || !conf.Rules[r.ID].Asked || len(c.flags.selected) > 0 {
			continue
		}
		notes = append(notes, fmt.Sprintf("rule %s is left out: %s", r.ID, noProgram(r.Tool)))
	}
	return notes
}
