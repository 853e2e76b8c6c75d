package inventory

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

// Who says who can start a job by an event.
type Who uint8

// Those who can, the fewest first.
const (
	Nobody   Who = iota
	Clock        // GitHub, by time
	Insiders     // people and tokens with write access
	Callers      // the workflows elsewhere that call it
	Forks        // anybody, by a pull request, whose run has no secrets and a token that reads
	Approved     // anybody, once an environment's rules let the run go on
	Guarded      // anybody who meets a condition that can be met
	Anybody
)

// String returns a word for them.
func (w Who) String() string {
	return [...]string{"nobody", "clock", "insiders", "callers", "forks", "approved", "guarded", "anybody"}[w]
}

// Text says for people who they are.
func (w Who) Text() string {
	return [...]string{
		"nobody", "the clock", "people with write access", "the workflows that call it", "anybody, but from a fork without secrets and with a token that reads",
		"anybody, if the environment's rules let the run go on", "anybody who gets past a guard", "anybody",
	}[w]
}

// Reaches reports starters who are strangers and get at the secrets of the job.
func (w Who) Reaches() bool { return w >= Approved }

// newJob describes a job.
func (b *builder) newJob(file *syntax.File, sj *syntax.Job) *Job {
	j := &Job{Place: place(file, sj.ID.Start), ID: sj.ID.Value}
	if sj.Name != nil {
		j.Name = shown(sj.Name.Value)
	}
	if sj.Environment != nil && sj.Environment.Name != nil && flow.HasEnvironment(sj) {
		j.Environment = shown(sj.Environment.Name.Value)
	}
	if sj.Uses != nil {
		j.Calls = actionName(sj.Uses.Value)
	}
	j.Starts = b.starts(file, sj)
	j.Token = *b.token(file, sj)
	j.OwnRunner = flow.OwnRunner(sj)
	b.inv.Jobs = append(b.inv.Jobs, j)
	return j
}

// starts lists the events that may start a job, each once, with the widest circle of those who can cause it.
func (b *builder) starts(file *syntax.File, sj *syntax.Job) []Start {
	names := b.flow.Starts(file, sj)
	out := make([]Start, 0, len(names))
	for _, t := range b.flow.Triggers(file) {
		if !slices.Contains(names, t.Name) {
			continue
		}
		s := b.start(t, file, sj)
		i := slices.IndexFunc(out, func(o Start) bool { return o.Event == s.Event })
		switch {
		case i < 0:
			out = append(out, s)
		case s.Who > out[i].Who:
			out[i] = s
		}
	}
	return out
}

// start tells who can start a job through a trigger.
func (b *builder) start(t flow.Trigger, file *syntax.File, sj *syntax.Job) Start {
	s := Start{Event: t.Name, Who: Insiders}
	info, known := catalog.Event(t.Name)
	switch {
	case t.Name == "workflow_call":
		s.Who = Callers
		return s
	case t.Name == "schedule":
		s.Who = Clock
		return s
	case !known || info.Class != catalog.Outsider && info.Class != catalog.Privileged:
		return s
	}
	a := b.flow.Outsider(t, file, sj, nil)
	s.Guards = guards(a)
	switch {
	case a.Blocked:
	case info.Class == catalog.Outsider || info.Fork:
		s.Who = Forks
	case !b.flow.StartedByOutsiders(t):
	case a.Weak:
		s.Who = Guarded
	case len(a.Guards) > 0:
		s.Who = Approved
	default:
		s.Who = Anybody
	}
	return s
}

// guards names what stands in the way, each kind once.
func guards(a flow.Access) []string {
	var out []string
	for _, g := range a.Guards {
		if name := g.Kind.String(); g.Kind != flow.NoGuard && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// Worst returns the widest circle of those who can start a job.
func (j *Job) Worst() Who {
	w := Nobody
	for _, s := range j.Starts {
		w = max(w, s.Who)
	}
	return w
}

// token returns what the token of a job may do.
func (b *builder) token(file *syntax.File, sj *syntax.Job) *Token {
	grant := flow.Token(file, sj)
	if grant.Block == nil {
		return b.inherited(file, 0)
	}
	t := &Token{From: FromWorkflow}
	if grant.OfJob {
		t.From = FromJob
	}
	if all := grant.Block.All; all != nil {
		t.All = all.Value
		return t
	}
	for _, s := range grant.Block.Scopes {
		if s.Value.Value != "none" && !slices.ContainsFunc(t.Scopes, func(have Scope) bool { return strings.EqualFold(have.Name, s.Name.Value) }) {
			t.Scopes = append(t.Scopes, Scope{strings.ToLower(s.Name.Value), s.Value.Value})
		}
	}
	return t
}

// inherited is the token of the jobs of a workflow that say nothing of it: the repository's default, but in a workflow that is only
// called the most that one of its callers has.
func (b *builder) inherited(file *syntax.File, depth int) *Token {
	if t := b.tokens[file]; t != nil {
		return t
	}
	t := &Token{}
	callers := b.flow.Callers(file)
	switch {
	case file.Workflow == nil || startsItself(file) || depth > maxCalls:
	case len(callers) == 0:
		t.From = FromCaller
	default:
		b.tokens[file] = t // what a circle of calls finds
		most := Token{From: FromJob}
		for _, c := range callers[:min(len(callers), maxCallers)] {
			of := b.inherited(c.File, depth+1)
			if flow.Token(c.File, c.Job).Block != nil {
				of = b.token(c.File, c.Job)
			}
			most = most.with(*of)
		}
		*t = most
	}
	b.tokens[file] = t
	return t
}

// with is what two tokens may do together.
func (t Token) with(other Token) Token {
	if other.rank() > t.rank() {
		t, other = other, t
	}
	if t.rank() > readAll {
		return t
	}
	t.Scopes = slices.Clone(t.Scopes)
	for _, s := range other.Scopes {
		i := slices.IndexFunc(t.Scopes, func(have Scope) bool { return have.Name == s.Name })
		switch {
		case i < 0:
			t.Scopes = append(t.Scopes, s)
		case s.Level == "write":
			t.Scopes[i].Level = s.Level
		}
	}
	return t
}

// The ranks of tokens: one above readAll says all that two of them may do.
const (
	listed = iota
	readAll
	computed
	unknown
	writeAll
)

func (t Token) rank() int {
	switch {
	case t.All == "write-all":
		return writeAll
	case t.Unknown():
		return unknown
	case t.All == "read-all":
		return readAll
	case t.All != "":
		return computed
	}
	return listed
}

// Unknown reports rights that the files do not tell.
func (t Token) Unknown() bool { return t.From == FromDefault || t.From == FromCaller }

// Writes lists the scopes that a token may write to; an identity is none of them.
func (t Token) Writes() []string {
	var out []string
	for _, s := range t.Scopes {
		if s.Level == "write" && s.Name != "id-token" {
			out = append(out, s.Name)
		}
	}
	return out
}

// Identity reports a job that may ask for an identity.
func (t Token) Identity() bool {
	return t.All == "write-all" || slices.Contains(t.Scopes, Scope{"id-token", "write"})
}

// Text says for people what a token may do.
func (t Token) Text() string {
	switch t.From {
	case FromDefault:
		return "the repository's default rights"
	case FromCaller:
		return "the rights of its caller"
	}
	var parts []string
	if t.All != "" {
		parts = append(parts, t.All)
	}
	for _, s := range t.Scopes {
		parts = append(parts, s.Name+": "+s.Level)
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// actionName returns a uses: value without its ref.
func actionName(uses string) string {
	name, _, _ := strings.Cut(strings.TrimSpace(uses), "@")
	return name
}
