package report

import (
	_ "embed"
	"html"
	"strconv"
	"strings"

	"sekisho/lint/inventory"
)

//go:embed inventory.css
var inventoryStyle string

// writeInventoryHTML prints inventories as one page that loads nothing and runs no script.
func writeInventoryHTML(p *printer, all *Inventories, _ InventoryOptions) {
	h := &page{printer: p, query: all.Query}
	title := "Inventory of credentials"
	if all.Query != nil {
		title = "If " + all.Query.Text() + " was compromised"
	}
	h.line(`<!doctype html>`)
	h.line(`<html lang="en"><head><meta charset="utf-8">`)
	h.line(`<meta name="viewport" content="width=device-width, initial-scale=1">`)
	h.line(`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`)
	h.line(`<meta name="color-scheme" content="light dark">`)
	h.line(`<title>` + escape(title) + `</title>`)
	h.line("<style>\n" + inventoryStyle + `</style></head><body>`)
	h.line(`<h1>` + escape(title) + `</h1>`)
	for _, l := range all.List {
		if name := all.title(l); name != "" {
			h.line(`<h2 class="repository">` + escape(name) + `</h2>`)
		}
		h.repository(l)
	}
	if problems := all.problems(); len(problems) > 0 {
		h.line(`<h2>Could not be looked at</h2><ul>`)
		for _, problem := range problems {
			h.line(`<li>` + escape(strings.TrimPrefix(problem.Path+": "+problem.Message, ": ")) + `</li>`)
		}
		h.line(`</ul>`)
	}
	h.line(`</body></html>`)
}

// page writes HTML whose texts are escaped already.
type page struct {
	*printer
	query *inventory.Query
}

func (h *page) line(s string) {
	h.put(s)
	h.newline()
}

// escape returns text for the inside of an element or an attribute.
func escape(s string) string { return html.EscapeString(short(s)) }

// coded is escape for a text in which names stand between backticks.
func coded(s string) string {
	var b strings.Builder
	for i, part := range strings.Split(short(s), "`") {
		if i%2 == 1 {
			b.WriteString("<code>" + html.EscapeString(part) + "</code>")
		} else {
			b.WriteString(html.EscapeString(part))
		}
	}
	return b.String()
}

func (h *page) repository(l Listed) {
	if h.query != nil {
		h.answer(l, h.query)
	} else {
		h.line(`<p class="counts">` + escape(countsText(l.Count())) + `</p>`)
	}
	h.graph(l)
	if h.query == nil {
		h.credentials(l)
	}
	h.actions(l)
	h.trusts(l)
}

func (h *page) credentials(l Listed) {
	if len(l.Credentials) == 0 {
		return
	}
	h.line(`<h2>Secrets and what stands for them</h2><p>The most exposed first.</p>`)
	for _, c := range l.Credentials {
		h.line(`<details class="entry"><summary><b>` + escape(c.Text()) + `</b>` + chips("", marksOfCredential(c)) + chips("count", []string{numbered(len(c.Uses), "use"), numbered(len(c.Readers), "reader")}) + `</summary>`)
		for _, g := range byJob(c.Uses) {
			h.group(l, g)
		}
		h.list("Could be read by", readers(c))
		h.line(`</details>`)
	}
}

// chips are words in boxes.
func chips(class string, words []string) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteString(` <span class="chip ` + class + `">` + escape(w) + `</span>`)
	}
	return b.String()
}

func (h *page) group(l Listed, g jobGroup) {
	h.line(`<div class="job">`)
	if len(g.jobs) > 0 {
		names, where := g.head(l)
		h.line(`<p>` + coded(names) + ` <span class="place">` + escape(where) + `</span></p>`)
		h.facts(g.jobs[0])
	}
	h.line(`<ul>`)
	for _, u := range g.uses {
		where := `<span class="place">` + escape(spot(l, u.Place)) + `</span> `
		if u.Step != "" {
			where += `step <code>` + escape(u.Step) + `</code>: `
		}
		h.line(`<li>` + where + coded(useText(u)) + `</li>`)
	}
	h.line(`</ul></div>`)
}

// facts are who starts a job, under which environment and with what rights.
func (h *page) facts(j *inventory.Job) {
	h.line(`<ul class="facts">`)
	for _, text := range startsText(j) {
		h.line(`<li>` + coded(text) + `</li>`)
	}
	h.line(`<li>` + coded(environmentText(j)) + `; token: ` + escape(j.Token.Text()) + `</li></ul>`)
}

func (h *page) list(label string, items []string) {
	if len(items) == 0 {
		return
	}
	h.line(`<p class="label">` + escape(label) + `</p><ul>`)
	for _, item := range items {
		h.line(`<li>` + coded(item) + `</li>`)
	}
	h.line(`</ul>`)
}

func (h *page) actions(l Listed) {
	if len(l.Actions) == 0 {
		return
	}
	h.line(`<h2>Actions of others</h2><p>The most exposed first.</p>`)
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
		h.line(`<details class="entry"><summary><b>` + escape(a.Name) + `</b> <span class="refs">` + escape(refsText(a)) + `</span>` + chips(pinClass(a), marksOf(a)) +
			chips("count", []string{"exposure " + strconv.Itoa(a.Exposure)}) + `</summary>`)
		h.list("Could read", direct)
		h.list("With an attack on the runner also", shared)
		h.list("Token", []string{a.Token.Text()})
		h.list("Used by", uses)
		h.line(`</details>`)
	}
}

// pinClass is how an action is drawn.
func pinClass(a *inventory.Action) string {
	if a.Unpinned || a.Compromised != "" {
		return "unpinned"
	}
	return "pinned"
}

func (h *page) trusts(l Listed) {
	if len(l.Trusts) == 0 {
		return
	}
	h.line(`<h2>Who trusts the identities of workflows</h2><ul>`)
	for _, t := range l.Trusts {
		h.line(`<li><span class="place">` + escape(spot(l, t.Place)) + `</span> ` + escape(t.Of) + `: ` + escape(trustText(t)) + `</li>`)
	}
	h.line(`</ul>`)
}

func (h *page) answer(l Listed, q *inventory.Query) {
	if len(l.Actions) == 0 {
		h.line(`<p>` + escape("Nothing in these files uses "+q.Text()+". "+unseen) + `</p>`)
		return
	}
	a := l.Answer()
	h.block("Rotate, as it lay where the action could read it", a.Rotate, "nothing")
	h.block("Rotate as well, unless it is known that the runner was not attacked", a.Shared, "")
	h.block("End what it could have opened, and look through the logs", a.End, "")
	h.block("Known to it as well, but by their names no credentials", a.Names, "")
	if len(a.Jobs) > 0 {
		h.line(`<h2>Look through what GITHUB_TOKEN could have changed</h2><ul>`)
		for _, j := range a.Jobs {
			h.line(`<li>` + coded(jobText(j)) + ` <span class="place">` + escape(spot(l, j.Place)) + `</span> ` + escape(j.Token.Text()) + `</li>`)
		}
		h.line(`</ul>`)
	}
	h.line(`<p>` + escape(unseen) + `</p>`)
}

func (h *page) block(head string, list []inventory.Reach, none string) {
	if len(list) == 0 && none == "" {
		return
	}
	h.line(`<h2>` + escape(head) + `</h2><ul>`)
	for _, r := range list {
		h.line(`<li><b>` + escape(r.Text()) + `</b>` + coded(wayText(r)) + `</li>`)
	}
	if len(list) == 0 {
		h.line(`<li>` + escape(none) + `</li>`)
	}
	h.line(`</ul>`)
}
