package flow

import (
	"path"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// Persisted is a checkout that leaves its credentials for the steps behind it.
type Persisted struct {
	Step    *syntax.Step
	Action  string      // the checkout, without its ref
	Setting *syntax.Str // persist-credentials, when it is given
	Keeps   expr.Tri    // never False; Unknown when an expression decides
	Path    string      // where it puts the repository, below the workspace
	Other   string      // what it is given in the place of GITHUB_TOKEN: the secret, for messages; "" for the token itself
	Old     bool        // it leaves them in .git/config of the workspace, not beside it
	Sure    bool        // that is certain
}

// Persisted lists the checkouts of a job, or of a composite action, that leave their credentials.
func (f *Flow) Persisted(file *syntax.File, job *syntax.Job) []Persisted {
	var out []Persisted
	for step := range (owner{file, job}).steps() {
		if step.Uses == nil || step.With != nil && step.With.Expr != nil || Never(step.If) {
			continue
		}
		p, ok := persisted(file, step)
		if ok && p.Keeps != expr.False {
			out = append(out, p)
		}
	}
	return out
}

// checkouts are the actions that check out as actions/checkout does, with the inputs that it has.
var checkouts = [...]string{"actions/checkout", "namespacelabs/nscloud-checkout-action"}

// cachedCheckout checks out with a cache for large files.
const cachedCheckout = "nschloe/action-cached-lfs-checkout"

// retries are the actions that run another one again where it fails.
var retries = [...]string{"wandalen/wretry.action", "wandalen/wretry.action/main"}

// persisted tells what a checkout leaves; ok is false for other steps.
func persisted(file *syntax.File, step *syntax.Step) (p Persisted, ok bool) {
	action := actionName(step.Uses.Value)
	name := strings.ToLower(action)
	switch name {
	case checkouts[0], checkouts[1], cachedCheckout, retries[0], retries[1]:
	default:
		return p, false
	}
	p = Persisted{Step: step, Action: action, Path: checkoutPath(step), Other: otherCredential(file, step), Keeps: expr.True}
	switch name {
	case checkouts[0], checkouts[1]:
		p.Setting = step.With.Get("persist-credentials")
		p.Keeps = setting(p.Setting)
		p.Old, p.Sure = true, true
		if name == checkouts[0] {
			p.Old, p.Sure = keepsInWorkspace(file, step.Uses)
		}
		return p, true
	case cachedCheckout:
		p.Old, p.Sure = true, true
		return p, true
	}
	return retried(file, step, p)
}

// setting reads persist-credentials as the action does: everything but true, whatever its case, is false.
func setting(s *syntax.Str) expr.Tri {
	if s == nil {
		return expr.True
	}
	if x, ok := whole(s); ok && len(s.Fences) > 0 {
		v, constant := expr.Fold(x)
		if !constant {
			return expr.Unknown
		}
		return expr.TriOf(strings.EqualFold(v.Text(), "true"))
	}
	if len(s.Fences) > 0 {
		return expr.Unknown
	}
	return expr.TriOf(strings.EqualFold(strings.TrimSpace(s.Value), "true"))
}

// keepsInWorkspace tells whether a version of actions/checkout writes to .git/config. Version 6 writes to a file beside the workspace.
func keepsInWorkspace(file *syntax.File, uses *syntax.Field) (old, sure bool) {
	version, sure := Version(file, uses)
	switch {
	case version == "main" || version == "master" || catalog.VersionWithin(version, ">=6"):
		return false, sure
	case catalog.IsVersion(version):
		return true, sure
	}
	return true, false
}

// retried is a checkout that an action for repetitions runs, with its inputs as a text.
func retried(file *syntax.File, step *syntax.Step, p Persisted) (Persisted, bool) {
	action, with := step.With.Get("action"), step.With.Get("with")
	if action == nil || !strings.EqualFold(actionName(strings.TrimSpace(action.Value)), checkouts[0]) {
		return p, false
	}
	p.Action, p.Path, p.Other = actionName(strings.TrimSpace(action.Value)), ".", ""
	p.Old, p.Sure = keepsInWorkspace(file, &syntax.Field{Str: *action})
	if with == nil {
		return p, true
	}
	for line := range strings.Lines(with.Value) {
		name, value, _ := strings.Cut(line, ":")
		value = strings.Trim(strings.TrimSpace(value), `"'`)
		switch strings.TrimSpace(name) {
		case "persist-credentials":
			p.Setting, p.Keeps = with, expr.TriOf(strings.EqualFold(value, "true"))
		case "path":
			p.Path = path.Join(".", value)
		}
	}
	return p, true
}

// otherCredential names what a checkout is given in the place of GITHUB_TOKEN: another secret, a key, or a token that a step made.
func otherCredential(file *syntax.File, step *syntax.Step) string {
	for _, name := range [...]string{"ssh-key", "token"} {
		s := step.With.Get(name)
		if s == nil {
			continue
		}
		for _, use := range secretsOf(file.Source, s) {
			if !use.Token && use.Name != "" {
				return "the secret `" + use.Name + "`"
			}
		}
		made := false
		for i := range s.Fences {
			eachPart(s.Fences[i].X, func(n expr.Node) {
				path, _ := expr.Path(n)
				made = made || strings.HasPrefix(path, "steps.") || strings.HasPrefix(path, "needs.")
			})
		}
		if made {
			return "the `" + name + "` it is given"
		}
	}
	return ""
}

// credentials is the file in which a checkout leaves them.
func (p Persisted) credentials() string {
	if p.Old {
		return path.Join(workspace, p.Path, ".git/config")
	}
	return temp + "/git-credentials-0.config"
}

// UploadedBy returns the first upload behind a checkout that takes the file with its credentials.
func (f *Flow) UploadedBy(file *syntax.File, job *syntax.Job, p Persisted) (Upload, bool) {
	for _, u := range f.Uploads(file, job) {
		if u.Step.Start > p.Step.Start && u.takes(p.credentials()) {
			return u, true
		}
	}
	return Upload{}, false
}
