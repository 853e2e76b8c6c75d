package flow

import "sekisho/lint/shell"

// ExpandedBy returns a secret that a command of a script expands among its words.
func (h Held) ExpandedBy(script *shell.Script, c *shell.Command) (HeldSecret, bool) {
	if h.None() {
		return HeldSecret{}, false
	}
	derived := h.derived(script)
	for i := range c.Words {
		if s, ok := h.inWord(derived, c, &c.Words[i]); ok && !s.Public() && !s.Guess {
			return s, true
		}
	}
	return HeldSecret{}, false
}
