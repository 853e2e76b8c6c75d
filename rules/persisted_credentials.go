package rules

import (
	"fmt"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func persistedCredentials() *lint.Rule {
	return &lint.Rule{
		ID:       "persisted-credentials",
		Summary:  "a checkout that leaves its token on the disk for every step behind it",
		Severity: lint.Low,
		Aliases:  []string{"zizmor:artipacked"},
		Tags:     []string{"cwe-522", "cwe-538", "owasp-cicd-sec-6", "limit", "leak-log", "prevent-artifact", "matrix-scm-authentication", "matrix-repository-change", "matrix-clone"},
		Alike:    true,
		Run:      runPersistedCredentials,
	}
}

func runPersistedCredentials(p *lint.Pass) { eachRunning(p, checkPersisted) }

func checkPersisted(p *lint.Pass, job *syntax.Job) {
	all := p.Flow.Persisted(p.File, job)
	if len(all) == 0 {
		return
	}
	var folders []string
	for _, c := range all {
		folders = append(folders, c.Path)
	}
	run, runs := p.Flow.RunsUntrusted(p.File, job)
	for _, c := range all {
		k := keeping{Pass: p, job: job, Persisted: c, readOnly: c.Other == "" && p.Flow.TokenWrites(p.File, job) == expr.False}
		upload, uploaded := p.Flow.UploadedBy(p.File, job, c)
		outsider := runs && c.Step.Start < run.Run.Start
		if !outsider && !uploaded && !p.Strict && k.excused() {
			continue // whoever needs them
		}
		k.uses(folders)
		switch {
		case outsider:
			p.Report(k.run(run))
		case uploaded:
			p.Report(k.uploaded(upload))
		case p.Strict || !k.needed():
			p.Report(k.kept())
		}
	}
}

// keeping is one checkout that leaves its credentials.
type keeping struct {
	*lint.Pass
	job *syntax.Job
	flow.Persisted
	readOnly bool
	user     *flow.GitUse // the first that needs them; nil when none is seen to
	unknown  bool         // something behind it may need them
}

func (k *keeping) uses(folders []string) {
	for _, u := range k.Flow.GitUses(k.File, k.job, k.Step) {
		switch {
		case !u.In(k.Path, folders):
		case !u.Sure:
			k.unknown = true
		case k.user == nil:
			k.user = &u
		}
	}
}

// at is the setting, or the action that lacks it.
func (k *keeping) at() syntax.Span {
	if k.Setting != nil {
		return k.Setting.Span
	}
	return k.Step.Uses.Span
}

// what names the credentials and where they are left.
func (k *keeping) what() string {
	token := k.Other
	switch {
	case token != "":
	case k.readOnly:
		token = "its token, which can only read,"
	default:
		token = "its token"
	}
	place := "in `.git/config`"
	if !k.Old {
		place = "in a file beside the workspace"
	}
	return fmt.Sprintf("`%s` leaves %s %s", k.Action, token, place)
}

// finding is what all have in common: less confidence where the version is not known, and milder for a token that can only read.
func (k *keeping) finding(s lint.Severity) lint.Finding {
	f := lint.Finding{Span: k.at(), Severity: s, Confidence: lint.Sure, Fixes: k.fix()}
	if k.readOnly {
		f.Severity = max(lint.Low, f.Severity-1)
	}
	if !k.Sure || k.Keeps == expr.Unknown {
		f.Confidence = lint.Likely
	}
	return f
}

// kept is the finding where nothing but later steps of the job can read them.
func (k *keeping) kept() lint.Finding {
	severity := lint.Low
	if k.Old || k.Other != "" {
		severity = lint.Medium
	}
	f := k.finding(severity)
	switch {
	case k.user != nil:
		f.Strict, f.Severity = true, lint.Low
		f.Message = fmt.Sprintf("%s for `%s`, where every other step can read it; set `persist-credentials: false` and hand a token to that step alone", k.what(), oneLine(k.user.What))
		f.Related = []lint.Place{{Path: k.user.File.Path, Span: k.user.Span, Message: "this needs it"}}
	case k.Keeps == expr.Unknown:
		f.Strict, f.Severity = true, lint.Low
		f.Message = fmt.Sprintf("%s in some runs, and no step behind it is seen to need it; set `persist-credentials: false`", k.what())
	case k.needed():
		f.Strict, f.Severity = true, lint.Low
		f.Message = fmt.Sprintf("%s for every step behind it, and whether one needs it cannot be told; if none does, set `persist-credentials: false`", k.what())
	case k.Setting != nil:
		f.Strict = true
		f.Message = fmt.Sprintf("%s as it is told to, and no step behind it is seen to need it; set `persist-credentials: false`", k.what())
	default:
		f.Message = fmt.Sprintf("%s for every step behind it, and none is seen to need it; set `persist-credentials: false`", k.what())
		f.Strict = k.worthless()
	}
	return f
}

// needed reports that a step behind needs them, or may: who gives more than a checkout needs most likely has a use for it.
func (k *keeping) needed() bool {
	return k.user != nil || k.unknown && (k.Other != "" || k.mayBeWhy())
}

// excused reports what is only for --strict where nothing but later steps of the job can read them.
func (k *keeping) excused() bool {
	return k.Keeps == expr.Unknown || k.Setting != nil || k.worthless()
}

// worthless reports a token beside the workspace that gives nobody more than what the checkout put into it.
func (k *keeping) worthless() bool {
	grant := flow.Token(k.File, k.job)
	if k.Old || !k.readOnly || grant.Block == nil || grant.Block.All != nil {
		return false
	}
	return !slices.ContainsFunc(grant.Block.Scopes, func(s syntax.Scope) bool {
		return s.Value.Value != "none" && !strings.EqualFold(s.Name.Value, "contents")
	})
}

// uploaded is the finding where an artifact takes them out of the job.
func (k *keeping) uploaded(u flow.Upload) lint.Finding {
	f := k.finding(lint.High)
	advice := "set `persist-credentials: false`"
	if k.user != nil {
		advice = "upload less than that, or set `persist-credentials: false` and hand `" + oneLine(k.user.What) + "` a token of its own"
	}
	f.Message = fmt.Sprintf("%s, and an artifact takes that file along, so that everybody who can download it has the token while it is valid; %s", k.what(), advice)
	f.Related = []lint.Place{{Span: u.Path.Span, Message: "this takes the file along"}}
	return f
}

// run is the finding where an outsider's code can read them.
func (k *keeping) run(u flow.Untrusted) lint.Finding {
	f := k.finding(lint.High)
	if u.Access.Weak || len(u.Access.Guards) > 0 {
		f.Severity = min(f.Severity, lint.Medium)
	}
	f.Message = fmt.Sprintf("%s, where the code of a pull request can read it, as `%s` runs that; set `persist-credentials: false`", k.what(), u.Program)
	f.Trace = []lint.Place{
		{Path: u.Access.Trigger.File.Path, Span: u.Access.Trigger.Event.Name.Span, Message: "anybody can start this"},
		{Span: k.Step.Uses.Span, Message: "the token is left here"},
		{Span: u.Checkout.Span, Message: "the pull request's code is checked out"},
		{Span: u.Run, Message: fmt.Sprintf("`%s` executes it", u.Program)},
	}
	return f
}

// mayBeWhy reports a job that may write and of which the files do not tell what for, so that it may be with what is left here.
func (k *keeping) mayBeWhy() bool {
	if k.job == nil || flow.Token(k.File, k.job).Writes("contents") != expr.True {
		return false
	}
	switch k.Flow.Needs(k.File, k.job).Of("contents", catalog.Write) {
	case flow.Unseen:
		return k.job.Permissions != nil || len(k.File.Workflow.Jobs) == 1 // the right was given to this job alone
	case flow.Hinted, flow.Unknown:
		return true
	}
	return false
}

// fix sets the input to false. That is safe when all that comes behind is known not to need the credentials.
func (k *keeping) fix() []lint.Fix {
	if k.user != nil || k.Keeps == expr.Unknown || k.Step.With.Get("action") != nil {
		return nil
	}
	if k.mayBeWhy() {
		return nil
	}
	const key, off = "persist-credentials", "false"
	var edits []syntax.Edit
	ok := true
	switch with := k.Step.With; {
	case k.Setting != nil:
		edits = k.File.ReplaceScalar(k.Setting, off)
	case with != nil:
		edits, ok = k.File.InsertKey(with.Node, "", key, []string{off})
	default:
		edits, ok = k.File.InsertKey(k.Step.Node, "uses", "with", []string{key + ": " + off})
	}
	if !ok {
		return nil
	}
	fix := lint.Fix{Title: "set persist-credentials to false", Safety: lint.Safe, Edits: edits}
	if k.unknown || k.Setting != nil || k.Other != "" || k.job == nil {
		fix.Safety = lint.Unsafe
	}
	return []lint.Fix{fix}
}
