package inventory

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// nameKey is a secret as a file calls it.
type nameKey struct {
	file *syntax.File
	name string
}

// Bounds of how secrets are followed through calls: how deep, as GitHub allows, to how many callers and names.
const (
	maxCalls   = 10
	maxCallers = 1000
	maxNames   = 50
)

// secretNames returns what the repository calls the secret that a workflow knows by a name, upper-cased: that name, but for a called
// workflow what its callers hand over by it. It is empty for what is GITHUB_TOKEN everywhere.
func (b *builder) secretNames(file *syntax.File, name string) []string {
	return b.secretsBehind(nameKey{file, strings.ToUpper(name)}, 0).names
}

// origins are what stands behind a secret of a called workflow.
type origins struct {
	names []string
	token bool // also GITHUB_TOKEN
}

// add takes over what one more caller hands over.
func (o *origins) add(more origins) {
	o.token = o.token || more.token
	for _, n := range more.names {
		if len(o.names) < maxNames && !slices.Contains(o.names, n) {
			o.names = append(o.names, n)
		}
	}
}

func (b *builder) secretsBehind(key nameKey, depth int) origins {
	if out, known := b.names[key]; known {
		return out
	}
	callers := b.flow.Callers(key.file)
	own := origins{names: []string{key.name}}
	if len(callers) == 0 || depth > maxCalls {
		return own
	}
	b.names[key] = origins{} // what a circle of calls finds
	var out origins
	if startsItself(key.file) {
		out.add(own)
	}
	for _, c := range callers[:min(len(callers), maxCallers)] {
		switch given := c.Job.Secrets; {
		case given == nil:
		case given.Inherit:
			out.add(b.secretsBehind(nameKey{c.File, key.name}, depth+1))
		default:
			out.add(b.handedOver(c.File, given.Map.Get(key.name), depth))
		}
	}
	if len(out.names) == 0 && !out.token {
		out = own // somebody elsewhere may fill it
	}
	b.names[key] = out
	return out
}

// handedOver returns what is in the value that a caller hands over.
func (b *builder) handedOver(file *syntax.File, value *syntax.Str, depth int) (out origins) {
	if value == nil {
		return out
	}
	for i := range value.Fences {
		reads(value.Fences[i].X, func(n expr.Node) {
			path, _ := expr.Path(n)
			switch name, secret := strings.CutPrefix(path, "secrets."); {
			case path == "github.token", path == "secrets.github_token":
				out.token = true
			case secret && name != "*":
				out.add(b.secretsBehind(nameKey{file, strings.ToUpper(name)}, depth+1))
			}
		})
	}
	return out
}

// startsItself reports a workflow that events start besides its callers.
func startsItself(file *syntax.File) bool {
	return file.Workflow.On != nil && slices.ContainsFunc(file.Workflow.On.Events, func(e *syntax.Event) bool { return e.Name.Value != "workflow_call" })
}

// looksSecret tells whether a configuration variable looks like a secret.
func looksSecret(name string) bool {
	if _, ok := catalog.CloudKey(name); ok {
		return true
	}
	return catalog.SecretName(name)
}
