package syntax

import (
	"slices"
	"strings"
)

// needs checks that the jobs which others need exist, and that no job waits for itself.
func (d *decoder) needs(jobs []*Job) {
	if !slices.ContainsFunc(jobs, func(j *Job) bool { return j.Needs != nil }) {
		return
	}
	byID := make(map[string]int, len(jobs))
	for i, j := range jobs {
		if low := strings.ToLower(j.ID.Value); byID[low] == 0 {
			byID[low] = i + 1
		}
	}
	for _, j := range jobs {
		if j.Needs == nil {
			continue
		}
		for _, need := range j.Needs.Values {
			if byID[strings.ToLower(need.Value)] == 0 {
				d.errorf(need.Span, "job %s needs %s, which is no job of this workflow; %s", quote(j.ID.Value), quote(need.Value), d.suggestJob(need.Value, jobs))
			}
		}
	}
	c := circle{d: d, jobs: jobs, byID: byID, state: make([]uint8, len(jobs))}
	for i := range jobs {
		c.visit(i)
	}
}

func (d *decoder) suggestJob(name string, jobs []*Job) string {
	if d.full() {
		return ""
	}
	const most = 100 // a did-you-mean among more is not worth its time
	var ids []string
	for _, j := range jobs[:min(len(jobs), most)] {
		ids = append(ids, j.ID.Value)
	}
	if best := nearest(name, ids); best != "" {
		return "did you mean " + quote(best) + "?"
	}
	return "correct or remove it"
}

// circle looks for jobs that need each other, depth first.
type circle struct {
	d     *decoder
	jobs  []*Job
	byID  map[string]int // index + 1 by lower-case id
	state []uint8        // 0 not seen, 1 on the path, 2 done
	path  []int
}

func (c *circle) visit(i int) {
	if c.state[i] != 0 {
		return
	}
	c.state[i] = 1
	c.path = append(c.path, i)
	if needs := c.jobs[i].Needs; needs != nil {
		for _, need := range needs.Values {
			next := c.byID[strings.ToLower(need.Value)] - 1
			if next >= 0 && c.state[next] == 1 {
				c.report(need, next)
			} else if next >= 0 {
				c.visit(next)
			}
		}
	}
	c.path = c.path[:len(c.path)-1]
	c.state[i] = 2
}

func (c *circle) report(need *Str, start int) {
	const most = 6
	at := len(c.path) - 1
	for c.path[at] != start {
		at--
	}
	ring := c.path[at:]
	if len(ring) == 1 {
		c.d.errorf(need.Span, "job %s needs itself; remove it from its own needs", quote(need.Value))
		return
	}
	var names []string
	for _, i := range ring[:min(len(ring), most)] {
		names = append(names, quote(c.jobs[i].ID.Value))
	}
	if len(ring) > most {
		names = append(names, "…")
	}
	names = append(names, quote(c.jobs[start].ID.Value))
	c.d.errorf(need.Span, "jobs need each other in a circle: %s; remove one of these needs", strings.Join(names, " → "))
}
