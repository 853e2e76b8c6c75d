package syntax

import "iter"

// Kind tells what a file is for.
type Kind uint8

// The kinds of file.
const (
	KindOther Kind = iota
	KindWorkflow
	KindAction
)

// File is one parsed file.
type File struct {
	*Source
	Kind     Kind
	Root     *Node // nil when nothing could be read
	Comments []Comment
	Workflow *Workflow // of a KindWorkflow file; never nil then, but may be empty
	Action   *Action   // of a KindAction file; never nil then
	Errs     []Error   // in source order: YAML, keys, types, expressions
	Aliases  []*Node   // every alias of the document, in source order
}

// Parse reads src as a file of this kind.
func Parse(src *Source, kind Kind) *File { return &File{Source: src, Kind: kind} }

// Steps ranges over the steps of all jobs, and over those of a composite action (with a nil job); parallel groups are
// flattened: their steps come, the group itself does not.
func (f *File) Steps() iter.Seq2[*Job, *Step] { return func(func(*Job, *Step) bool) {} }

// Flat ranges over the job's steps with parallel groups flattened.
func (j *Job) Flat() iter.Seq[*Step] { return func(func(*Step) bool) {} }
