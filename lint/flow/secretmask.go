package flow

import (
	"strings"

	"sekisho/lint/shell"
)

// respell notes variables of the environment that are assigned another spelling of themselves: KEY=$(base64 -d <<< "$KEY").
func (s *SecretFlow) respell() {
	for _, c := range s.Script.Commands {
		for i := range c.Assigns {
			a := &c.Assigns[i]
			if _, held := s.Held.vars[a.Name]; !held || c.Function != "" {
				continue
			}
			if o, ok := s.followed.Text(c, &a.Value); ok && o.Name == a.Name && len(o.By) > 0 {
				if s.respelled == nil {
					s.respelled = map[string]respelling{}
				}
				if _, again := s.respelled[a.Name]; !again {
					s.respelled[a.Name] = respelling{c.Start, o.By[len(o.By)-1]}
				}
			}
		}
	}
}

// masks notes what the script tells the runner to mask, and with it what the masked value was copied from.
func (s *SecretFlow) masks() {
	for _, c := range s.Script.Commands {
		if !masks(c) {
			continue
		}
		for i := range c.Words {
			s.mask(c, &c.Words[i])
		}
		for i := range c.Redirects {
			if strings.HasPrefix(c.Redirects[i].Op, "<<") {
				s.mask(c, &c.Redirects[i].Target)
			}
		}
	}
}

// masks reports a command that prints the workflow command add-mask.
func masks(c *shell.Command) bool {
	const mark = "::add-mask::"
	for i := range c.Words {
		if strings.Contains(c.Words[i].Text, mark) {
			return true
		}
	}
	for i := range c.Redirects {
		if strings.Contains(c.Redirects[i].Target.Text, mark) {
			return true
		}
	}
	return false
}

func (s *SecretFlow) mask(c *shell.Command, w *shell.Word) {
	for _, v := range w.Vars {
		name, by := v.Name, c
		for range maxTurns {
			s.masked = noteFirst(s.masked, maskKey(by, name), c.Start)
			o, ok := s.followed.Vars.Of(by, shell.VarUse{Name: name})
			if !ok || len(o.By) > 0 || o.Cut || o.Name == "" {
				break
			}
			name, by = o.Name, o.Command
		}
	}
	for _, from := range w.From {
		if got, ok := s.Output(from); ok {
			s.secrets = noteFirst(s.secrets, got.Text(), c.Start)
		}
	}
}

func noteFirst(m map[string]int, key string, at int) map[string]int {
	if m == nil {
		m = map[string]int{}
	}
	if old, ok := m[key]; !ok || at < old {
		m[key] = at
	}
	return m
}

// maskKey tells positional parameters of functions from those of the script.
func maskKey(c *shell.Command, name string) string {
	if c.Function != "" && positional(name) {
		return c.Function + " " + name
	}
	return name
}

func positional(name string) bool { return name != "" && strings.Trim(name, "0123456789@*") == "" }
