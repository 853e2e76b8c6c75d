package flow

import (
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// GuardKind says whom a condition keeps out.
type GuardKind uint8

// The kinds of guard.
const (
	NoGuard        GuardKind = iota
	SameRepository           // the head is a branch of this repository, not of a fork
	Association              // author_association is that of a member
	Person                   // the actor or author is one of named people, or a bot is the author
	Merged                   // the pull request was merged
	ParentEvent              // the run that came before was started by an event of insiders
	Lookup                   // an action looked up the rights of the actor and stops the job
	Script                   // a script looks at who it is; what it does with that is not judged
	Bot                      // the actor is a bot; spoofable where the actor is not the author
	Substring                // the actor's name is looked for in a text, where a part of a listed name fits as well
	Activity                 // only people with triage rights cause the activity; what is pushed later is not covered
	Label                    // someone with triage rights puts a label on it, which starts the run; what is pushed later is not covered
	Mark                     // someone with triage rights put a label or milestone on it earlier, which stays when more is pushed
	Reviewer                 // a job environment, which may ask for a reviewer
)

// String describes the guard for messages.
func (k GuardKind) String() string {
	return [...]string{"no guard", "same-repository check", "author-association check", "check of a person's name", "check that the pull request was merged",
		"check of the event behind the run", "permission lookup", "check in a script", "check that the actor is a bot", "search for the actor's name in a text",
		"limit to activities of maintainers", "label check", "check of a label or milestone", "environment"}[k]
}

// Guard is a condition, or a part of one, that keeps an outsider from going on.
type Guard struct {
	Kind GuardKind
	File *syntax.File
	syntax.Span
}

// Access says how far an outsider gets who starts a workflow through a trigger.
type Access struct {
	Trigger Trigger
	Blocked bool    // a guard keeps outsiders out, or the event never gets here
	Weak    bool    // a guard stands in the way, but one that can be met: a label, a bot's name
	Guards  []Guard // those that decided, the first being the one to name
}

// Never reports a condition that no run meets: if: false.
func Never(c *syntax.Condition) bool {
	return c != nil && c.Fixed == expr.False
}

// Deliberate reports that an outsider gets through only when somebody with triage rights starts the run: by putting a label on
// what the outsider wrote, or by another activity that takes such rights.
func (a Access) Deliberate() bool {
	return a.Weak && len(a.Guards) > 0 && (a.Guards[0].Kind == Label || a.Guards[0].Kind == Activity)
}
