package syntax

import (
	"fmt"
	"slices"
	"strings"
)

// The keys of each kind of mapping, in the order in which messages list them.
// Source: GitHub's workflow and metadata syntax references, and the schema of its language server.
var (
	workflowKeys = []string{"name", "run-name", "description", "on", "permissions", "env", "defaults", "concurrency", "cache-mode", "dependencies", "jobs"}
	jobKeys      = []string{
		"name", "needs", "if", "runs-on", "permissions", "environment", "concurrency", "outputs", "env", "defaults", "steps",
		"strategy", "continue-on-error", "timeout-minutes", "cancel-timeout-minutes", "container", "services", "cache-mode",
		"snapshot", "uses", "with", "secrets",
	}
	stepKeys = []string{
		"id", "name", "if", "uses", "run", "shell", "working-directory", "with", "env", "continue-on-error", "timeout-minutes",
		"background", "wait", "wait-all", "cancel", "parallel",
	}
	compositeStepKeys = []string{"id", "name", "if", "uses", "run", "shell", "working-directory", "with", "env", "continue-on-error"}
	defaultsKeys      = []string{"run"}
	defaultsRunKeys   = []string{"shell", "working-directory"}
	concurrencyKeys   = []string{"group", "cancel-in-progress", "queue"}
	environmentKeys   = []string{"name", "url", "deployment"}
	runsOnKeys        = []string{"group", "labels"}
	strategyKeys      = []string{"matrix", "fail-fast", "max-parallel"}
	containerKeys     = []string{"image", "credentials", "env", "ports", "volumes", "options"}
	serviceKeys       = []string{"image", "credentials", "env", "ports", "volumes", "options", "entrypoint", "command"}
	credentialsKeys   = []string{"username", "password"}
	snapshotKeys      = []string{"image-name", "version", "if"}
	scheduleKeys      = []string{"cron", "timezone"}
	inputKeys         = []string{"description", "type", "required", "default", "options", "deprecationMessage"}
	secretKeys        = []string{"description", "required"}
	outputKeys        = []string{"description", "value"}
	actionKeys        = []string{"name", "description", "author", "inputs", "outputs", "runs", "branding"}
	brandingKeys      = []string{"icon", "color"}
	runsKeys          = []string{
		"using", "main", "pre", "pre-if", "post", "post-if", "image", "pre-entrypoint", "entrypoint", "post-entrypoint", "args",
		"env", "steps",
	}
	scopeKeys = []string{
		"actions", "artifact-metadata", "attestations", "checks", "code-quality", "contents", "copilot-requests", "deployments",
		"discussions", "id-token", "issues", "models", "packages", "pages", "pull-requests", "repository-projects",
		"security-events", "statuses", "vulnerability-alerts",
	}
)

// place names the mapping that a key stands in.
type place struct {
	what string // "job", "step", …
	name string // of the job or input; may be empty
	keys []string
}

func (p place) String() string {
	if p.name == "" {
		return p.what
	}
	return p.what + " " + quote(p.name)
}

// unknown reports a key that the mapping does not have.
func (d *decoder) unknown(p Pair, in place) {
	d.raw(p.Value)
	if d.full() {
		return
	}
	k := p.Key.Resolve()
	if k.Kind != Scalar {
		d.errorf(p.Key.Span, "a key of %s must be a string, not %s; write it as plain text", in, kindName(k))
		return
	}
	if k.Value == "<<" || strings.Contains(k.Value, "${{") {
		return
	}
	d.errorf(p.Key.Span, "unknown key %s in %s; %s", quote(k.Value), in, advice(k.Value, in))
}

// loose reports a key that GitHub ignores where it stands, but only if it looks like a misspelling of one that it reads.
func (d *decoder) loose(p Pair, n *Node, in place) {
	d.raw(p.Value)
	k := p.Key.Resolve()
	if k.Kind != Scalar || len(k.Value) < 4 || d.full() {
		return
	}
	best := nearest(k.Value, in.keys)
	if best == "" {
		return
	}
	if _, ok := n.Get(best); !ok {
		d.ignoredf(p.Key.Span, "unknown key %s in %s is ignored; did you mean %s?", quote(k.Value), in, quote(best))
	}
}

func advice(key string, in place) string {
	if i := slices.IndexFunc(in.keys, func(k string) bool { return strings.EqualFold(k, key) }); i >= 0 {
		return "letter case matters: write " + quote(in.keys[i])
	}
	if key == "true" && slices.Contains(in.keys, "on") {
		return `write "on"`
	}
	if owner := belongs(key); owner != "" && in.what != "permissions" && in.what != owner {
		return "it belongs to " + owner
	}
	if best := nearest(key, in.keys); best != "" {
		return "did you mean " + quote(best) + "?"
	}
	if eventFilters(key) != noEvent && in.what != "permissions" {
		return `it is an event: put it below "on"`
	}
	if len(in.keys) > 12 {
		return "remove it or correct its spelling"
	}
	return known(in.keys)
}

func known(keys []string) string {
	switch len(keys) {
	case 0:
		return "remove it"
	case 1:
		return "the only key is " + quote(keys[0])
	}
	return "known keys are " + enumerate(keys)
}

// belongs names the mapping that a key is known in, for keys that only one kind of mapping has.
func belongs(key string) string {
	switch key {
	case "runs-on", "needs", "steps", "strategy", "container", "services", "environment", "snapshot":
		return "a job"
	case "run", "uses", "with", "shell", "working-directory", "background", "wait", "wait-all", "cancel", "parallel":
		return "a step"
	case "on", "jobs", "run-name":
		return "the top level of the workflow"
	case "matrix", "fail-fast", "max-parallel":
		return `"strategy" of a job`
	case "include", "exclude":
		return `"matrix" of a job's strategy`
	case "cancel-in-progress", "queue":
		return `"concurrency"`
	case "branches", "branches-ignore", "tags", "tags-ignore", "paths", "paths-ignore", "types":
		return `an event below "on"`
	case "cron", "timezone":
		return `an entry of "on.schedule"`
	case "using", "main", "pre", "post", "pre-if", "post-if":
		return `"runs" of an action`
	case "image", "credentials", "ports", "volumes":
		return `"container" or a service of a job`
	case "labels":
		return `"runs-on"`
	}
	return ""
}

// nearest returns the word that key most likely misspells, or "".
func nearest(key string, words []string) string {
	if len(key) > 40 {
		return ""
	}
	low := strings.ToLower(strings.ReplaceAll(key, "_", "-"))
	best, limit := "", min(len(key)/3, 3)+1
	for _, w := range words {
		word := strings.ToLower(strings.ReplaceAll(w, "_", "-"))
		if d := distance(low, word, limit); d < limit {
			best, limit = w, d
		}
	}
	return best
}

// distance is the optimal string alignment distance of a and b: the fewest insertions, deletions, substitutions and swaps
// of neighbours. It gives up at limit, which is then returned. Neither word may be longer than 60 bytes.
func distance(a, b string, limit int) int {
	if len(b) > 60 || len(a) > 60 || len(a)-len(b) >= limit || len(b)-len(a) >= limit {
		return limit
	}
	var rows [3][62]int
	for j := range len(b) + 1 {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur, last, before := &rows[i%3], &rows[(i+2)%3], &rows[(i+1)%3]
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(last[j]+1, cur[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], before[j-2]+1)
			}
		}
	}
	return min(rows[len(a)%3][len(b)], limit)
}

// suggest returns the second half of a message about a value that is none of words.
func (d *decoder) suggest(value string, words []string) string {
	if d.full() {
		return ""
	}
	if i := slices.IndexFunc(words, func(w string) bool { return strings.EqualFold(w, value) }); i >= 0 {
		return "letter case matters: write " + quote(words[i])
	}
	if best := nearest(value, words); best != "" {
		return "did you mean " + quote(best) + "?"
	}
	return "use " + choice(words)
}

// enumerate joins words as a list that ends with "and".
func enumerate(words []string) string { return join(words, " and ") }

// choice joins words as a list that ends with "or".
func choice(words []string) string { return join(words, " or ") }

func join(words []string, last string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = quote(w)
	}
	if len(quoted) < 2 {
		return strings.Join(quoted, "")
	}
	n := len(quoted) - 1
	return strings.Join(quoted[:n], ", ") + last + quoted[n]
}

// quote returns text of the file as it may stand in a message: quoted, escaped and short.
func quote(text string) string {
	const most = 80
	if len(text) <= most {
		return fmt.Sprintf("%q", text)
	}
	return fmt.Sprintf("%q", strings.ToValidUTF8(text[:most], "")+"…")
}

func kindName(n *Node) string {
	switch {
	case n.Kind == Mapping:
		return "a mapping"
	case n.Kind == Sequence:
		return "a list"
	case isNull(n):
		return "empty"
	case n.Value == "":
		return "an empty string"
	case n.Tag == TagBool:
		return "a boolean"
	case n.Tag == TagInt, n.Tag == TagFloat:
		return "a number"
	}
	return "a string"
}

// WorkflowKeys returns the keys of a workflow.
func WorkflowKeys() []string { return slices.Clone(workflowKeys) }

// JobKeys returns the keys of a job.
func JobKeys() []string { return slices.Clone(jobKeys) }

// StepKeys returns the keys of a step.
func StepKeys() []string { return slices.Clone(stepKeys) }
