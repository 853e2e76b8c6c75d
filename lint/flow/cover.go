package flow

import (
	"sekisho/lint/syntax"
)

// Attack is what a guard is to keep out.
type Attack uint8

// The attacks.
const (
	WrongPerson   Attack = iota // somebody without rights gets a job to run
	LaterPush                   // the author of a change exchanges it after somebody with rights let it in
	WrongArtifact               // what the run of somebody without rights made is taken for that of a trusted one
	OwnChange                   // somebody with rights gets a change of their own in that nobody else looked at
)

// Cover says whether a guard of one kind keeps an attack out.
type Cover uint8

// The covers.
const (
	Open     Cover = iota // it does not ask for what the attack changes
	Doubtful              // it does where it is written with care, or as settings say
	ByAuthor              // it does under events that whoever made the change causes; under others it asks for somebody else
	Holds
)

// covers tells by kind of guard what it keeps out. Against all but the wrong person it is taken to do what its name says:
// whether the person can pass for another is the matter of the first column.
var covers = [...]struct{ person, push, artifact, own Cover }{
	NoGuard:        {Open, Open, Open, Open},
	SameRepository: {Holds, Holds, Holds, Open},
	Association:    {Holds, ByAuthor, ByAuthor, Open},
	Person:         {Holds, ByAuthor, ByAuthor, ByAuthor},
	Merged:         {Holds, Holds, Open, Open}, // the run that made the artifact came before
	ParentEvent:    {Holds, Holds, Holds, Open},
	Lookup:         {Holds, ByAuthor, ByAuthor, Open},
	Script:         {Doubtful, ByAuthor, ByAuthor, Doubtful},
	Bot:            {Doubtful, ByAuthor, ByAuthor, ByAuthor},
	Substring:      {Doubtful, ByAuthor, ByAuthor, Doubtful},
	Activity:       {Doubtful, Open, Open, Open},
	Label:          {Doubtful, Open, Open, Open},
	Mark:           {Doubtful, Open, Open, Open},
	Reviewer:       {Doubtful, Open, Open, Doubtful},
}

// Against says whether guards of a kind keep an attack out when an event starts the run.
func (k GuardKind) Against(a Attack, event string) Cover {
	c := [...]Cover{covers[k].person, covers[k].push, covers[k].artifact, covers[k].own}[a]
	switch {
	case c != ByAuthor:
		return c
	case causedByAuthor(event):
		return Holds
	}
	return Open
}

// causedByAuthor reports an event that whoever wrote the change causes by writing it.
func causedByAuthor(event string) bool {
	switch event {
	case "pull_request", "pull_request_target", "workflow_run", "push":
		return true
	}
	return false
}

// belief is which guards are believed: those that keep an attack out, and perhaps those that do so with luck.
type belief struct {
	attack   Attack
	doubtful bool
}

var (
	strong = belief{attack: WrongPerson}
	weak   = belief{attack: WrongPerson, doubtful: true}
)

func (b belief) in(k GuardKind, event string) bool {
	c := k.Against(b.attack, event)
	return c == Holds || c == Doubtful && b.doubtful
}

// Withstands reports that the guards in front of a job, or of one of its steps, keep an attack out when a trigger starts it.
func (f *Flow) Withstands(a Attack, t Trigger, file *syntax.File, job *syntax.Job, step *syntax.Step) bool {
	reached, _ := f.reached(t, file, job, target{step: step}, belief{attack: a})
	return !reached
}

// actsForOther reports that whoever caused the event is, for the attack, not the one whose change it is about: somebody with triage
// rights labels what the author of a pull request may exchange later.
func (o *outsider) actsForOther() bool {
	return o.belief.attack != WrongPerson && len(activities(o.trigger, true)) == 0
}
