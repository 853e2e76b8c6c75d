package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"sekisho/lint/inventory"
	"sekisho/lint/repo"
)

// Inventories are what is printed: the inventory of one repository or of several.
type Inventories struct {
	Query    *inventory.Query // the action that is asked about; nil: none
	List     []Listed
	Problems []repo.Problem // what could not be looked at besides those of the repositories, with paths as the reader should see them
}

// Listed is the inventory of one repository; About narrowed it where an action is asked about.
type Listed struct {
	Prefix string // in front of every path
	*inventory.Inventory
}

// InventoryOptions say how an inventory is printed.
type InventoryOptions struct {
	Color   bool   // text: ANSI colours
	Width   int    // text: columns of the terminal; 0: 120
	Version string // of sekisho
}

type inventoryFormat struct {
	name  string
	write func(*printer, *Inventories, InventoryOptions)
}

func inventoryFormats() []inventoryFormat {
	return []inventoryFormat{
		{"text", writeInventoryText},
		{"json", writeInventoryJSON},
		{"markdown", writeInventoryMarkdown},
		{"html", writeInventoryHTML},
	}
}

// InventoryFormats returns the names that WriteInventory takes, the default first.
func InventoryFormats() []string {
	var names []string
	for _, f := range inventoryFormats() {
		names = append(names, f.name)
	}
	return names
}

// WriteInventory prints inventories to w. It fails for an unknown format, or with the first error of w.
func WriteInventory(w io.Writer, name string, all *Inventories, o InventoryOptions) error {
	for _, f := range inventoryFormats() {
		if f.name == name {
			p := newPrinter(w)
			f.write(p, all, o)
			return p.flush()
		}
	}
	return fmt.Errorf("unknown format %q; use %s", name, strings.Join(InventoryFormats(), ", "))
}

// problems returns what could not be looked at, with paths as the reader should see them.
func (all *Inventories) problems() []repo.Problem {
	out := slices.Clone(all.Problems)
	for _, l := range all.List {
		for _, p := range l.Problems {
			out = append(out, repo.Problem{Path: strings.TrimSuffix(l.Prefix+p.Path, "/"), Message: p.Message})
		}
	}
	return out
}

// title names one of several repositories; "" for the only one.
func (all *Inventories) title(l Listed) string {
	if len(all.List) < 2 {
		return ""
	}
	if l.Prefix == "" {
		return "."
	}
	return strings.TrimSuffix(l.Prefix, "/")
}

// countsText says in words how much there is.
func countsText(n inventory.Counts) string {
	parts := []string{numbered(n.Secrets, "secret")}
	add := func(n int, noun string) {
		if n > 0 {
			parts = append(parts, numbered(n, noun))
		}
	}
	if n.Variables == 1 {
		parts = append(parts, "1 variable that looks like a secret")
	} else {
		add(n.Variables, "variables that look like secret")
	}
	if n.Plain > 0 {
		parts = append(parts, numbered(n.Plain, "token")+" in plain text")
	}
	switch {
	case n.Loaded == 1:
		parts = append(parts, "1 loader of secrets")
	case n.Loaded > 1:
		parts = append(parts, fmt.Sprintf("%d loaders of secrets", n.Loaded))
	}
	add(n.Apps, "app token")
	if n.Identities == 1 {
		parts = append(parts, "1 identity")
	} else if n.Identities > 1 {
		parts = append(parts, fmt.Sprintf("%d identities", n.Identities))
	}
	text := strings.Join(parts, ", ") + " in " + numbered(n.Jobs, "job") + " of " + numbered(n.Files, "file")
	text += "; " + numbered(n.Actions, "action") + " of others"
	if n.Unpinned > 0 {
		text += fmt.Sprintf(", %d not pinned", n.Unpinned)
	}
	return text
}

// startsText says who starts a job by what, those who need the least first: one text for each circle.
func startsText(j *inventory.Job) []string {
	if len(j.Starts) == 0 {
		return []string{"nothing that is known starts it"}
	}
	starts := slices.Clone(j.Starts)
	slices.SortStableFunc(starts, func(a, b inventory.Start) int { return int(b.Who) - int(a.Who) })
	var out []string
	for i := 0; i < len(starts); {
		who := whoText(starts[i])
		var events, guards []string
		for ; i < len(starts) && whoText(starts[i]) == who; i++ {
			events = append(events, starts[i].Event)
			for _, g := range starts[i].Guards {
				if !slices.Contains(guards, g) {
					guards = append(guards, g)
				}
			}
		}
		text := strings.Join(events, ", ") + ": " + who
		if len(guards) > 0 {
			text += " (" + strings.Join(guards, ", ") + ")"
		}
		out = append(out, text)
	}
	return out
}

// whoText says who can start a job by an event.
func whoText(s inventory.Start) string {
	if s.Who == inventory.Insiders && len(s.Guards) > 0 {
		return "whom its guards let through"
	}
	return s.Who.Text()
}

// useText says by what a credential is used; names stand between backticks.
func useText(u inventory.Use) string {
	switch u.How {
	case inventory.ByInput:
		return "input `" + u.As + "` of `" + u.To + "`"
	case inventory.ByVariable:
		return "variable `" + u.As + "`"
	case inventory.ByScript:
		return "an expression in its script"
	case inventory.ByContainer:
		return "a container or service"
	case inventory.ByCall:
		if u.As == "inherit" {
			return "every secret is handed to `" + u.To + "`"
		}
		return "secret `" + u.As + "` of `" + u.To + "`"
	case inventory.ByLogin:
		return "`" + u.To + "`"
	case inventory.ByCommand:
		return "a command of its script"
	case inventory.ByRegistry:
		return "`" + u.As + "` of the registry `" + u.To + "` of Dependabot"
	case inventory.ByFile:
		return "it stands here for everybody who can read the repository"
	case inventory.ByGrant:
		return "the job may ask for it"
	}
	return "only tested, or its value goes nowhere"
}

// pinText says what holds a use of an action.
func pinText(u inventory.ActionUse) string {
	switch u.Pin {
	case inventory.ByCommit:
		if u.Version != "" {
			return "pinned to the commit of " + u.Version
		}
		return "pinned to a commit"
	case inventory.ByLock:
		return "`" + u.Ref + "`, pinned by the lock file"
	case inventory.ByDigest:
		return "pinned to a digest"
	case inventory.ByTag:
		return "the tag `" + u.Ref + "`, which its owner can move"
	case inventory.ByShort:
		return "the shortened commit `" + u.Ref + "`"
	case inventory.ByBranch:
		return "`" + u.Ref + "`, a branch or a moving tag"
	}
	return "not in these files, or without a version"
}

// refsText lists the refs that an action is used by, each once.
func refsText(a *inventory.Action) string {
	var refs []string
	for _, o := range a.Jobs {
		for _, u := range o.Uses {
			ref := u.Ref
			if u.Pin == inventory.ByCommit && u.Version != "" {
				ref = u.Version
			} else if u.Pin == inventory.ByCommit || u.Pin == inventory.ByDigest {
				ref = firstDigits(ref)
			}
			if ref != "" && !slices.Contains(refs, ref) {
				refs = append(refs, ref)
			}
		}
	}
	if len(refs) > maxRefs {
		return strings.Join(refs[:maxRefs], ", ") + fmt.Sprintf(" and %d more", len(refs)-maxRefs)
	}
	return strings.Join(refs, ", ")
}

// maxRefs is how many refs of one action are named beside it.
const maxRefs = 4

// firstDigits returns the first digits of a commit or digest.
func firstDigits(ref string) string {
	digits := strings.TrimPrefix(ref, "sha256:")
	return digits[:min(len(digits), 7)]
}

// marksOf lists what is to be said of an action in a word each.
func marksOf(a *inventory.Action) []string {
	var out []string
	if a.Compromised != "" {
		out = append(out, "a commit that is known to be malicious")
	}
	if a.Unpinned {
		out = append(out, "not pinned")
	} else {
		out = append(out, "pinned")
	}
	if a.Archived {
		out = append(out, "archived")
	}
	if len(a.Advisories) > 0 {
		out = append(out, strings.Join(a.Advisories, ", "))
	}
	if a.Official {
		out = append(out, "of GitHub")
	}
	if a.What != "action" {
		out = append(out, map[string]string{"workflow": "a reusable workflow", "image": "an image", "elsewhere": "not in these files"}[a.What])
	}
	return out
}

// marksOfCredential lists what is to be said of a credential in a word each.
func marksOfCredential(c *inventory.Credential) []string {
	var out []string
	switch {
	case c.Every && c.Name != "":
		out = append(out, "a secret whose name is computed")
	case c.Kind == inventory.Variable:
		out = append(out, "a variable that looks like a secret")
	}
	if c.Named {
		out = append(out, "by its name no credential")
	}
	if c.Opens != "" && c.Kind.Lasts() {
		out = append(out, "opens "+c.Opens)
	}
	if t := c.App; t != nil {
		out = append(out, "made by "+t.Action)
		switch {
		case t.Permissions == "":
			out = append(out, "every permission of the app")
		default:
			out = append(out, t.Permissions)
		}
		switch {
		case t.Wide:
			out = append(out, "every repository of the app")
		case t.Repositories != "":
			out = append(out, "for "+t.Repositories)
		}
		if t.Kept {
			out = append(out, "not revoked when the job ends")
		}
	}
	return out
}

// reachText names a credential that an action could read, and by what.
func reachText(r inventory.Reach) string {
	return "`" + r.Text() + "`" + wayText(r)
}

func wayText(r inventory.Reach) string {
	by := ""
	if r.By != "" {
		by = ": `" + r.By + "`"
	}
	return " (" + r.Way.Text() + by + ")"
}

// jobGroup is the uses of one job, or of several that do not differ in what is told of them.
type jobGroup struct {
	jobs []*inventory.Job // none outside of jobs
	uses []inventory.Use
}

// byJob groups uses by their jobs, in the order in which these come first. Jobs of one file that use a credential at the same places,
// and are started by the same people with the same rights, are one group.
func byJob(uses []inventory.Use) []jobGroup {
	var each []jobGroup
	at := map[*inventory.Job]int{}
	for _, u := range uses {
		i, seen := at[u.Job]
		if !seen {
			i = len(each)
			at[u.Job] = i
			each = append(each, jobGroup{})
			if u.Job != nil {
				each[i].jobs = []*inventory.Job{u.Job}
			}
		}
		each[i].uses = append(each[i].uses, u)
	}
	var out []jobGroup
	like := map[string]int{}
	for _, g := range each {
		key := g.key()
		if i, seen := like[key]; seen {
			out[i].jobs = append(out[i].jobs, g.jobs...)
			continue
		}
		like[key] = len(out)
		out = append(out, g)
	}
	return out
}

// key is what is told of the only job of a group besides its name.
func (g jobGroup) key() string {
	if len(g.jobs) == 0 {
		return ""
	}
	j := g.jobs[0]
	parts := append(startsText(j), j.Path, j.Environment, j.Token.Text())
	for _, u := range g.uses {
		parts = append(parts, u.Path, strconv.Itoa(u.Line), strconv.Itoa(u.Column))
	}
	return strings.Join(parts, "\x00")
}

// head names the jobs of a group and where they stand.
func (g jobGroup) head(l Listed) (names, where string) {
	j := g.jobs[0]
	if len(g.jobs) == 1 {
		return jobText(j), spot(l, j.Place)
	}
	ids := make([]string, len(g.jobs))
	for i, j := range g.jobs {
		ids[i] = "`" + j.ID + "`"
	}
	return "jobs " + strings.Join(ids, ", "), l.Prefix + j.Path
}

// jobText names a job; names stand between backticks.
func jobText(j *inventory.Job) string {
	if j.ID == "" {
		return "the action `" + j.Path + "`, for whoever uses it"
	}
	return "job `" + j.ID + "`"
}

// environmentText says where the secrets of a job may be kept.
func environmentText(j *inventory.Job) string {
	if j.Environment == "" {
		return "no environment"
	}
	return "environment `" + j.Environment + "`"
}

// unseen is what every answer leaves open.
const unseen = "What actions of others use in turn, and what runs have kept of it in caches and artifacts, is not in these files."
