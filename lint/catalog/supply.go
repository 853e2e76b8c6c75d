package catalog

import (
	"strings"
	"sync"
)

var (
	advisoryTable    = lazy(&advisoryText, 7)
	archivedTable    = lazy(&archivedText, 2)
	compromisedTable = lazy(&compromisedText, 4)
	popularTable     = lazy(&popularText, 1)
)

// Archived reports that a repository (owner/name) is known to be archived, and what its owners name in its place, "" when nothing.
func Archived(slug string) (instead string, ok bool) {
	archivedTable().each(strings.ToLower(slug), func(row []string) bool {
		instead, ok = row[1], true
		return false
	})
	return instead, ok
}

// MayBeVulnerable answers false, and fast, for a repository (owner/name) of which neither Compromised nor Advisories knows anything.
func MayBeVulnerable(slug string) bool { return vulnerableRepositories().may(slug) }

var vulnerableRepositories = sync.OnceValue(func() foldSet {
	set := foldSet{}
	for _, t := range [...]*table{advisoryTable(), compromisedTable()} {
		t.all(func(row []string) {
			owner, rest, _ := strings.Cut(row[0], "/")
			name, _, _ := strings.Cut(rest, "/")
			set[owner+"/"+name] = true
		})
	}
	return set
})

// Compromise is a commit that is known to hold malicious code.
type Compromise struct{ Advisory, What string }

// Compromised looks up a commit of an action (owner/name).
func Compromised(slug, commit string) (c Compromise, ok bool) {
	commit = strings.ToLower(commit)
	compromisedTable().each(strings.ToLower(slug), func(row []string) bool {
		if strings.HasPrefix(commit, row[1]) {
			c, ok = Compromise{row[2], row[3]}, true
		}
		return !ok
	})
	return c, ok
}

// Advisory is a published fault of some versions of an action.
type Advisory struct {
	ID       string // GHSA-…
	CVE      string // "" when there is none
	Severity string // low, medium, high, critical
	Fixed    string // the first version without the fault, without v; "" when there is none
	Tags     bool   // tags were moved to malicious commits: a pinned commit of the same version is sound
}

// Advisories returns the advisories for a version of an action: owner/name, with a path below it or without. A version that names
// several releases, such as v4, is affected when all of them are, as its tag stands for the newest.
func Advisories(name, version string) []Advisory {
	v, ok := parseVersion(version)
	if !ok {
		return nil
	}
	var out []Advisory
	// The table may name a folder of the repository, and the repository stands for all that is in it.
	for key := strings.ToLower(name); strings.Contains(key, "/"); key = key[:strings.LastIndexByte(key, '/')] {
		advisoryTable().each(key, func(row []string) bool {
			if v.within(row[1]) {
				out = append(out, Advisory{row[4], row[5], row[3], row[2], row[6] == "tags"})
			}
			return true
		})
	}
	return out
}

// within reports whether a version, or the newest release that it names, satisfies all comparisons, such as >=4.0.0,<4.1.3.
func (v version) within(comparisons string) bool {
	newest := v
	for i := v.n; i < len(v.part); i++ {
		newest.part[i] = 1 << 30
	}
	newest.n = len(v.part)
	if v.n >= 3 {
		newest = v
		newest.n = len(v.part)
	}
	for c := range strings.SplitSeq(comparisons, ",") {
		op := c[:len(c)-len(strings.TrimLeft(c, "<>="))]
		bound, ok := parseVersion(c[len(op):])
		if !ok {
			return false
		}
		bound.n = len(bound.part)
		var holds bool
		switch op {
		case "<":
			holds = newest.less(bound)
		case "<=":
			holds = !bound.less(newest)
		case ">":
			holds = bound.less(newest)
		case ">=":
			holds = !newest.less(bound)
		case "=":
			holds = v.n >= 3 && newest == bound
		}
		if !holds {
			return false
		}
	}
	return true
}

// LookAlike returns the well-known repository that the name of another one may be taken for: the owner is one letter, one swap or
// one look-alike character from the owner of a repository of the same name. It is "" for the well-known ones themselves and for
// all else of their owners.
func LookAlike(slug string) string {
	slug = strings.ToLower(slug)
	owner, name, ok := strings.Cut(slug, "/")
	if !ok || popularTable().has(slug) {
		return ""
	}
	p := popularRepos()
	if p.owners[owner] {
		return ""
	}
	for _, other := range p.byName[name] {
		if nearOwner(owner, other) {
			return other + "/" + name
		}
	}
	return ""
}

// popular is the table of well-known repositories by their parts.
type popular struct {
	owners map[string]bool
	byName map[string][]string // owners by the name of a repository of theirs
}

var popularRepos = sync.OnceValue(func() popular {
	p := popular{map[string]bool{}, map[string][]string{}}
	popularTable().all(func(row []string) {
		owner, name, _ := strings.Cut(row[0], "/")
		p.owners[owner] = true
		p.byName[name] = append(p.byName[name], owner)
	})
	return p
})

var lookAlikes = strings.NewReplacer("0", "o", "1", "l", "i", "l", "rn", "m", "vv", "w", "-", "", "_", "", "5", "s")

// nearOwner reports that two different names are one edit or one swap of neighbours apart, or differ in look-alikes alone.
func nearOwner(a, b string) bool {
	if lookAlikes.Replace(a) == lookAlikes.Replace(b) {
		return true
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b) < 4 || len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	return a[i+1:] == b[i+1:] || i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}

var superfluousTable = lazy(&superfluousText, 2)

// Superfluous reports an action that does what a tool of the hosted runners does, and that tool.
func Superfluous(action string) (instead string, ok bool) {
	superfluousTable().each(strings.ToLower(action), func(row []string) bool {
		instead, ok = row[1], true
		return false
	})
	return instead, ok
}
