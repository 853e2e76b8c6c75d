package inventory

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

// rest notes the secrets of a workflow that no value is made of: they are compared, or stand where they do nothing. seen holds the
// places that are noted already.
func (b *builder) rest(file *syntax.File, seen map[int]bool) {
	for str, fence := range file.Exprs() {
		accesses(fence.X, func(n expr.Node) {
			p, fixed := expr.Path(n)
			context, name, _ := strings.Cut(p, ".")
			if !fixed {
				context = root(n)
			}
			at := file.ValueSpan(str, n.Range()).Start
			if context != "secrets" && context != "vars" || seen[at] {
				return
			}
			seen[at] = true
			u := Use{Place: place(file, at), How: ByTest}
			sj, step := holder(file, at)
			s := &scope{walk: &walk{builder: b}, file: file, sj: sj}
			if sj != nil {
				u.Job = b.described(file, sj)
			}
			if step != nil {
				u.Step = stepName(step)
			}
			if context == "secrets" && fixed && name == "" || context == "vars" && !fixed {
				return // only the root of a longer access, or nothing by its name
			}
			for _, c := range s.credentials(n, str) {
				b.use(c, u)
			}
		})
	}
}

// holder returns the job and the step around a place.
func holder(file *syntax.File, at int) (*syntax.Job, *syntax.Step) {
	for _, sj := range file.Workflow.Jobs {
		if sj.Node == nil || at < sj.Node.Start || at >= sj.Node.End {
			continue
		}
		for step := range sj.Flat() {
			if step.Start <= at && at < step.End {
				return sj, step
			}
		}
		return sj, nil
	}
	return nil, nil
}

// described returns what newJob made of a job.
func (b *builder) described(file *syntax.File, sj *syntax.Job) *Job {
	at := place(file, sj.ID.Start)
	for _, j := range b.inv.Jobs {
		if j.Place == at {
			return j
		}
	}
	return nil
}

// plain lists the tokens that stand in a file themselves. They are never shown in full.
func (b *builder) plain(file *syntax.File) {
	for _, found := range catalog.Credentials(file.Text) {
		if found.Example || found.Identifier {
			continue
		}
		name := found.What
		if found.Shown != "" {
			name += " " + found.Shown + "…"
		}
		u := Use{Place: place(file, found.Start), How: ByFile}
		if file.Workflow != nil {
			if sj, step := holder(file, found.Start); sj != nil {
				u.Job = b.described(file, sj)
				if step != nil {
					u.Step = stepName(step)
				}
			}
		}
		b.use(b.credential(Plain, name), u)
	}
}

// published lists an action of this repository that no step in it uses, but somebody elsewhere may.
func (b *builder) published(file *syntax.File) {
	if b.usedActions()[file] || repo.TestFolder(file.Path) || file.Action.Runs == nil || len(file.Action.Runs.Steps) == 0 {
		return
	}
	j := &Job{Place: Place{file.Path, syntax.Position{Line: 1, Column: 1}}, Token: Token{From: FromCaller}, Starts: []Start{{Event: "uses", Who: Callers}}}
	w := &walk{builder: b, job: j, written: map[string]bound{}, held: map[*Credential]bool{}}
	s := &scope{walk: w, file: file, vars: map[string]bound{}}
	for _, step := range flatSteps(file) {
		s.step(step, nil)
	}
	if len(w.called) == 0 && len(w.held) == 0 {
		return
	}
	b.inv.Jobs = append(b.inv.Jobs, j)
	w.end(s)
}

// usedActions returns the actions of this repository that a step in it uses.
func (b *builder) usedActions() map[*syntax.File]bool {
	if b.used != nil {
		return b.used
	}
	b.used = map[*syntax.File]bool{}
	for _, file := range b.repo.Files {
		for use := range file.Uses() {
			if to := b.repo.Callee(use.Value); to != nil {
				b.used[to] = true
			}
		}
	}
	return b.used
}

// dependabot lists the secrets of Dependabot, which are kept apart from those of workflows.
func (b *builder) dependabot(file *syntax.File) {
	for i := range file.Dependabot.Registries {
		e := &file.Dependabot.Registries[i]
		if e.Node == nil {
			continue
		}
		for _, p := range e.Node.Pairs {
			value := p.Value.Str()
			for f := range value.Fences {
				accesses(value.Fences[f].X, func(n expr.Node) {
					name, ok := expr.Path(n)
					if name, secret := strings.CutPrefix(name, "secrets."); ok && secret {
						c := b.credential(Secret, strings.ToUpper(name))
						at := file.ValueSpan(&value, n.Range()).Start
						b.use(c, Use{Place: place(file, at), How: ByRegistry, As: p.Key.Value, To: e.Name.Value})
					}
				})
			}
		}
	}
}

// trust lists what a file for a cloud says of the identities of GitHub.
func (b *builder) trust(file *syntax.File) {
	if repo.TestFolder(file.Path) {
		return
	}
	for _, s := range file.Trust.Statements {
		t := Trust{Place: place(file, s.Start), Of: s.Of, Limit: limits[s.Limit], Admin: s.Admin != nil}
		for _, subject := range s.Subjects {
			t.Subjects = append(t.Subjects, subject.Value)
		}
		b.inv.Trusts = append(b.inv.Trusts, t)
	}
}

// limits says whom a trust lets in, by syntax.Limit.
var limits = map[syntax.Limit]string{
	syntax.Unlimited:     "every repository on GitHub",
	syntax.ToOwner:       "every repository of an owner",
	syntax.ToRepository:  "every branch of a repository",
	syntax.ToSubject:     "what it names",
	syntax.LimitsUnknown: "what a variable says",
}

// actionKind tells what a step's uses: value is.
func actionKind(uses string) string {
	switch {
	case strings.HasPrefix(uses, "docker://"):
		return "image"
	case strings.HasPrefix(uses, "./"), strings.HasPrefix(uses, "$/"):
		return "elsewhere"
	}
	return "action"
}

// official tells whether an action belongs to GitHub.
func official(name, what string) bool {
	return (what == "action" || what == "workflow") && catalog.Official(name)
}
