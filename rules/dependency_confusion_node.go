package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// registries is what the steps of a job say of registries for Node.js.
type registries struct {
	scoped   bool           // a scope, or everything, is bound to a registry of its own
	installs bool           // packages are installed from wherever the configuration says
	tokens   []lint.Finding // about tokens for a private registry
	named    []lint.Finding // about packages that a command takes from one
}

// scopedByFile tells whether the repository's .npmrc or .yarnrc.yml binds a scope or everything.
func scopedByFile(p *lint.Pass) bool {
	for _, name := range [...]string{".npmrc", ".yarnrc.yml", ".yarnrc", "bunfig.toml"} {
		if src := p.Repo.Script(name); src != nil && bindsRegistry(src.Text) {
			return true
		}
	}
	return false
}

// bindsRegistry tells whether a configuration says where the packages of a scope, or all, come from.
func bindsRegistry(text string) bool {
	return strings.Contains(text, ":registry") || strings.Contains(text, "npmScopes") || strings.Contains(text, "registry=") || strings.Contains(text, "npmRegistryServer") || strings.Contains(text, "scopes]")
}

// action notes the registry that an action sets up: setup-node binds a scope, or everything.
func (r *registries) action(step *syntax.Step) {
	if step.Uses == nil {
		return
	}
	for _, input := range [...]string{"registry-url", "npm-registry-url", "scope"} {
		if s := step.With.Get(input); s != nil && s.Value != "" {
			r.scoped = true
		}
	}
}

// public tells whether an address is that of the registry that is asked where nothing is said.
func public(host string) bool {
	for label := range strings.SplitSeq(host, ".") {
		if label == "npmjs" || label == "yarnpkg" {
			return true
		}
	}
	return false
}

// command notes what a command says.
func (r *registries) command(s *script, c *shell.Command) {
	if len(c.Words) == 0 {
		return
	}
	for i := range c.Words {
		r.text(s, c, c.Words[i].Text, c.Words[i].Span)
	}
	for i := range c.Redirects {
		if strings.HasPrefix(c.Redirects[i].Op, "<<") {
			r.text(s, c, c.Redirects[i].Target.Text, c.Span)
		}
	}
	switch c.Name {
	case "npm", "pnpm", "yarn", "bun":
	default:
		return
	}
	words := wordTexts(c)
	registry := ""
	for i, w := range words {
		if value, ok := strings.CutPrefix(w, "--registry="); ok {
			registry = value
		} else if w == "--registry" && i+1 < len(words) {
			registry = words[i+1]
		}
	}
	in, adhoc := catalog.Installs(words)
	host, known := hostName(s.filled(registry))
	switch {
	case registry == "" || known && public(host):
		r.installs = r.installs || adhoc || installsNode(c)
	case adhoc && known && !local(s.filled(registry)):
		for _, i := range in.Packages {
			if strings.HasPrefix(words[i], "@") {
				continue
			}
			f := lint.Finding{Confidence: lint.Unsure, Message: fmt.Sprintf(
				"`%s` comes from `%s` here, while other commands of the job ask the public registry, where anybody may register that name; give the package a scope, and bind the scope: @scope:registry=…",
				oneLine(words[i]), hostOf(registry))}
			s.anchor(&f, c.Words[i].Span)
			r.named = append(r.named, f)
			break
		}
	}
}

// text notes what a text that goes into a configuration says.
func (r *registries) text(s *script, c *shell.Command, text string, at shell.Span) {
	if len(text) < len("scopes]") { // the shortest of what is looked for
		return
	}
	if bindsRegistry(text) && !strings.HasPrefix(text, "--registry") {
		r.scoped = true
	}
	before, _, ok := strings.Cut(text, ":_authToken")
	if !ok {
		return
	}
	i := strings.LastIndex(before, "//")
	if i < 0 {
		return
	}
	address := "https:" + before[i:]
	host, known := hostName(address)
	if !known || public(host) || local(address) {
		return
	}
	f := lint.Finding{Confidence: lint.Unsure, Message: fmt.Sprintf(
		"npm is given a token for `%s`, but no scope is bound to it, so its packages are asked for at the public registry, where anybody may register their names; add @scope:registry=https://%s", host, host)}
	s.anchor(&f, at)
	r.tokens = append(r.tokens, f)
}

// judge reports what is left when all steps are known.
func (r *registries) judge(out *collected) {
	if !r.installs {
		return
	}
	for _, f := range r.named {
		out.add(f)
	}
	if r.scoped {
		return
	}
	for _, f := range r.tokens {
		out.add(f)
	}
}
