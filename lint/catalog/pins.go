package catalog

import (
	"strings"
	"sync"
)

// PinInfo is a released version of an action.
type PinInfo struct {
	Version string // as tagged: v4.1.2
	Commit  string // 40 hexadecimal digits
}

var pinTable = lazy(&pinText, 3)

// Pin returns the commit for a ref of an action: the newest known release of a major or minor version (v4, v4.1), or the very
// release (v4.1.2; the v may be missing). ok is false when none is known, and for branches.
func Pin(action, ref string) (pin PinInfo, ok bool) {
	want, fits := parseVersion(ref)
	if !fits {
		return PinInfo{}, false
	}
	var best version
	for _, r := range releasesOf(action) {
		if r.valid && want.covers(r.version) && (!ok || best.less(r.version)) {
			best, pin, ok = r.version, r.PinInfo, true
		}
	}
	return pin, ok
}

// PinVersion returns the version that a commit of an action was released as.
func PinVersion(action, commit string) (release string, ok bool) {
	var best version
	for _, r := range releasesOf(action) {
		if strings.EqualFold(r.Commit, commit) && (!ok || best.less(r.version)) {
			best, release, ok = r.version, r.Version, true
		}
	}
	return release, ok
}

// release is a row of the table.
type release struct {
	PinInfo
	version version
	valid   bool // it has one
}

// releases are those of the table by the action.
var releases = sync.OnceValue(func() map[string][]release {
	out := map[string][]release{}
	pinTable().all(func(row []string) {
		r := release{PinInfo: PinInfo{row[1], row[2]}}
		r.version, r.valid = parseVersion(row[1])
		out[row[0]] = append(out[row[0]], r)
	})
	return out
})

// releasesOf returns those of an action, which names its repository or a folder in it: the table has both spellings.
func releasesOf(action string) []release {
	action, _, _ = strings.Cut(action, "@")
	action = strings.ToLower(strings.TrimSuffix(action, "/"))
	if list, ok := releases()[action]; ok {
		return list
	}
	return releases()[repositoryOf(action)]
}

// repositoryOf returns owner/name of an action, which may have a folder behind it.
func repositoryOf(action string) string {
	if i := strings.IndexByte(action, '/'); i >= 0 {
		if j := strings.IndexByte(action[i+1:], '/'); j >= 0 {
			return action[:i+1+j]
		}
	}
	return action
}

// version is up to four numbers.
type version struct {
	part [4]int
	n    int // how many are given
}

func parseVersion(s string) (v version, ok bool) {
	s = strings.TrimPrefix(s, "v")
	for {
		digits, rest, more := strings.Cut(s, ".")
		if v.n == len(v.part) || digits == "" || len(digits) > 9 {
			return version{}, false
		}
		for i := range len(digits) {
			if digits[i] < '0' || digits[i] > '9' {
				return version{}, false
			}
			v.part[v.n] = v.part[v.n]*10 + int(digits[i]-'0')
		}
		v.n++
		if !more {
			return v, true
		}
		s = rest
	}
}

// covers tells whether a release belongs to the version v names: v4 covers v4.1.2, v4.1.2 only itself.
func (v version) covers(release version) bool {
	for i := range v.n {
		if v.part[i] != release.part[i] {
			return false
		}
	}
	return true
}

func (v version) less(w version) bool {
	for i := range v.part {
		if v.part[i] != w.part[i] {
			return v.part[i] < w.part[i]
		}
	}
	return v.n < w.n
}

// NewestPin returns the newest known release of an action.
func NewestPin(action string) (pin PinInfo, ok bool) {
	var best version
	for _, r := range releasesOf(action) {
		if r.valid && (!ok || best.less(r.version)) {
			best, pin, ok = r.version, r.PinInfo, true
		}
	}
	return pin, ok
}

// Older reports that version a is older than b; a leading v does not matter. What is no version is never older.
func Older(a, b string) bool {
	v, ok := parseVersion(a)
	w, also := parseVersion(b)
	return ok && also && v.less(w)
}

// IsVersion reports whether s is a version: up to four numbers with dots between, with a v in front or not.
func IsVersion(s string) bool {
	_, ok := parseVersion(s)
	return ok
}

// SameVersion reports whether two spellings can mean one release: v4 and 4.1.2 can, v4.1 and v4.2.0 cannot.
func SameVersion(a, b string) bool {
	v, ok := parseVersion(a)
	w, also := parseVersion(b)
	if !ok || !also {
		return false
	}
	if v.n > w.n {
		v, w = w, v
	}
	return v.covers(w)
}

// VersionWithin reports whether a version satisfies comparisons such as >=4.0.0,<4.4.0. One that names several releases, such as v4,
// stands for the newest of them. What is no version satisfies none.
func VersionWithin(s, comparisons string) bool {
	v, ok := parseVersion(s)
	return ok && v.within(comparisons)
}
