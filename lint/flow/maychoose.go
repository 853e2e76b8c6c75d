package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/syntax"
)

// A look at the text of a job tells fast in which of its steps a script may use what others choose. Most steps use nothing of that
// kind, and their scripts need not be followed then.

// MayChoose reports a step whose script may use what others choose: out of its environment, by a program, or out of what the steps
// before it left.
func (f *Flow) MayChoose(file *syntax.File, job *syntax.Job, step *syntax.Step) bool {
	key := owner{file, job}
	f.mu.Lock()
	steps, known := f.choosing[key]
	f.mu.Unlock()
	if !known {
		steps = choosingSteps(f, key)
		f.mu.Lock()
		if f.choosing == nil {
			f.choosing = map[owner][]*syntax.Step{}
		}
		f.choosing[key] = steps
		f.mu.Unlock()
	}
	return slices.Contains(steps, step)
}

// choosingSteps lists those steps of a job with a script.
func choosingSteps(f *Flow, in owner) []*syntax.Step {
	var out []*syntax.Step
	left := false // a step before left files or variables of others
	for step := range in.steps() {
		switch {
		case step.Run != nil:
			script, clues := step.Run.Value, f.Clues(step)
			uses := left || clues.Has(catalog.ClueTakesIn) && takesIn(script) || f.choosesByEnvironment(in, step, script)
			if uses {
				out = append(out, step)
			}
			left = left || clues.Has(catalog.ClueFetchesFiles) && fetchesFiles(script) || mayHandOver(script, runnerFiles[:1]) && (uses || f.chosen(in, step, &step.Run.Str))
		case step.Uses != nil && step.With != nil:
			left = left || f.leavesFiles(in, step)
		}
	}
	return out
}

// chosenContexts are parts of expressions whose value others may choose who have no rights in the repository.
var chosenContexts = [...]string{"github.event", "github.head_ref", "inputs.", "steps.", "needs.", "matrix.", "env.", "github)", "github["}

// takesIn reports a script that takes in what others choose by itself.
func takesIn(script string) bool {
	if strings.Contains(script, "GITHUB_HEAD_REF") || strings.Contains(script, "GITHUB_EVENT_PATH") || strings.Contains(script, "pull/") {
		return true
	}
	return strings.Contains(script, "gh ") && hasAny(script, []string{"gh pr", "gh issue", "gh api", "gh run"}) || strings.Contains(script, "hub pr")
}

// fetchesFiles reports a script that may leave files of others behind: commits of a pull request, or an artifact.
func fetchesFiles(script string) bool {
	if strings.Contains(script, "artifact") {
		return hasAny(script, []string{"zip", "gh run d"})
	}
	if strings.Contains(script, "gh ") && hasAny(script, []string{"gh pr c", "gh run d", "gh repo clone"}) || strings.Contains(script, "hub pr c") {
		return true
	}
	return hasAny(script, []string{"git ", "archive", "tarball"}) && hasAny(script, []string{"pull/", "HEAD_", "head_", "head.", "headRef", "HEAD="})
}

func hasAny(text string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

// choosesByEnvironment reports a variable that a script names, or may pass on, and whose value others choose who have no rights in the
// repository.
func (f *Flow) choosesByEnvironment(in owner, step *syntax.Step, script string) bool {
	for _, env := range f.Environments(in.file, in.job, step) {
		for i := range env.Entries {
			e := &env.Entries[i]
			if e.Value == nil || len(e.Value.Fences) == 0 || !hasAny(e.Value.Value, chosenContexts[:]) {
				continue
			}
			if !strings.Contains(script, e.Name.Value) && !hasAny(script, []string{"env", "export", "./", ".sh"}) {
				continue
			}
			if f.chosen(in, step, e.Value) {
				return true
			}
		}
	}
	return false
}

// chosen reports an expression of a scalar whose value others choose who have no rights in the repository.
func (f *Flow) chosen(in owner, step *syntax.Step, s *syntax.Str) bool {
	if len(s.Fences) == 0 || !hasAny(s.Value, chosenContexts[:]) {
		return false
	}
	t := &tainter{flow: f, busy: map[busyKey]bool{}}
	return slices.ContainsFunc(t.str(scope{in.file, in.job, step}, s, 0), fromOutside)
}

// fromOutside reports a text that is not chosen by people with rights in the repository alone, and not of a limited alphabet.
func fromOutside(t Taint) bool { return t.Who != ByInsider && t.Shape >= catalog.Ref }

// leavesFiles reports an action that may leave files or variables of others: a checkout of something chosen, an artifact of another run.
func (f *Flow) leavesFiles(in owner, step *syntax.Step) bool {
	if isCheckout(step) {
		for _, name := range [...]string{"ref", "repository"} {
			if s := step.With.Get(name); s != nil && (pullRef(s.Value) || hasAny(s.Value, chosenContexts[:])) && len(f.heads(in.file, in.job, step, s)) > 0 {
				return true
			}
		}
		return false
	}
	if script := step.With.Get("script"); script != nil {
		return hasAny(script.Value, []string{"downloadArtifact", "exportVariable"})
	}
	_, downloads := catalog.Downloads(step.Uses.Value, inputs(step.With))
	return downloads
}
