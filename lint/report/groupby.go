package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"sekisho/lint"
)

// Groupings are what the findings of the format text can be grouped by: the layer of defence that a rule belongs to, its rule, its
// file, or how bad it is.
func Groupings() []string { return []string{"layer", "rule", "file", "severity"} }

// findingGroup are findings that are printed under one title.
type findingGroup struct {
	title    string
	order    int // of groups: the lower ones first, by their titles where they are the same
	findings []*lint.Finding
}

// grouped returns the findings group by group, each in the order of their places. Without a grouping they are one without a title.
func (v *view) grouped() []findingGroup {
	if v.GroupBy == "" {
		return []findingGroup{{findings: v.shown}}
	}
	at := map[string]int{}
	var out []findingGroup
	for _, f := range v.shown {
		title, order := v.groupOf(f)
		i, seen := at[title]
		if !seen {
			i = len(out)
			at[title] = i
			out = append(out, findingGroup{title: title, order: order})
		}
		out[i].findings = append(out[i].findings, f)
	}
	slices.SortStableFunc(out, func(a, b findingGroup) int {
		return cmp.Or(cmp.Compare(a.order, b.order), strings.Compare(a.title, b.title))
	})
	return out
}

// layers are what the layers of defence are for, in the order in which they meet an attack.
var layers = [...]struct{ tag, title string }{
	{"prevent", "prevent: what keeps an attack from beginning"},
	{"limit", "limit: what keeps the damage small"},
	{"detect", "detect: what makes it seen"},
}

func (v *view) groupOf(f *lint.Finding) (title string, order int) {
	switch v.GroupBy {
	case "rule":
		return f.Rule, 0
	case "file":
		return orRoot(f.Path), 0
	case "severity":
		return f.Severity.String(), -int(f.Severity)
	}
	at := slices.IndexFunc(v.Rules, func(r *lint.Rule) bool { return r.ID == f.Rule })
	for i, layer := range layers {
		if at >= 0 && slices.Contains(v.Rules[at].Tags, layer.tag) {
			return layer.title, i
		}
	}
	return "correct: what does not work as it stands", len(layers)
}

// heading prints the title of a group.
func (t *text) heading(g *findingGroup) {
	if g.title == "" {
		return
	}
	t.start(bold)
	t.raw("== ")
	t.text(g.title)
	t.raw(" (")
	t.raw(strconv.Itoa(len(g.findings)))
	t.raw(")")
	t.stop()
	t.newline()
	t.newline()
}
