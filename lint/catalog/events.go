package catalog

import (
	"strings"
	"sync"
)

// Class is who can start a workflow through an event.
type Class uint8

// The classes of events.
const (
	Insider    Class = iota // people or tokens with write access, or GitHub itself on their behalf
	Outsider                // anyone with a GitHub account; from a fork without secrets and with a read-only token
	Privileged              // anyone with a GitHub account, and the run has the repository's rights
	Caller                  // as the workflow that calls
)

var classNames = [...]string{"insider", "outsider", "privileged", "caller"}

// String returns the name of the class: insider, outsider, privileged or caller.
func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return "unknown"
}

// EventInfo is what is known of an event that starts workflows.
type EventInfo struct {
	Name  string
	Class Class
	// Fork: a run for a pull request from a fork has a read-only token and no secrets.
	Fork bool
	// Association names the field of github.event that carries author_association, such as comment; "" when none does.
	Association string
	// DefaultBranch: the workflow file of the default branch runs, whatever branch the event is about.
	DefaultBranch bool
	// Types are the activity types an event knows, the ones that run by default before the others; nil when it has none.
	Types []string
	// Defaults is how many of Types run when the workflow names no types.
	Defaults int
}

var eventTable = lazy(&eventText, 7)

// events are the rows as they are asked for: every job asks for its events many times.
var events = sync.OnceValue(func() map[string]EventInfo {
	out := map[string]EventInfo{}
	eventTable().all(func(row []string) {
		info := EventInfo{Name: row[0], Fork: row[2] == "fork", Association: row[3], DefaultBranch: row[4] == "default"}
		for i, n := range classNames {
			if n == row[1] {
				info.Class = Class(i)
			}
		}
		info.Types = strings.Fields(row[5])
		info.Defaults = len(info.Types)
		info.Types = append(info.Types, strings.Fields(row[6])...)
		if len(info.Types) == 0 {
			info.Types = nil
		}
		out[row[0]] = info
	})
	return out
})

// Event returns what is known of an event; ok is false when GitHub knows no such event. The answer is shared: it is not to be changed.
func Event(name string) (info EventInfo, ok bool) {
	info, ok = events()[name]
	return info, ok
}

// Events calls f with the name of every event, sorted.
func Events(f func(name string)) {
	eventTable().all(func(row []string) { f(row[0]) })
}
