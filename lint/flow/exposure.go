package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// Exposure is one way to start a step: a trigger, the job that runs it, and how far an outsider gets that way.
type Exposure struct {
	Access
	File *syntax.File // of the job; for the step of a composite action the one that uses it
	Job  *syntax.Job
	Step *syntax.Step // in Job
}

// Exposures lists the ways to start a step. Those of a composite action's step are those of the steps that use the action, none
// when nothing in the repository does.
func (f *Flow) Exposures(file *syntax.File, job *syntax.Job, step *syntax.Step) []Exposure {
	var out []Exposure
	f.exposures(file, job, step, 0, &out)
	return out
}

// maxExposures bounds the ways that are looked at for one step.
const maxExposures = 60

func (f *Flow) exposures(file *syntax.File, job *syntax.Job, step *syntax.Step, depth int, out *[]Exposure) {
	if file.Action != nil {
		if depth <= maxNest {
			users := f.users(file)
			for _, u := range users[:min(len(users), maxUsers)] {
				f.exposures(u.file, u.job, u.step, depth+1, out)
			}
		}
		return
	}
	for _, t := range f.Triggers(file) {
		if len(*out) < maxExposures {
			*out = append(*out, Exposure{f.Outsider(t, file, job, step), file, job, step})
		}
	}
}

// Rights are what whoever runs code in a job gets.
type Rights struct {
	Secret     *Secret // one that lasts, other than the workflow's token
	Scope      string  // one that the token may write to; "" when there is none
	Default    bool    // the token has whatever the repository's default is
	SelfHosted bool    // the job runs on a machine that outlives it
}

// Any reports that there is something to gain besides the run itself.
func (r Rights) Any() bool { return r.Secret != nil || r.Scope != "" || r.Default }

// Explicit reports a secret or a right that the files name.
func (r Rights) Explicit() bool { return r.Secret != nil || r.Scope != "" }

// Text says for messages what there is to gain.
func (r Rights) Text() string {
	switch {
	case r.Secret != nil && r.Secret.Name != "":
		return "the secret `" + r.Secret.Name + "`"
	case r.Secret != nil:
		return "every secret"
	case r.Scope != "":
		return "a token with `" + r.Scope + ": write`"
	case r.Default:
		return "a token with the repository's default rights"
	}
	return "nothing but the run itself"
}

// RightsUnder returns what whoever runs code in the job of an exposure gets: of a called workflow's secrets those that its caller
// hands over.
func (f *Flow) RightsUnder(e Exposure) Rights {
	return f.rights(e.File, e.Job, func(name string) bool { return handed(e.Trigger, name) })
}

// handed reports that the innermost call of a trigger hands a secret over.
func handed(t Trigger, name string) bool {
	if len(t.Via) == 0 {
		return true
	}
	passed := t.Via[len(t.Via)-1].Job.Secrets
	switch {
	case passed == nil:
		return false
	case passed.Inherit || passed.Map == nil || name == "":
		return true
	}
	return passed.Map.Get(name) != nil
}

// Rights returns what whoever runs code in a job gets.
func (f *Flow) Rights(file *syntax.File, job *syntax.Job) Rights {
	return f.rights(file, job, func(string) bool { return true })
}

func (f *Flow) rights(file *syntax.File, job *syntax.Job, given func(name string) bool) Rights {
	var r Rights
	for _, s := range f.JobSecrets(file, job) {
		if !s.Token && given(s.Name) && !(HeldSecret{Secret: s.Secret}).Public() {
			secret := s.Secret
			r.Secret = &secret
			break
		}
	}
	grant := Token(file, job)
	switch {
	case grant.Block == nil:
		r.Default = true
	case grant.Block.All != nil:
		if grant.Block.All.Value == "write-all" {
			r.Scope = "contents"
		}
	default:
		for _, s := range grant.Block.Scopes {
			if s.Value.Value == "write" {
				r.Scope = s.Name.Value
				break
			}
		}
	}
	r.SelfHosted = job.RunsOn != nil && selfHosted(job.RunsOn)
	return r
}

func selfHosted(r *syntax.RunsOn) bool {
	for _, l := range r.Labels {
		if strings.EqualFold(l.Value, "self-hosted") {
			return true
		}
	}
	return false
}

// Reaches says how much an outsider can do by a value under a trigger.
type Reaches uint8

// The degrees, the mildest first.
const (
	NotAtAll   Reaches = iota
	ByInsiders         // only people with rights choose the value or start the job
	ByDispatch         // people who may start workflows choose it
	ByForks            // anybody, in a run for a pull request that has no secrets and a token that reads
	ByAnybody          // anybody, in a run with the rights of the repository
)

// Reach judges a taint under an exposure.
func (f *Flow) Reach(t Taint, e Exposure) Reaches {
	if !t.Under(e.Trigger) {
		return NotAtAll
	}
	info, known := catalog.Event(e.Trigger.Name)
	switch {
	case t.Who == ByUnknown, t.Who == ByCaller:
		return NotAtAll
	case t.Who == ByInsider && (t.Field == "ref" || t.Field == "ref_name" || t.Field == "event.ref") && literalRefs(e.Trigger):
		return NotAtAll
	case t.Who == ByInsider:
		if strings.HasPrefix(t.Field, "event.inputs") || strings.HasPrefix(t.Field, "event.client_payload") {
			return ByDispatch
		}
		return ByInsiders
	case !known || e.Blocked:
		return NotAtAll
	case info.Class == catalog.Outsider || info.Fork:
		return ByForks
	case info.Class == catalog.Privileged && f.StartedByOutsiders(e.Trigger) && !f.trustedBranch(t, e.Trigger):
		return ByAnybody
	}
	return ByInsiders
}

// trustedBranch reports a workflow_run that a branches filter keeps to branches of the repository: a fork's branch of the same name
// still fits, so that only the branch itself can be trusted, not what its commits say.
func (f *Flow) trustedBranch(t Taint, tr Trigger) bool {
	return tr.Name == "workflow_run" && strings.HasSuffix(t.Field, "head_branch") && tr.Event != nil && tr.Event.Branches != nil && allLiteral(tr.Event.Branches)
}

// literalRefs reports a push that the filters keep to branches and tags that they name in full.
func literalRefs(tr Trigger) bool {
	e := tr.Event
	if tr.Name != "push" || e == nil || e.Branches == nil && e.Tags == nil {
		return false
	}
	return (e.Branches == nil || allLiteral(e.Branches)) && (e.Tags == nil || allLiteral(e.Tags)) && e.BranchesIgnore == nil && e.TagsIgnore == nil
}

func allLiteral(l *syntax.List) bool {
	for _, v := range l.Values {
		if strings.ContainsAny(v.Value, "*?[!") {
			return false
		}
	}
	return len(l.Values) > 0
}

// ReadOnly reports that the job's token certainly cannot write.
func (f *Flow) ReadOnly(file *syntax.File, job *syntax.Job) bool {
	return f.TokenWrites(file, job) == expr.False
}
