package report

import (
	"strconv"
	"strings"

	"sekisho/lint/inventory"
)

// writeInventoryText prints inventories for people at a terminal.
func writeInventoryText(p *printer, all *Inventories, o InventoryOptions) {
	t := &ledger{text: &text{printer: p, view: &view{Options: Options{Color: o.Color}}}, width: 120}
	if o.Width > 0 {
		t.width = min(max(o.Width, 40), 500)
	}
	for _, l := range all.List {
		if title := all.title(l); title != "" {
			t.head(title)
		}
		if all.Query != nil {
			t.answer(l, all.Query)
			continue
		}
		t.say(0, countsText(l.Count()))
		t.newline()
		t.credentials(l)
		t.actions(l)
		t.trusts(l)
	}
	if problems := all.problems(); len(problems) > 0 {
		t.head("could not be looked at")
		for _, problem := range problems {
			t.say(2, strings.TrimPrefix(problem.Path+": "+problem.Message, ": "))
		}
	}
}

// ledger writes lines.
type ledger struct {
	*text
	width int // columns that a line may take
}

func (t *ledger) head(words string) {
	t.start(bold)
	t.text.text(short(words))
	t.stop()
	t.newline()
}

// say writes a line with blanks before it; backticks around names are left out.
func (t *ledger) say(indent int, words string) {
	t.spaces(indent)
	t.text.text(short(strings.ReplaceAll(words, "`", "")))
	t.newline()
}

// maxEntry is how many UTF-16 code units of one text are shown.
const maxEntry = 400

// short returns a text as it is shown, without an end that nobody reads.
func short(s string) string { return cut(visible(s), maxEntry) }

// list writes items with commas, on as many lines as they need.
func (t *ledger) list(indent int, label string, items []string) {
	if len(items) == 0 {
		return
	}
	t.spaces(indent)
	t.start(dim)
	t.text.text(label)
	t.stop()
	column := indent + len(label)
	for i, item := range items {
		item = " " + strings.ReplaceAll(short(item), "`", "")
		if i < len(items)-1 {
			item += ","
		}
		room := cells([]byte(item))
		if i > 0 && column+room > t.width {
			t.newline()
			t.spaces(indent + 2)
			item, column = item[1:], indent+2
		}
		t.text.text(item)
		column += room
	}
	t.newline()
}

func (t *ledger) credentials(l Listed) {
	if len(l.Credentials) == 0 {
		return
	}
	t.head("Secrets and what stands for them, the most exposed first")
	t.newline()
	for _, c := range l.Credentials {
		t.start(yellow)
		t.text.text(short(c.Text()))
		t.stop()
		if marks := marksOfCredential(c); len(marks) > 0 {
			t.text.text("  " + short(strings.Join(marks, "; ")))
		}
		t.newline()
		for _, g := range byJob(c.Uses) {
			t.group(l, g)
		}
		t.list(2, "could be read by", readers(c))
		t.newline()
	}
}

// readers names the actions that could read a credential.
func readers(c *inventory.Credential) []string {
	var out []string
	for _, r := range c.Readers {
		way := r.Way.Text()
		if r.Unpinned {
			way += ", not pinned"
		}
		out = append(out, "`"+r.Name+"` ("+way+")")
	}
	return out
}

// group writes the uses of a credential in one job.
func (t *ledger) group(l Listed, g jobGroup) {
	path := ""
	if len(g.jobs) > 0 {
		names, where := g.head(l)
		t.say(2, names+"  "+where)
		t.job(g.jobs[0])
		path = g.jobs[0].Path
	}
	for _, u := range g.uses {
		where := strconv.Itoa(u.Line) + ":" + strconv.Itoa(u.Column)
		if u.Path != path {
			where = spot(l, u.Place)
		}
		if u.Step != "" {
			where += "  step " + u.Step + ":"
		}
		t.say(4, where+" "+useText(u))
	}
}

// job writes who starts a job, under which environment and with what rights.
func (t *ledger) job(j *inventory.Job) {
	for _, text := range startsText(j) {
		t.say(4, text)
	}
	t.say(4, environmentText(j)+"; token: "+j.Token.Text())
}

// spot is a place as people and editors read it.
func spot(l Listed, p inventory.Place) string {
	return l.Prefix + p.Path + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Column)
}

func (t *ledger) actions(l Listed) {
	if len(l.Actions) == 0 {
		return
	}
	t.head("Actions of others, the most exposed first")
	t.newline()
	for _, a := range l.Actions {
		t.action(l, a)
		t.newline()
	}
}

// action writes where an action is used and what it could read.
func (t *ledger) action(l Listed, a *inventory.Action) {
	if pinClass(a) == "unpinned" {
		t.start(red)
	} else {
		t.start(cyan)
	}
	t.text.text(short(a.Name))
	t.stop()
	t.text.text("  " + short(strings.Join(append([]string{refsText(a)}, marksOf(a)...), "; ")))
	t.newline()
	var direct, shared []string
	for _, r := range a.Reach {
		if r.Way.Direct() {
			direct = append(direct, reachText(r))
		} else {
			shared = append(shared, "`"+r.Text()+"`")
		}
	}
	t.list(2, "could read", direct)
	t.list(2, "within reach of an attack on the runner:", shared)
	t.say(2, "token: "+a.Token.Text())
	for _, o := range a.Jobs {
		for _, u := range o.Uses {
			t.say(2, spot(l, u.Place)+"  "+jobText(o.Job)+": "+pinText(u))
		}
	}
}

func (t *ledger) trusts(l Listed) {
	if len(l.Trusts) == 0 {
		return
	}
	t.head("Who trusts the identities of workflows")
	t.newline()
	for _, trust := range l.Trusts {
		t.say(0, spot(l, trust.Place)+"  "+trust.Of+": "+trustText(trust))
	}
	t.newline()
}

// trustText says whom a cloud lets in.
func trustText(trust inventory.Trust) string {
	text := trust.Limit
	if len(trust.Subjects) > 0 {
		text = strings.Join(trust.Subjects, ", ")
	}
	if trust.Admin {
		text += "; who may then do everything"
	}
	return text
}

// answer says what to do if an action was compromised.
func (t *ledger) answer(l Listed, q *inventory.Query) {
	if len(l.Actions) == 0 {
		t.say(0, "Nothing in these files uses "+q.Text()+". "+unseen)
		t.newline()
		return
	}
	a := l.Answer()
	t.head("If " + q.Text() + " was compromised")
	t.newline()
	t.block("Rotate, as it lay where the action could read it:", a.Rotate, "nothing")
	t.block("Rotate as well, unless it is known that the runner was not attacked:", a.Shared, "")
	t.block("End what it could have opened, and look through the logs:", a.End, "")
	t.block("Known to it as well, but by their names no credentials:", a.Names, "")
	if len(a.Jobs) > 0 {
		t.say(0, "Look through what GITHUB_TOKEN could have changed while they ran:")
		for _, j := range a.Jobs {
			t.say(2, jobText(j)+"  "+spot(l, j.Place)+"  "+j.Token.Text())
		}
		t.newline()
	}
	t.head("Where it is used")
	t.newline()
	for _, action := range l.Actions {
		t.action(l, action)
	}
	for _, j := range l.Jobs {
		t.say(2, jobText(j)+"  "+spot(l, j.Place))
		t.job(j)
	}
	t.newline()
	t.say(0, unseen)
	t.newline()
}

func (t *ledger) block(words string, list []inventory.Reach, none string) {
	if len(list) == 0 && none == "" {
		return
	}
	t.say(0, words)
	for _, r := range list {
		t.start(yellow)
		t.spaces(2)
		t.text.text(short(r.Text()))
		t.stop()
		t.text.text(short(strings.ReplaceAll(wayText(r), "`", "")))
		t.newline()
	}
	if len(list) == 0 {
		t.say(2, none)
	}
	t.newline()
}
