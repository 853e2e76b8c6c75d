package report

import (
	"strings"

	"sekisho/lint/inventory"
)

// writeInventoryMarkdown prints inventories as tables in GitHub's Markdown.
func writeInventoryMarkdown(p *printer, all *Inventories, _ InventoryOptions) {
	m := &tables{printer: p}
	for _, l := range all.List {
		title := "Inventory of credentials"
		if all.Query != nil {
			title = "If `" + all.Query.Text() + "` was compromised"
		}
		if name := all.title(l); name != "" {
			title += " of `" + name + "`"
		}
		m.line("# " + markdown(title))
		m.line("")
		if all.Query != nil {
			m.answer(l, all.Query)
		} else {
			m.line(markdown(countsText(l.Count())))
			m.line("")
			m.credentials(l)
		}
		m.actions(l)
		m.trusts(l)
	}
	if problems := all.problems(); len(problems) > 0 {
		m.line("## Could not be looked at")
		m.line("")
		for _, problem := range problems {
			m.line("- " + strings.TrimPrefix(inCode(problem.Path)+": ", inCode("")+": ") + markdown(problem.Message))
		}
		m.line("")
	}
}

// tables writes lines of Markdown that are escaped already.
type tables struct{ *printer }

func (m *tables) line(s string) {
	m.put(s)
	m.newline()
}

func (m *tables) table(head ...string) {
	m.line("| " + strings.Join(head, " | ") + " |")
	m.line("|" + strings.Repeat(" --- |", len(head)))
}

func (m *tables) row(cells ...string) { m.line("| " + strings.Join(cells, " | ") + " |") }

func (m *tables) credentials(l Listed) {
	if len(l.Credentials) == 0 {
		return
	}
	m.line("## Secrets and what stands for them")
	m.line("")
	m.line("The most exposed first.")
	m.line("")
	m.table("credential", "used by", "under", "started by", "token", "could be read by")
	for _, c := range l.Credentials {
		m.credential(l, c)
	}
	m.line("")
}

// credential writes a row for each job that uses it; what holds for all of them stands in the first.
func (m *tables) credential(l Listed, c *inventory.Credential) {
	name := inCode(short(c.Text()))
	for _, mark := range marksOfCredential(c) {
		name += "<br>" + markdown(short(mark))
	}
	readers := markdownLines(readers(c))
	for _, g := range byJob(c.Uses) {
		var places []string
		under, starts, token := "", "", ""
		if len(g.jobs) > 0 {
			names, _ := g.head(l)
			j := g.jobs[0]
			places = append(places, names)
			under, starts, token = markdown(short(environmentText(j))), markdownLines(startsText(j)), markdown(short(j.Token.Text()))
		}
		for _, u := range g.uses {
			where := "`" + spot(l, u.Place) + "`"
			if u.Step != "" {
				where += " step `" + u.Step + "`"
			}
			places = append(places, where+": "+useText(u))
		}
		m.row(name, markdownLines(places), under, starts, token, readers)
		name, readers = "", ""
	}
}

// markdownLines returns several texts as the lines of a cell.
func markdownLines(list []string) string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = markdown(short(s))
	}
	return strings.Join(out, "<br>")
}

func (m *tables) actions(l Listed) {
	if len(l.Actions) == 0 {
		return
	}
	m.line("## Actions of others")
	m.line("")
	m.line("The most exposed first.")
	m.line("")
	m.table("action", "could read", "with an attack on the runner also", "token", "used by")
	for _, a := range l.Actions {
		var direct, shared, uses []string
		for _, r := range a.Reach {
			if r.Way.Direct() {
				direct = append(direct, reachText(r))
			} else {
				shared = append(shared, "`"+r.Text()+"`")
			}
		}
		for _, o := range a.Jobs {
			for _, u := range o.Uses {
				uses = append(uses, "`"+spot(l, u.Place)+"` "+jobText(o.Job)+": "+pinText(u))
			}
		}
		name := inCode(short(a.Name)) + " " + markdown(short(refsText(a))) + "<br>" + markdown(short(strings.Join(marksOf(a), ", ")))
		m.row(name, markdownLines(direct), markdownLines(shared), markdown(short(a.Token.Text())), markdownLines(uses))
	}
	m.line("")
}

func (m *tables) trusts(l Listed) {
	if len(l.Trusts) == 0 {
		return
	}
	m.line("## Who trusts the identities of workflows")
	m.line("")
	m.table("place", "what trusts", "whom")
	for _, t := range l.Trusts {
		m.row(inCode(spot(l, t.Place)), markdown(t.Of), markdown(short(trustText(t))))
	}
	m.line("")
}

func (m *tables) answer(l Listed, q *inventory.Query) {
	if len(l.Actions) == 0 {
		m.line(markdown("Nothing in these files uses `" + q.Text() + "`. " + unseen))
		m.line("")
		return
	}
	a := l.Answer()
	m.block("Rotate, as it lay where the action could read it", a.Rotate, "nothing")
	m.block("Rotate as well, unless it is known that the runner was not attacked", a.Shared, "")
	m.block("End what it could have opened, and look through the logs", a.End, "")
	m.block("Known to it as well, but by their names no credentials", a.Names, "")
	if len(a.Jobs) > 0 {
		m.line("## Look through what GITHUB&#95;TOKEN could have changed")
		m.line("")
		for _, j := range a.Jobs {
			m.line("- " + markdown(short(jobText(j)+" in `"+spot(l, j.Place)+"`: "+j.Token.Text())))
		}
		m.line("")
	}
	m.line(markdown(unseen))
	m.line("")
}

func (m *tables) block(head string, list []inventory.Reach, none string) {
	if len(list) == 0 && none == "" {
		return
	}
	m.line("## " + head)
	m.line("")
	for _, r := range list {
		m.line("- " + markdown(short(reachText(r))))
	}
	if len(list) == 0 {
		m.line(none)
	}
	m.line("")
}
