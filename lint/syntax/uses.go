package syntax

import (
	"iter"
	"strings"
)

// Use is one uses: value of a file: of a step, or of a job that calls a reusable workflow.
type Use struct {
	*Field
	Holder *Node // the step or the job
	Job    *Job  // nil in a composite action
	Step   *Step // nil for a call of a reusable workflow
}

// Uses ranges over the uses: values of the steps, in the order of Steps, then over those of the jobs.
func (f *File) Uses() iter.Seq[Use] {
	return func(yield func(Use) bool) { f.eachUse(yield) } // inlined, so that the body of a loop stays off the heap
}

func (f *File) eachUse(yield func(Use) bool) {
	for job, step := range f.Steps() {
		if step.Uses != nil && !yield(Use{step.Uses, step.Node, job, step}) {
			return
		}
	}
	if f.Workflow == nil {
		return
	}
	for _, job := range f.Workflow.Jobs {
		if job.Uses != nil && !yield(Use{job.Uses, job.Node, job, nil}) {
			return
		}
	}
}

// What names the kind of thing that is used, for messages.
func (u Use) What() string {
	if u.Step == nil {
		return "reusable workflow"
	}
	return "action"
}

// Target is what a uses: value names in another repository: owner/repository/path@ref.
type Target struct {
	Owner, Repo string
	Path        string // below the repository, without slashes around; "" for its root
	Ref         string

	slug string
}

// Slug returns owner/repository.
func (t Target) Slug() string { return t.slug }

// Target returns what the value names. It fails for local and Docker actions, for expressions, and for what has no owner or no ref.
func (u Use) Target() (t Target, ok bool) {
	if len(u.Fences) > 0 || strings.HasPrefix(u.Value, "./") || strings.HasPrefix(u.Value, "$/") || strings.HasPrefix(u.Value, "docker://") {
		return t, false
	}
	return ParseTarget(u.Value)
}

// ParseTarget reads owner/repository/path@ref.
func ParseTarget(value string) (t Target, ok bool) {
	name, ref, _ := strings.Cut(strings.TrimSpace(value), "@")
	owner, rest, found := strings.Cut(name, "/")
	repo, path, _ := strings.Cut(rest, "/")
	if !found || owner == "" || repo == "" || ref == "" {
		return t, false
	}
	return Target{Owner: owner, Repo: repo, Path: strings.Trim(path, "/"), Ref: ref, slug: name[:len(owner)+1+len(repo)]}, true
}

// NameSpan returns the bytes of owner/repository within the value, the smallest span that names the repository.
func (u Use) NameSpan(f *File) Span {
	at := strings.IndexByte(u.Value, '@')
	if slash := strings.IndexByte(u.Value, '/'); slash >= 0 {
		if second := strings.IndexByte(u.Value[slash+1:], '/'); second >= 0 && (at < 0 || slash+1+second < at) {
			at = slash + 1 + second
		}
	}
	if at < 0 {
		return u.Span
	}
	return f.ValueSpan(&u.Str, Span{End: at})
}
