package inventory

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

// actionUse describes one use of an action of others.
func (s *scope) actionUse(uses *syntax.Field, step string) ActionUse {
	u := ActionUse{Place: place(s.file, uses.Start), Step: step, Pin: ByNothing}
	name, ref, found := strings.Cut(strings.TrimSpace(uses.Value), "@")
	switch kind := actionKind(uses.Value); {
	case kind == "image":
		u.Ref, u.Pin = imageRef(strings.TrimPrefix(strings.TrimSpace(uses.Value), "docker://"))
		return u
	case kind == "elsewhere" || !found:
		return u
	}
	u.Ref = ref
	u.Pin = [...]Pin{repo.CommitRef: ByCommit, repo.ShortRef: ByShort, repo.TagRef: ByTag, repo.BranchRef: ByBranch}[repo.KindOfRef(ref)]
	if u.Pin != ByCommit && s.repo.Locked(s.file.Path, name+"@"+ref) {
		u.Pin = ByLock
	}
	u.Version, _ = flow.Version(s.file, uses)
	return u
}

// imageRef returns what follows the name of an image, and how firm that is.
func imageRef(image string) (string, Pin) {
	if _, digest, ok := strings.Cut(image, "@"); ok {
		return digest, ByDigest
	}
	last := image[strings.LastIndexByte(image, '/')+1:]
	if _, tag, ok := strings.Cut(last, ":"); ok {
		return tag, ByTag
	}
	return "", ByNothing
}

// end notes what the walk through a job has found.
func (w *walk) end(s *scope) {
	if s.sj != nil {
		w.commands(s.file, s.sj)
		w.idle(s)
	}
	w.job.Credentials = slices.Collect(maps.Keys(w.held))
	for _, c := range w.called {
		w.occurrence(c)
	}
}

// idle notes the identity of a job in which nothing is seen to ask for one.
func (w *walk) idle(s *scope) {
	if !w.job.Token.Identity() || len(w.asks) > 0 || s.sj.Uses != nil && s.repo.Callee(s.sj.Uses.Value) != nil {
		return
	}
	at := flow.Token(s.file, s.sj)
	where := s.sj.ID.Start
	if scope := at.Scope("id-token"); scope != nil {
		where = scope.Name.Start
	}
	c := w.credential(Identity, "of jobs that are not seen to use it")
	w.use(c, Use{Place: place(s.file, where), Job: w.job, How: ByGrant})
	w.held[c] = true
	w.asks = []*Credential{c}
}

// occurrence adds the use of an action in the job, with what the other steps of the job hold.
func (w *walk) occurrence(c *called) {
	a := w.action(c)
	w.grant(c, w.asks)
	if c.what != "workflow" { // which runs on machines of its own
		for one := range w.held {
			if _, known := c.reach[one]; !known && w.spend() {
				c.reach[one] = Reach{one, Shared, ""}
			}
		}
	}
	a.Jobs = append(a.Jobs, &Occurrence{w.job, c.uses, slices.Collect(maps.Values(c.reach))})
	if !slices.Contains(w.job.Actions, a) {
		w.job.Actions = append(w.job.Actions, a)
	}
}

// grant adds the identities of the job, which all of its steps may ask for.
func (w *walk) grant(c *called, ids []*Credential) {
	for _, id := range ids {
		if _, known := c.reach[id]; !known && w.spend() {
			c.reach[id] = Reach{id, Granted, ""}
		}
	}
}

// action returns the entry of an action, whatever the case of its name.
func (b *builder) action(c *called) *Action {
	key := c.what + " " + strings.ToLower(c.name)
	a := b.actions[key]
	if a == nil {
		a = &Action{Name: c.name, What: c.what, Official: official(c.name, c.what)}
		_, a.Archived = catalog.Archived(slug(c.name))
		b.actions[key] = a
		b.inv.Actions = append(b.inv.Actions, a)
	}
	return a
}

// note takes over what a use tells of an action.
func (a *Action) note(u ActionUse) {
	a.Unpinned = a.Unpinned || !u.Pin.Holds()
	if a.What != "action" && a.What != "workflow" {
		return
	}
	if bad, ok := catalog.Compromised(slug(a.Name), u.Ref); ok && repo.IsHex(u.Ref) {
		a.Compromised = bad.What
	}
	for _, fault := range catalog.Advisories(a.Name, u.Version) {
		if !(fault.Tags && u.Pin == ByCommit) && !slices.Contains(a.Advisories, fault.ID) {
			a.Advisories = append(a.Advisories, fault.ID)
		}
	}
}

// slug returns owner/repository of an action.
func slug(name string) string {
	owner, rest, _ := strings.Cut(name, "/")
	repository, _, _ := strings.Cut(rest, "/")
	return owner + "/" + repository
}

// finish joins what the jobs tell of each action, weighs and sorts.
func (b *builder) finish() {
	for _, a := range b.inv.Actions {
		for _, o := range a.Jobs {
			slices.SortFunc(o.Reach, byName)
		}
		a.join()
		for _, r := range a.Reach {
			r.Readers = append(r.Readers, Reader{a, r.Way})
		}
	}
	for _, c := range b.inv.Credentials {
		slices.SortStableFunc(c.Uses, byPlace)
		c.Uses = slices.CompactFunc(c.Uses, func(a, b Use) bool { return a == b })
		slices.SortFunc(c.Readers, func(a, b Reader) int {
			return cmp.Or(cmp.Compare(a.Way, b.Way), cmp.Compare(b.Exposure, a.Exposure), strings.Compare(a.Name, b.Name), strings.Compare(a.What, b.What))
		})
		c.Exposure = c.weigh()
	}
	slices.SortFunc(b.inv.Credentials, byExposure)
	slices.SortFunc(b.inv.Actions, func(a, b *Action) int {
		return cmp.Or(cmp.Compare(b.Exposure, a.Exposure), strings.Compare(a.Name, b.Name), strings.Compare(a.What, b.What))
	})
	for _, j := range b.inv.Jobs {
		slices.SortFunc(j.Credentials, byExposure)
	}
	for _, a := range b.inv.Actions {
		slices.SortFunc(a.Reach, byWay)
		for _, o := range a.Jobs {
			slices.SortFunc(o.Reach, byWay)
		}
	}
}

// join makes of what the jobs tell of an action what holds for all of them.
func (a *Action) join() {
	a.Unpinned, a.Compromised, a.Advisories, a.Identity = false, "", nil, false
	best := map[*Credential]Reach{}
	for i, o := range a.Jobs {
		for _, r := range o.Reach {
			if have, ok := best[r.Credential]; !ok || r.Way < have.Way {
				best[r.Credential] = r
			}
		}
		for _, u := range o.Uses {
			a.note(u)
		}
		if i == 0 {
			a.Token = o.Job.Token
		}
		a.Token = a.Token.with(o.Job.Token)
		a.Identity = a.Identity || o.Job.Token.Identity()
	}
	a.Reach = slices.SortedFunc(maps.Values(best), byWay)
	slices.Sort(a.Advisories)
	a.Exposure = a.weigh()
}

func byExposure(a, b *Credential) int {
	return cmp.Or(cmp.Compare(b.Exposure, a.Exposure), cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name), strings.Compare(a.Opens, b.Opens))
}

func byName(a, b Reach) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), strings.Compare(a.Name, b.Name), strings.Compare(a.Opens, b.Opens))
}

func byWay(a, b Reach) int {
	return cmp.Or(cmp.Compare(a.Way, b.Way), byExposure(a.Credential, b.Credential))
}

func byPlace(a, b Use) int {
	job := func(u Use) string {
		if u.Job == nil {
			return ""
		}
		return u.Job.Path + "#" + u.Job.ID
	}
	return cmp.Or(strings.Compare(a.Path, b.Path), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), strings.Compare(job(a), job(b)),
		cmp.Compare(a.How, b.How), strings.Compare(a.As, b.As))
}
