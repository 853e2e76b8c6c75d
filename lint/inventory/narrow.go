package inventory

import (
	"errors"
	"maps"
	"slices"
	"strings"
)

// Query is an action that somebody has heard bad news of.
type Query struct {
	Name string // owner/repository, with a path below it or without; docker://image
	Ref  string // "" stands for any
}

// ParseQuery reads owner/repository, which may be followed by a path and a ref.
func ParseQuery(text string) (Query, error) {
	name, ref, hasRef := strings.Cut(strings.TrimSpace(text), "@")
	name = strings.Trim(name, "/")
	if image, ok := strings.CutPrefix(name, "docker://"); ok && image != "" {
		return Query{name, ref}, nil
	}
	owner, rest, ok := strings.Cut(name, "/")
	if !ok || owner == "" || rest == "" || owner == "." || owner == "$" || strings.ContainsAny(name, " \t\n") || hasRef && ref == "" {
		return Query{}, errors.New("write owner/repository, with @ref for one version only")
	}
	return Query{name, ref}, nil
}

// Text is the query as it was asked.
func (q Query) Text() string {
	if q.Ref == "" {
		return q.Name
	}
	return q.Name + "@" + q.Ref
}

// Fits reports an action that the query speaks of.
func (q Query) Fits(name string) bool {
	if image, ok := strings.CutPrefix(name, "docker://"); ok {
		want, isImage := strings.CutPrefix(q.Name, "docker://")
		last := strings.LastIndexByte(image, '/') + 1
		if i := strings.IndexByte(image[last:], ':'); i >= 0 && !strings.Contains(want[strings.LastIndexByte(want, '/')+1:], ":") {
			image = image[:last+i]
		}
		return isImage && strings.EqualFold(want, image)
	}
	return strings.EqualFold(name, q.Name) || len(name) > len(q.Name) && strings.EqualFold(name[:len(q.Name)+1], q.Name+"/")
}

// About returns what of an inventory concerns an action: the jobs that use it, and the credentials that it could read there. The
// result shares nothing that is changed with inv.
func (inv *Inventory) About(q Query) *Inventory {
	out := &Inventory{Files: inv.Files, Problems: inv.Problems}
	for _, a := range inv.Actions {
		if !q.Fits(a.Name) {
			continue
		}
		one := *a
		one.Jobs, one.Reach = nil, nil
		for _, o := range a.Jobs {
			uses := slices.DeleteFunc(slices.Clone(o.Uses), func(u ActionUse) bool { return q.Ref != "" && !strings.EqualFold(u.Ref, q.Ref) })
			if len(uses) == 0 {
				continue
			}
			one.Jobs = append(one.Jobs, &Occurrence{o.Job, uses, o.Reach})
			if !slices.Contains(out.Jobs, o.Job) {
				out.Jobs = append(out.Jobs, o.Job)
			}
		}
		if len(one.Jobs) > 0 {
			one.join()
			out.Actions = append(out.Actions, &one)
		}
	}
	for _, c := range inv.Credentials {
		if slices.ContainsFunc(out.Actions, func(a *Action) bool {
			return slices.ContainsFunc(a.Reach, func(r Reach) bool { return r.Credential == c })
		}) {
			out.Credentials = append(out.Credentials, c)
		}
	}
	return out
}

// Answer is what has to be done when the actions of an inventory turn out to be malicious.
type Answer struct {
	Rotate []Reach // what lasts and lay where they could read it
	Shared []Reach // what lasts and took an attack on the runner
	End    []Reach // identities and tokens of apps: sessions to end, logs to look through
	Names  []Reach // what by its name opens nothing
	Jobs   []*Job  // whose token could change something, or whose rights are not told
}

// Answer tells what has to be done.
func (inv *Inventory) Answer() Answer {
	best := map[*Credential]Reach{}
	for _, a := range inv.Actions {
		for _, r := range a.Reach {
			if have, ok := best[r.Credential]; !ok || r.Way < have.Way {
				best[r.Credential] = r
			}
		}
	}
	var out Answer
	for _, r := range slices.SortedFunc(maps.Values(best), byWay) {
		switch {
		case r.Named:
			out.Names = append(out.Names, r)
		case !r.Kind.Lasts():
			out.End = append(out.End, r)
		case r.Way.Direct():
			out.Rotate = append(out.Rotate, r)
		default:
			out.Shared = append(out.Shared, r)
		}
	}
	for _, a := range inv.Actions {
		for _, o := range a.Jobs {
			if o.Job.Token.Powerful() && !slices.Contains(out.Jobs, o.Job) {
				out.Jobs = append(out.Jobs, o.Job)
			}
		}
	}
	return out
}

// Powerful reports a token that can change something, or may be able to.
func (t Token) Powerful() bool { return t.rank() > readAll || len(t.Writes()) > 0 }

// Counts are the numbers of an inventory.
type Counts struct {
	Files, Jobs, Secrets, Variables, Plain, Loaded, Apps, Identities, Trusts, Actions, Unpinned int
}

// Count counts. What stands for all secrets, or for one whose name is not fixed, is no secret of its own.
func (inv *Inventory) Count() Counts {
	n := Counts{Files: inv.Files, Jobs: len(inv.Jobs), Trusts: len(inv.Trusts), Actions: len(inv.Actions)}
	for _, c := range inv.Credentials {
		switch {
		case c.Every:
		case c.Kind == Secret:
			n.Secrets++
		case c.Kind == Variable:
			n.Variables++
		case c.Kind == Plain:
			n.Plain++
		case c.Kind == Loaded:
			n.Loaded++
		case c.Kind == App:
			n.Apps++
		default:
			n.Identities++
		}
	}
	for _, a := range inv.Actions {
		if a.Unpinned {
			n.Unpinned++
		}
	}
	return n
}
