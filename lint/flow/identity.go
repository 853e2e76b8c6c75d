package flow

import (
	"slices"
	"strings"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// asksIdentity reports that a text speaks of identity tokens.
func asksIdentity(text string) bool {
	for i := range len(text) {
		word := ""
		switch text[i] | 0x20 {
		case 'i':
			word = "id_token"
		case 'o':
			word = "oidc"
		case 's':
			word = "sigstore"
		default:
			continue
		}
		if len(text)-i >= len(word) && strings.EqualFold(text[i:i+len(word)], word) {
			return true
		}
	}
	return false
}

// inputAsks reports an input of an action that turns on a login by an identity token: oidc-auth: true.
func inputAsks(s *syntax.Step) bool {
	if s.With == nil {
		return false
	}
	for i := range s.With.Entries {
		e := &s.With.Entries[i]
		name := e.Name.Value
		if strings.Contains(name, "oidc") || strings.Contains(name, "OIDC") {
			if e.Value != nil && e.Value.Value != "" && e.Value.Value != "false" {
				return true
			}
		}
	}
	return false
}

// environmentAsks reports that a variable which the script sees speaks of identity tokens: DAGGER_CLOUD_TOKEN: oidc.
func (w *needs) environmentAsks(s *syntax.Step) bool {
	if w.asks == expr.Unknown {
		w.asks = expr.TriOf(slices.ContainsFunc(w.flow.Environments(w.file, w.job, &syntax.Step{}), mapAsks))
	}
	return w.asks == expr.True || mapAsks(s.Env)
}

func mapAsks(m *syntax.Map) bool {
	return m != nil && slices.ContainsFunc(m.Entries, func(e syntax.Entry) bool {
		return asksIdentity(e.Name.Value) || e.Value != nil && asksIdentity(e.Value.Value)
	})
}

// identities are programs that ask for an identity token by themselves when they may.
var identities = map[string]bool{
	"chainctl": true, "codecov": true, "dagger": true, "depot": true, "doppler": true, "fh": true, "infisical": true, "jf": true, "nsc": true,
	"pulumi": true, "slsa-verifier": true, "tbot": true, "vault": true,
}

// signs reports a word of a command that speaks of publishing or signing, for which registries take an identity token.
func signs(word string) bool {
	for part := range letters(word) {
		switch part {
		case "publish", "publishing", "release", "releases", "attest", "sign", "signing", "provenance", "jsr":
			return true
		}
	}
	return false
}
