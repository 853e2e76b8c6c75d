package flow

import (
	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// Identities lists what asks GitHub for an identity token in a job, in source order: logins, signatures, publications.
func (f *Flow) Identities(file *syntax.File, job *syntax.Job) []TokenUse {
	var out []TokenUse
	for _, u := range f.Needs(file, job).Uses {
		if u.Scope == "id-token" && u.Confidence >= Likely {
			out = append(out, u)
		}
	}
	return out
}

// NeedsIdentity tells whether a job asks for an identity token; unknown when something in it might.
func (f *Flow) NeedsIdentity(file *syntax.File, job *syntax.Job) expr.Tri {
	switch c := f.Needs(file, job).Of("id-token", catalog.Write); {
	case c >= Likely:
		return expr.True
	case c >= Hinted:
		return expr.Unknown
	}
	return expr.False
}

// wordsSpan is where the words of a command stand in its script.
func wordsSpan(c *shell.Command) syntax.Span {
	return syntax.Span{Start: c.Words[0].Start, End: c.Words[len(c.Words)-1].End}
}

// ThirdPartyBefore returns the first command of a job that runs code of packages which others wrote, or a script fresh from the
// network, before an offset of the file.
func (f *Flow) ThirdPartyBefore(file *syntax.File, job *syntax.Job, before int) (at syntax.Span, what string, ok bool) {
	for step := range job.Flat() {
		if step.Start >= before {
			break
		}
		if step.Run == nil || Never(step.If) {
			continue
		}
		for _, c := range f.Script(file, job, step).Commands {
			if len(c.Words) == 0 || c.Remote {
				continue
			}
			what, ok := catalog.ThirdParty(words(c))
			if !ok {
				if what, ok = piped(c); !ok {
					continue
				}
			}
			if at := file.ValueSpan(&step.Run.Str, wordsSpan(c)); at.Start < before {
				return at, what, true
			}
		}
	}
	return syntax.Span{}, "", false
}

// piped reports a download that goes into a shell: curl … | bash.
func piped(c *shell.Command) (string, bool) {
	to := c.PipeTo
	if to == nil || c.Name != "curl" && c.Name != "wget" {
		return "", false
	}
	switch to.Name {
	case "bash", "sh", "zsh", "python", "python3", "node", "perl", "ruby":
		return c.Name + " | " + to.Name, true
	}
	return "", false
}

// RunsProposal returns what in a job runs the code of a pull request that starts it: the first script or tool that executes what
// was checked out.
func (f *Flow) RunsProposal(file *syntax.File, job *syntax.Job) (at syntax.Span, program string, ok bool) {
	for step := range job.Flat() {
		if step.Uses != nil && isCheckout(step) && step.With.Get("repository") == nil && f.ofProposal(file, job, step) {
			return f.Executes(file, job, Checkout{Span: step.Span, Step: step, Path: checkoutPath(step)})
		}
	}
	return syntax.Span{}, "", false
}

// ofProposal reports a ref that, when a pull request starts the job, is that of the pull request.
func (f *Flow) ofProposal(file *syntax.File, job *syntax.Job, step *syntax.Step) bool {
	ref := step.With.Get("ref")
	if ref == nil || len(f.heads(file, job, step, ref)) > 0 {
		return true
	}
	for i := range ref.Fences {
		if path, ok := expr.Path(ref.Fences[i].X); ok && (path == "github.sha" || path == "github.ref" || path == "github.ref_name") {
			return true
		}
	}
	return false
}
