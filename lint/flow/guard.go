package flow

import (
	"sekisho/lint/syntax"
)

// GuardKind says whom a condition keeps out.
type GuardKind uint8

// The kinds of guard.
const (
	NoGuard        GuardKind = iota
	SameRepository           // the head is a branch of this repository, not of a fork
	Association              // author_association is that of a member
	Person                   // the actor is one of named people
	Merged                   // the pull request was merged
	Bot                      // the actor is a bot; spoofable where the actor is not the author
	Label                    // someone with triage rights put a label on it; what is pushed later is not covered
	Approval                 // a job environment, which may ask for a reviewer
)

// String describes the guard for messages.
func (k GuardKind) String() string {
	return [...]string{"no guard", "same-repository check", "author-association check", "check of the actor's name", "check that the pull request was merged",
		"check for a bot", "label check", "environment"}[k]
}

// Guard is a condition, or a part of one, that keeps an outsider from going on.
type Guard struct {
	Kind GuardKind
	File *syntax.File
	syntax.Span
}

// strong are the guards after which only trusted people are left.
func strong(k GuardKind) bool {
	return k == SameRepository || k == Association || k == Person || k == Merged
}

func weak(k GuardKind) bool { return strong(k) || k == Bot || k == Label }

// Access says how far an outsider gets who starts a workflow through a trigger.
type Access struct {
	Trigger Trigger
	Blocked bool    // a guard keeps outsiders out, or the event never gets here
	Weak    bool    // a guard stands in the way, but one that can be met: a label, a bot's name
	Guards  []Guard // those that decided, the first being the one to name
}
