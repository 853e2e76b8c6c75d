package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Push is a step that pushes commits to the default branch.
type Push struct {
	syntax.Span        // the command, or the action
	What        string // for messages: git push, an action
	Target      string // the branch as it is named there; "" for the one that the job is on
	Force       bool
	ByHand      bool // it depends on the branch that somebody starts the workflow on
}

// DefaultPushes lists what in a job pushes to the default branch with the token of the workflow: git push with its name, or from the
// branch that the job is on where events of the default branch start it.
func (f *Flow) DefaultPushes(file *syntax.File, job *syntax.Job) []Push {
	if Token(file, job).Writes("contents") == expr.False || !mentionsPush(job) {
		return nil
	}
	p := pusher{f: f, file: file, job: job}
	p.onDefault, p.byHand = f.onDefault(file, job)
	for step := range job.Flat() {
		switch {
		case keptOff(step.If) || keptOff(job.If):
		case step.Uses != nil:
			p.uses(step)
		case step.Run != nil && strings.Contains(step.Run.Value, "git"):
			p.run(step)
		}
	}
	return p.out
}

// mentionsPush answers false, without parsing a script, when nothing in a job pushes.
func mentionsPush(job *syntax.Job) bool {
	for step := range job.Flat() {
		if step.Run != nil && strings.Contains(step.Run.Value, "push") {
			return true
		}
		if step.Uses != nil {
			if _, current := pushesCurrent(actionName(step.Uses.Value)); current {
				return true
			}
		}
	}
	return false
}

// keptOff reports a condition that no run on a default branch, which is protected, meets.
func keptOff(c *syntax.Condition) bool {
	if c == nil || c.Cond.X == nil || c.Cond.AlwaysTrue {
		return false
	}
	return expr.Truth(c.Cond.X, func(n expr.Node) expr.Tri {
		if path, ok := expr.Path(n); ok && path == "github.ref_protected" {
			return expr.True
		}
		ref, literal, op, ok := refTest(n)
		if !ok || ref == "github.ref_type" {
			return expr.Unknown
		}
		switch op {
		case "==", "!=":
			return expr.TriOf(defaultName(strings.TrimPrefix(literal, "refs/heads/")) == (op == "=="))
		case "startswith":
			return expr.TriOf(!strings.HasPrefix(literal, "refs/tags/"))
		}
		return expr.Unknown
	}) == expr.False
}

// onDefault reports that an event starts the job on the default branch; byHand, that only somebody who chooses that branch does.
func (f *Flow) onDefault(file *syntax.File, job *syntax.Job) (is, byHand bool) {
	starts := f.Starts(file, job)
	for _, t := range f.Triggers(file) {
		info, _ := catalog.Event(t.Name)
		switch {
		case !slices.Contains(starts, t.Name):
		case t.Name == "workflow_dispatch":
			byHand = true
		case t.Name == "push" && t.Event != nil && pushesDefault(t.Event), info.DefaultBranch:
			is = true
		}
	}
	return is || byHand, byHand && !is
}

// pushesDefault reports a push event that those to the default branch cause.
func pushesDefault(e *syntax.Event) bool {
	if e.Branches == nil {
		return anyBranch(e)
	}
	return slices.ContainsFunc(e.Branches.Values, func(s *syntax.Str) bool { return defaultName(s.Value) || strings.HasPrefix(s.Value, "*") })
}

func defaultName(branch string) bool {
	switch branch {
	case "main", "master", "trunk":
		return true
	}
	return false
}

// pusher follows the branch that a job is on.
type pusher struct {
	f         *Flow
	file      *syntax.File
	job       *syntax.Job
	onDefault bool // and so far no step left it
	byHand    bool // onDefault is up to whoever starts the workflow
	foreign   bool // the workspace is another repository, or another token pushes
	out       []Push
}

// pushesCurrent knows the actions that push to the branch that the job is on, and the input that names another.
func pushesCurrent(action string) (input string, ok bool) {
	switch strings.ToLower(action) {
	case "stefanzweifel/git-auto-commit-action", "ad-m/github-push-action":
		return "branch", true
	case "endbug/add-and-commit":
		return "new_branch", true
	}
	return "", false
}

func (p *pusher) uses(step *syntax.Step) {
	if isCheckout(step) {
		p.checkout(step)
		return
	}
	input, current := pushesCurrent(actionName(step.Uses.Value))
	if !current || p.foreign || anotherToken(step) {
		return
	}
	branch := step.With.Get(input)
	switch {
	case branch == nil && p.onDefault:
		p.out = append(p.out, Push{Span: step.Uses.Span, What: actionName(step.Uses.Value), ByHand: p.byHand})
	case branch != nil && p.isDefault(branch.Value):
		p.out = append(p.out, Push{Span: step.Uses.Span, What: actionName(step.Uses.Value), Target: branch.Value})
	}
}

// checkout notes what lies in the workspace from there on.
func (p *pusher) checkout(step *syntax.Step) {
	if checkoutPath(step) != "." {
		return
	}
	repository, ref := step.With.Get("repository"), step.With.Get("ref")
	p.foreign = repository != nil && !strings.Contains(repository.Value, "github.repository") || step.With.Get("ssh-key") != nil || anotherToken(step)
	if ref != nil && ref.Value != "" {
		p.onDefault = p.isDefault(ref.Value)
	}
}

// anotherToken reports an action that is given a token other than that of the workflow.
func anotherToken(step *syntax.Step) bool {
	for _, name := range [...]string{"token", "github_token", "github-token"} {
		s := step.With.Get(name)
		if s == nil {
			continue
		}
		for _, fence := range s.Fences {
			if path, _ := expr.Path(fence.X); path != "github.token" && path != "secrets.github_token" {
				return true
			}
		}
	}
	return false
}

// isDefault reports a name of the default branch, or of the branch that the event is about where that is the default one.
func (p *pusher) isDefault(ref string) bool {
	ref = strings.TrimPrefix(strings.Trim(ref, `"'`), "refs/heads/")
	switch {
	case defaultName(ref), strings.Contains(ref, "github.event.repository.default_branch"):
		return true
	}
	low := strings.ReplaceAll(ref, " ", "")
	for _, own := range [...]string{"${{github.ref}}", "${{github.ref_name}}", "$GITHUB_REF", "${GITHUB_REF}", "$GITHUB_REF_NAME", "${GITHUB_REF_NAME}"} {
		if low == own {
			return p.onDefault
		}
	}
	return false
}

func (p *pusher) run(step *syntax.Step) {
	dir, known := WorkingDirectory(p.file, p.job, step)
	inside := known && dir == "."
	for _, c := range p.f.Script(p.file, p.job, step).Commands {
		switch {
		case len(c.Words) < 2 || c.Remote:
		case c.Name == "cd" || c.Name == "pushd":
			inside = false
		case c.Name == "git" && inside:
			p.git(step, c)
		case c.Name == "gh" && c.Words[1].Text == "pr" && len(c.Words) > 2 && c.Words[2].Text == "checkout":
			p.onDefault = false
		}
	}
}

func (p *pusher) git(step *syntax.Step, c *shell.Command) {
	verb, dir := gitVerb(c, ".")
	if dir != "." {
		return
	}
	var options, plain []string
	seen := false
	for _, w := range c.Words[1:] {
		switch {
		case !seen:
			seen = w.Text == verb
		case strings.HasPrefix(w.Text, "-"):
			options = append(options, w.Text)
		default:
			plain = append(plain, w.Text)
		}
	}
	switch verb {
	case "checkout", "switch":
		switch {
		case slices.Contains(options, "--"):
		case len(plain) > 0 && len(options) > 0 && slices.ContainsFunc(options, newBranch):
			p.onDefault = false
		case len(plain) == 1:
			p.onDefault = p.isDefault(plain[0])
		}
	case "remote":
		if len(plain) > 2 && plain[0] == "set-url" && !ownURL(plain[2]) {
			p.foreign = true
		}
	case "push":
		p.push(step, c, options, plain)
	}
}

// ownURL reports the address of the repository of the workflow.
func ownURL(url string) bool {
	return strings.Contains(url, "github.repository") || strings.Contains(url, "GITHUB_REPOSITORY") && !strings.Contains(url, "GITHUB_REPOSITORY_OWNER")
}

// push judges a git push: its remote, and what it names behind that.
func (p *pusher) push(step *syntax.Step, c *shell.Command, options, plain []string) {
	for _, o := range options {
		switch o {
		case "--dry-run", "-n", "--tags", "--delete", "-d":
			return
		}
	}
	if len(plain) > 0 {
		remote := strings.Trim(plain[0], `"'`)
		url := strings.Contains(remote, "://") || strings.Contains(remote, "@")
		if url && (!ownURL(remote) || strings.Contains(remote, "secrets.") && !strings.Contains(strings.ToLower(remote), "secrets.github_token")) || !url && p.foreign || !url && remote != "origin" {
			return
		}
	} else if p.foreign {
		return
	}
	one := Push{Span: p.file.ValueSpan(&step.Run.Str, wordsSpan(c)), What: "git push"}
	one.Force = slices.ContainsFunc(options, func(o string) bool { return o == "-f" || strings.HasPrefix(o, "--force") })
	if len(plain) < 2 {
		if one.ByHand = p.byHand; p.onDefault {
			p.out = append(p.out, one)
		}
		return
	}
	for _, spec := range plain[1:] {
		spec = strings.Trim(spec, `"'`)
		one.Force = one.Force || strings.HasPrefix(spec, "+")
		from, to, both := strings.Cut(strings.TrimPrefix(spec, "+"), ":")
		if both && from == "" {
			continue // it deletes
		}
		if !both {
			to = from
		}
		if to == "HEAD" && p.onDefault || p.isDefault(to) {
			one.Target = to
			p.out = append(p.out, one)
			return
		}
	}
}
