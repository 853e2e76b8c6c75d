package syntax

import (
	"iter"

	"sekisho/lint/expr"
)

// Kind tells what a file is for.
type Kind uint8

// The kinds of file.
const (
	KindOther Kind = iota
	KindWorkflow
	KindAction
	KindDependabot
	KindPreCommit
	KindTrust       // a policy or infrastructure that says whom the identities of GitHub are trusted for
	KindOwners      // CODEOWNERS
	KindCredentials // a file in which programs keep credentials
)

// Lines tells whether a file of this kind is a list of lines, each of which stands for itself.
func (k Kind) Lines() bool { return k == KindOwners || k == KindCredentials }

// File is one parsed file.
type File struct {
	*Source
	Kind     Kind
	Root     *Node // nil when nothing could be read
	Comments []Comment
	Workflow *Workflow // of a KindWorkflow file; never nil then, but may be empty
	Action   *Action   // of a KindAction file; never nil then

	Dependabot *Dependabot // of a KindDependabot file; never nil then
	PreCommit  *PreCommit  // of a KindPreCommit file; never nil then
	Trust      *Trust      // of a KindTrust file; never nil then

	Errs    []Error // in source order: YAML, keys, types, expressions
	Ignored []Error // in source order: what GitHub accepts, but does nothing with
	Aliases []*Node // every alias of the document, in source order

	exprs []exprRef // in source order
}

// exprRef is one expression and the scalar that holds it.
type exprRef struct {
	str   *Str
	fence *expr.Fence
}

// Parse reads src as a file of this kind.
func Parse(src *Source, kind Kind) *File {
	f := &File{Source: src, Kind: kind}
	switch {
	case kind == KindTrust:
		f.Trust = parseTrust(f)
		return f
	case kind.Lines():
		f.Comments = wholeLineComments(src)
		return f
	}
	var linked bool
	f.Root, f.Comments, f.Errs, linked = parseYAML(src)
	d := &decoder{f: f}
	if linked {
		f.aliases(f.Root)
		d.anchors(f.Root)
	}
	switch kind {
	case KindWorkflow:
		f.Workflow = d.workflow(f.Root)
	case KindAction:
		f.Action = d.action(f.Root)
	case KindDependabot:
		f.Dependabot = d.dependabot(f.Root)
	case KindPreCommit:
		f.PreCommit = d.preCommit(f.Root)
	}
	d.finish()
	return f
}

func (f *File) aliases(n *Node) {
	if n == nil {
		return
	}
	if n.Kind == Alias {
		f.Aliases = append(f.Aliases, n)
		return
	}
	for _, item := range n.Items {
		f.aliases(item)
	}
	for _, p := range n.Pairs {
		f.aliases(p.Key)
		f.aliases(p.Value)
	}
}

// Exprs ranges over every expression of a workflow or an action with the scalar that holds it, in source order. A bare
// if: condition comes as a fence whose Span and Inner are its whole text. What several aliases stand for comes once.
func (f *File) Exprs() iter.Seq2[*Str, *expr.Fence] {
	return func(yield func(*Str, *expr.Fence) bool) {
		for _, e := range f.exprs {
			if !yield(e.str, e.fence) {
				return
			}
		}
	}
}

// Steps ranges over the steps of all jobs, and over those of a composite action (with a nil job); parallel groups are
// flattened: their steps come, the group itself does not.
func (f *File) Steps() iter.Seq2[*Job, *Step] {
	return func(yield func(*Job, *Step) bool) {
		if f.Action != nil && f.Action.Runs != nil {
			flat(f.Action.Runs.Steps, func(s *Step) bool { return yield(nil, s) })
		}
		if f.Workflow == nil {
			return
		}
		for _, j := range f.Workflow.Jobs {
			if !flat(j.Steps, func(s *Step) bool { return yield(j, s) }) {
				return
			}
		}
	}
}

// Flat ranges over the job's steps with parallel groups flattened.
func (j *Job) Flat() iter.Seq[*Step] {
	return func(yield func(*Step) bool) { flat(j.Steps, yield) }
}

func flat(steps []*Step, yield func(*Step) bool) bool {
	for _, s := range steps {
		if s.ParallelKey.Len() > 0 {
			if !flat(s.Parallel, yield) {
				return false
			}
		} else if !yield(s) {
			return false
		}
	}
	return true
}
