package report

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"unicode/utf8"

	"sekisho/lint/inventory"
)

// What the picture shows at most. Who wants more has the lists below it.
const (
	maxPictures = 60 // jobs
	maxNodes    = 14 // in one column
	maxChips    = 12 // events
	maxLines    = 3  // of what a token may do
)

// Measures of a job's picture, in pixels. It is as wide as a phone, so that nothing has to be scrolled or made smaller there.
const (
	graphWidth  = 344
	graphColumn = 152 // of the two columns below a job
	graphNode   = 26  // height of a node
	graphGap    = 8
	graphLine   = 16 // height of a line of text
)

// graph draws the jobs that hold something: what starts them, the job, its environment, and lines from each credential to the actions
// that could read it.
func (h *page) graph(l Listed) {
	jobs := slices.DeleteFunc(slices.Clone(l.Jobs), func(j *inventory.Job) bool {
		return len(j.Credentials) == 0 && (len(j.Actions) == 0 || !j.Token.Powerful())
	})
	if len(jobs) == 0 {
		return
	}
	slices.SortStableFunc(jobs, func(a, b *inventory.Job) int { return weightOf(b) - weightOf(a) })
	h.line(`<h2>From the trigger to what it reaches</h2>`)
	h.line(`<p class="legend"><span class="chip who-anybody">anybody starts it</span> <span class="chip who-guarded">a guard or the rules of an environment stand before</span> ` +
		`<span class="chip who-forks">forks, without secrets</span> <span class="chip">people with write access, the clock, callers</span> ` +
		`<span class="line direct"></span> could be read <span class="line shared"></span> by an attack on the runner ` +
		`<span class="chip unpinned">not pinned</span> <span class="chip pinned">pinned</span></p>`)
	h.line(`<div class="graph">`)
	for _, j := range jobs[:min(len(jobs), maxPictures)] {
		h.picture(l, j)
	}
	h.line(`</div>`)
	if len(jobs) > maxPictures {
		h.line(`<p>` + fmt.Sprintf("Drawn are the %d jobs that hold the most; %d more stand in the lists.", maxPictures, len(jobs)-maxPictures) + `</p>`)
	}
}

// weightOf orders the pictures: the jobs with the most exposed credentials first.
func weightOf(j *inventory.Job) int {
	weight := int(j.Worst())
	for _, c := range j.Credentials {
		weight += c.Exposure
	}
	return weight
}

// drawing is the picture of one job.
type drawing struct {
	strings.Builder
	query *inventory.Query // the action that is asked about, or nil
	y     float64          // where the next row begins
}

// edge is a credential that an action could read.
type edge struct {
	from, to int // rows
	direct   bool
}

func (h *page) picture(l Listed, j *inventory.Job) {
	d := &drawing{query: h.query, y: 1}
	d.starts(j)
	box := d.box("job", append([]string{strings.ReplaceAll(jobText(j), "`", ""), spot(l, j.Place)}, wrap("token: "+j.Token.Text())...))
	if j.Environment != "" {
		d.arrow(graphWidth/2, box, graphWidth/2, d.y+graphGap)
		d.y += graphGap
		box = d.box("environment", []string{"environment " + j.Environment})
	}
	d.columns(j, box)
	h.line(`<figure>`)
	h.line(fmt.Sprintf(`<svg viewBox="0 0 %d %.0f" width="%d" height="%.0f" role="img" aria-label="%s">`, graphWidth, d.y+1, graphWidth, d.y+1, escape(pictureText(j))))
	h.line(d.String() + `</svg></figure>`)
}

// pictureText says in words what a picture shows.
func pictureText(j *inventory.Job) string {
	text := strings.ReplaceAll(jobText(j), "`", "") + " of " + j.Path + ", " + numbered(len(j.Credentials), "credential") + ", " + numbered(len(j.Actions), "action") + " of others"
	return text
}

// starts draws the events.
func (d *drawing) starts(j *inventory.Job) {
	x := 0.0
	shown := j.Starts[:min(len(j.Starts), maxChips)]
	for _, s := range shown {
		width := min(room(s.Event)+18, graphWidth)
		if x > 0 && x+width > graphWidth {
			x, d.y = 0, d.y+graphNode+graphGap/2
		}
		d.node(x, d.y, width, "who-"+s.Who.String(), s.Event, s.Event+": "+s.Who.Text())
		x += width + graphGap/2
	}
	if more := len(j.Starts) - len(shown); more > 0 {
		text := fmt.Sprintf("and %d more", more)
		if x+room(text)+18 > graphWidth {
			x, d.y = 0, d.y+graphNode+graphGap/2
		}
		d.node(x, d.y, room(text)+18, "more", text, text)
	}
	if len(j.Starts) > 0 {
		d.y += graphNode
		under := min(graphWidth, x) / 2
		d.arrow(under, d.y, under, d.y+2*graphGap)
		d.y += 2 * graphGap
	}
}

// box draws a box with lines of text and returns where it ends.
func (d *drawing) box(class string, lines []string) float64 {
	height := float64(len(lines)*graphLine) + 10
	fmt.Fprintf(d, `<g class="%s"><title>%s</title><rect x="1" y="%.0f" width="%d" height="%.0f" rx="6"/>`, class, escape(strings.Join(lines, ", ")), d.y, graphWidth-2, height)
	for i, text := range lines {
		fmt.Fprintf(d, `<text x="10" y="%.0f" class="line%d">%s</text>`, d.y+19+float64(i*graphLine), min(i, 1), fit(text, graphWidth-30))
	}
	d.WriteString("</g>")
	d.y += height
	return d.y
}

// columns draws the credentials of a job on the left, the actions on the right, and the lines between them.
func (d *drawing) columns(j *inventory.Job, box float64) {
	if len(j.Credentials)+len(j.Actions) == 0 {
		return
	}
	lines, left := edges(j), column(len(j.Credentials), func(i int) graphLabel {
		c := j.Credentials[i]
		if c.Named {
			return graphLabel{"credential named", c.Text()}
		}
		return graphLabel{"credential", c.Text()}
	})
	right := column(len(j.Actions), func(i int) graphLabel {
		class := pinClass(j.Actions[i])
		if d.query != nil && d.query.Fits(j.Actions[i].Name) {
			class += " asked"
		}
		return graphLabel{class, j.Actions[i].Name}
	})
	if j.Calls != "" && len(right) == 0 { // a workflow of the same repository
		right = []graphLabel{{"called", j.Calls}}
		for i := range left {
			lines = append(lines, edge{i, 0, true})
		}
	}
	if len(left) == 0 { // all that there is to be had
		left = []graphLabel{{"credential", "GITHUB_TOKEN"}}
		for i := range right {
			lines = append(lines, edge{0, i, true})
		}
	}
	d.y += 3 * graphGap
	top, over := d.y, float64(graphWidth-graphColumn)
	row := func(i int) float64 { return top + float64(i)*(graphNode+graphGap) }
	d.arrow(graphColumn/2, box, graphColumn/2, top)
	if len(right) > 0 {
		d.arrow(over+graphColumn/2, box, over+graphColumn/2, top)
	}
	for _, e := range lines {
		class := "shared"
		if e.direct {
			class = "direct"
		}
		from, to := row(e.from)+graphNode/2, row(e.to)+graphNode/2
		fmt.Fprintf(d, `<path class="%s" d="M%d %.0fC%.0f %.0f %d %.0f %.0f %.0f"/>`, class, graphColumn, from, over-20, from, graphColumn+20, to, over, to)
	}
	for i, n := range left {
		d.node(0, row(i), graphColumn, n.class, n.text, n.text)
	}
	for i, n := range right {
		d.node(over, row(i), graphColumn, n.class, n.text, n.text)
	}
	d.y = row(max(len(left), len(right))) - graphGap
}

// graphLabel is a node of a column.
type graphLabel struct{ class, text string }

// column returns the labels of a column; what is too much is one label.
func column(n int, label func(int) graphLabel) []graphLabel {
	var out []graphLabel
	for i := range n {
		if i == maxNodes-1 && n > maxNodes {
			return append(out, graphLabel{"more", fmt.Sprintf("and %d more", n-i)})
		}
		out = append(out, label(i))
	}
	return out
}

// edges lists which credential of a job which of its actions could read there, the direct ones last so that they lie on top.
func edges(j *inventory.Job) []edge {
	rows := map[*inventory.Credential]int{}
	for i, c := range j.Credentials {
		rows[c] = min(i, maxNodes-1)
	}
	direct := map[[2]int]bool{}
	for i, a := range j.Actions {
		for _, o := range a.Jobs {
			if o.Job != j {
				continue
			}
			for _, r := range o.Reach {
				if from, here := rows[r.Credential]; here {
					key := [2]int{from, min(i, maxNodes-1)}
					direct[key] = direct[key] || r.Way.Direct()
				}
			}
		}
	}
	var out []edge
	for key, is := range direct {
		out = append(out, edge{key[0], key[1], is})
	}
	slices.SortFunc(out, func(a, b edge) int {
		switch {
		case a.direct != b.direct && a.direct:
			return 1
		case a.direct != b.direct:
			return -1
		case a.from != b.from:
			return a.from - b.from
		}
		return a.to - b.to
	})
	return out
}

func (d *drawing) node(x, y, width float64, class, text, title string) {
	fmt.Fprintf(d, `<g class="node %s"><title>%s</title><rect x="%.0f" y="%.0f" width="%.0f" height="%d" rx="6"/><text x="%.0f" y="%.0f">%s</text></g>`,
		class, escape(title), x+1, y, width-2, graphNode, x+8, y+graphNode/2+4, fit(text, width-16))
}

// arrow draws a line with a head.
func (d *drawing) arrow(x1, y1, x2, y2 float64) {
	fmt.Fprintf(d, `<path class="arrow" d="M%.0f %.0fL%.0f %.0fm-4 -5l4 5l4 -5"/>`, x1, y1, x2, y2)
}

// room returns about how many pixels a text takes.
func room(text string) float64 {
	width := 0.0
	for _, r := range text {
		width += letter(r)
	}
	return width
}

// letter is about how wide a character is in the fonts that browsers take, rather more than less.
func letter(r rune) float64 {
	switch {
	case r >= utf8.RuneSelf:
		return 7.5 * float64(max(widths().RuneWidth(r), 1))
	case strings.ContainsRune("fijlrt.,:;'|!()[]/ -", r):
		return 5
	case 'a' <= r && r <= 'z':
		return 7
	}
	return 8.2
}

// fit returns as much of a text as is shown in so many pixels, escaped.
func fit(text string, width float64) string {
	text = visible(strings.TrimSpace(text))
	if len(text) < maxEntry && room(text) <= width {
		return html.EscapeString(text)
	}
	width -= letter('…') + 2
	for i, r := range text {
		if width -= letter(r); width < 0 {
			return html.EscapeString(text[:i]) + "…"
		}
	}
	return html.EscapeString(text)
}

// wrap splits a text at its blanks into as many lines of a box as are shown.
func wrap(text string) []string {
	var out []string
	line := ""
	for word := range strings.FieldsSeq(short(text)) {
		if line != "" && len(out) < maxLines-1 && room(line+" "+word) > graphWidth-30 {
			out = append(out, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(out, line)
}
