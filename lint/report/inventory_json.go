package report

import (
	_ "embed"
	"strconv"

	"sekisho/lint/inventory"
)

//go:embed schema/inventory.json
var inventorySchema string

// InventorySchema returns the JSON Schema (draft 2020-12) of inventories in the json format.
func InventorySchema() []byte { return []byte(inventorySchema) }

// writeInventoryJSON prints the document that schema/inventory.json describes, an entry a line.
func writeInventoryJSON(p *printer, all *Inventories, o InventoryOptions) {
	e := &inventoryEncoder{encoder: &encoder{printer: p}}
	e.put(`{"version":1,"tool":{"name":"sekisho","version":`)
	e.string(o.Version)
	e.put(`},"action":`)
	if all.Query == nil {
		e.put(`null`)
	} else {
		e.string(all.Query.Text())
	}
	e.put(`,"repositories":[`)
	for i, l := range all.List {
		e.separate(i)
		e.repository(l, all.Query != nil)
	}
	e.put(`],`)
	e.newline()
	e.put(`"problems":[`)
	for i, problem := range all.problems() {
		e.separate(i)
		e.newline()
		e.field(`{"path":`, problem.Path)
		e.field(`,"message":`, problem.Message)
		e.put(`}`)
	}
	e.put(`]}`)
	e.newline()
}

type inventoryEncoder struct {
	*encoder
	l Listed
}

func (e *inventoryEncoder) repository(l Listed, asked bool) {
	e.l = l
	e.newline()
	e.field(`{"path":`, l.Prefix)
	e.put(`,`)
	e.counts(l.Count())
	e.put(`,`)
	e.newline()
	e.put(`"credentials":[`)
	for i, c := range l.Credentials {
		e.separate(i)
		e.newline()
		e.credential(c)
	}
	e.put(`],`)
	e.newline()
	e.put(`"actions":[`)
	for i, a := range l.Actions {
		e.separate(i)
		e.newline()
		e.action(a)
	}
	e.put(`],`)
	e.newline()
	e.put(`"jobs":[`)
	for i, j := range l.Jobs {
		e.separate(i)
		e.newline()
		e.job(j)
	}
	e.put(`],`)
	e.newline()
	e.put(`"trusts":[`)
	for i, t := range l.Trusts {
		e.separate(i)
		e.newline()
		e.trust(t)
	}
	e.put(`],`)
	e.newline()
	e.put(`"rotate":`)
	if asked {
		e.answer(l.Answer())
	} else {
		e.put(`null`)
	}
	e.put(`}`)
}

func (e *inventoryEncoder) counts(n inventory.Counts) {
	e.number(`"summary":{"files":`, n.Files)
	e.number(`,"jobs":`, n.Jobs)
	e.number(`,"secrets":`, n.Secrets)
	e.number(`,"variables":`, n.Variables)
	e.number(`,"plain":`, n.Plain)
	e.number(`,"loaded":`, n.Loaded)
	e.number(`,"apps":`, n.Apps)
	e.number(`,"identities":`, n.Identities)
	e.number(`,"trusts":`, n.Trusts)
	e.number(`,"actions":`, n.Actions)
	e.number(`,"unpinned":`, n.Unpinned)
	e.put(`}`)
}

func (e *inventoryEncoder) credential(c *inventory.Credential) {
	e.field(`{"id":`, credentialID(c))
	e.field(`,"kind":`, c.Kind.String())
	e.field(`,"name":`, c.Name)
	e.bool(`,"every":`, c.Every)
	e.bool(`,"identifier":`, c.Named)
	e.field(`,"opens":`, c.Opens)
	e.number(`,"exposure":`, c.Exposure)
	e.put(`,"app":`)
	if t := c.App; t == nil {
		e.put(`null`)
	} else {
		e.field(`{"action":`, t.Action)
		e.field(`,"permissions":`, t.Permissions)
		e.field(`,"repositories":`, t.Repositories)
		e.bool(`,"everyRepository":`, t.Wide)
		e.bool(`,"kept":`, t.Kept)
		e.put(`}`)
	}
	e.put(`,"uses":[`)
	for i, u := range c.Uses {
		e.separate(i)
		e.put(`{`)
		e.place(u.Place)
		e.put(`,"job":`)
		e.jobOrNull(u.Job)
		e.field(`,"step":`, u.Step)
		e.field(`,"how":`, u.How.String())
		e.field(`,"as":`, u.As)
		e.field(`,"to":`, u.To)
		e.put(`}`)
	}
	e.put(`],"readers":[`)
	for i, r := range c.Readers {
		e.separate(i)
		e.field(`{"action":`, r.Name)
		e.field(`,"way":`, r.Way.String())
		e.put(`}`)
	}
	e.put(`]}`)
}

func (e *inventoryEncoder) action(a *inventory.Action) {
	e.field(`{"name":`, a.Name)
	e.field(`,"what":`, a.What)
	e.bool(`,"official":`, a.Official)
	e.bool(`,"pinned":`, !a.Unpinned)
	e.bool(`,"archived":`, a.Archived)
	e.field(`,"compromised":`, a.Compromised)
	e.strings(`,"advisories":`, a.Advisories)
	e.number(`,"exposure":`, a.Exposure)
	e.put(`,`)
	e.token(a.Token)
	e.bool(`,"identity":`, a.Identity)
	e.reach(a.Reach)
	e.put(`,"jobs":[`)
	for i, o := range a.Jobs {
		e.separate(i)
		e.field(`{"job":`, e.jobID(o.Job))
		e.put(`,"uses":[`)
		for k, u := range o.Uses {
			e.separate(k)
			e.put(`{`)
			e.place(u.Place)
			e.field(`,"step":`, u.Step)
			e.field(`,"ref":`, u.Ref)
			e.field(`,"pin":`, u.Pin.String())
			e.field(`,"version":`, u.Version)
			e.put(`}`)
		}
		e.put(`]`)
		e.reach(o.Reach)
		e.put(`}`)
	}
	e.put(`]}`)
}

func (e *inventoryEncoder) reach(list []inventory.Reach) {
	e.put(`,"reach":`)
	e.reaches(list)
}

func (e *inventoryEncoder) reaches(list []inventory.Reach) {
	e.put(`[`)
	for i, r := range list {
		e.separate(i)
		e.field(`{"credential":`, credentialID(r.Credential))
		e.field(`,"way":`, r.Way.String())
		e.field(`,"by":`, r.By)
		e.put(`}`)
	}
	e.put(`]`)
}

func (e *inventoryEncoder) job(j *inventory.Job) {
	e.field(`{"id":`, e.jobID(j))
	e.put(`,`)
	e.place(j.Place)
	e.field(`,"job":`, j.ID)
	e.field(`,"name":`, j.Name)
	e.field(`,"environment":`, j.Environment)
	e.field(`,"calls":`, j.Calls)
	e.bool(`,"ownRunner":`, j.OwnRunner)
	e.put(`,"starts":[`)
	for i, s := range j.Starts {
		e.separate(i)
		e.field(`{"event":`, s.Event)
		e.field(`,"who":`, s.Who.String())
		e.strings(`,"guards":`, s.Guards)
		e.put(`}`)
	}
	e.put(`],`)
	e.token(j.Token)
	ids := make([]string, len(j.Credentials))
	for i, c := range j.Credentials {
		ids[i] = credentialID(c)
	}
	e.strings(`,"credentials":`, ids)
	names := make([]string, len(j.Actions))
	for i, a := range j.Actions {
		names[i] = a.Name
	}
	e.strings(`,"actions":`, names)
	e.put(`}`)
}

func (e *inventoryEncoder) token(t inventory.Token) {
	e.field(`"token":{"from":`, t.From.String())
	e.field(`,"all":`, t.All)
	e.put(`,"scopes":[`)
	for i, s := range t.Scopes {
		e.separate(i)
		e.field(`{"name":`, s.Name)
		e.field(`,"level":`, s.Level)
		e.put(`}`)
	}
	e.put(`]}`)
}

func (e *inventoryEncoder) trust(t inventory.Trust) {
	e.put(`{`)
	e.place(t.Place)
	e.field(`,"of":`, t.Of)
	e.field(`,"limit":`, t.Limit)
	e.strings(`,"subjects":`, t.Subjects)
	e.bool(`,"everything":`, t.Admin)
	e.put(`}`)
}

func (e *inventoryEncoder) answer(a inventory.Answer) {
	e.put(`{"now":`)
	e.reaches(a.Rotate)
	e.put(`,"unlessKnown":`)
	e.reaches(a.Shared)
	e.put(`,"end":`)
	e.reaches(a.End)
	e.put(`,"names":`)
	e.reaches(a.Names)
	ids := make([]string, len(a.Jobs))
	for i, j := range a.Jobs {
		ids[i] = e.jobID(j)
	}
	e.strings(`,"tokensOf":`, ids)
	e.put(`}`)
}

func (e *inventoryEncoder) place(p inventory.Place) {
	e.field(`"path":`, e.l.Prefix+p.Path)
	e.number(`,"line":`, p.Line)
	e.number(`,"column":`, p.Column)
}

func (e *inventoryEncoder) jobOrNull(j *inventory.Job) {
	if j == nil {
		e.put(`null`)
		return
	}
	e.string(e.jobID(j))
}

func (e *inventoryEncoder) bool(key string, b bool) {
	e.put(key)
	e.buf = strconv.AppendBool(e.buf, b)
}

func (e *inventoryEncoder) strings(key string, list []string) {
	e.put(key)
	e.put(`[`)
	for i, s := range list {
		e.separate(i)
		e.string(s)
	}
	e.put(`]`)
}

// jobID tells jobs apart, and actions that stand for one.
func (e *inventoryEncoder) jobID(j *inventory.Job) string {
	if j.ID == "" {
		return e.l.Prefix + j.Path
	}
	return e.l.Prefix + j.Path + "#" + j.ID
}

// credentialID tells credentials of one repository apart.
func credentialID(c *inventory.Credential) string {
	name := c.Name
	if c.Kind == inventory.Identity && c.Opens != "" {
		name = c.Opens + " " + name
	}
	return c.Kind.String() + ":" + name
}
