package catalog

import (
	_ "embed" // for the table
	"strings"

	"sekisho/lint/expr"
)

//go:embed caches.tsv
var cacheText string

var cacheTable = lazyActions(&cacheText, 6)

// NPMInput is asked for like an input where it decides whether the repository's package.json names npm as its packageManager.
const NPMInput = "@npm"

// Cache is how an action works with the cache that the jobs of a repository share.
type Cache struct {
	Restores bool
	Saves    bool
	What     string // what lies in it, for messages
	Input    string // the input that turns it off; "" when there is none
	Off      string // the value that does; "" when it has to be left out
	Decides  string // the input that decides, by an expression, whether it does; "" when none does
}

// CachesAt tells whether an action in some version ("" when that is not known) works with the cache; unknown when an expression
// decides.
func CachesAt(uses, version string, with With) (c Cache, caches expr.Tri) {
	caches = expr.False
	ranged := false
	for _, row := range cacheTable().uses(uses) {
		if row[1] != "" {
			if IsVersion(version) && !VersionWithin(version, row[1]) || !IsVersion(version) && ranged {
				continue
			}
			ranged = true
		}
		var undecided []string
		switch holds(row[2], with, &undecided) {
		case no:
			continue
		case open:
			caches = expr.Unknown
		default:
			caches = expr.True
			if name := givenByExpression(row[2], with); name != "" {
				undecided, caches = append(undecided, name), expr.Unknown
			}
		}
		c = Cache{Restores: row[4] != "save", Saves: row[4] != "restore", What: row[5]}
		c.Input, c.Off, _ = strings.Cut(row[3], "=")
		if len(undecided) > 0 {
			c.Decides = undecided[0]
		}
		if caches != expr.Unknown {
			break
		}
	}
	return c, caches
}

// givenByExpression returns an input that has to be given and is an expression, which may come out empty; "" when there is none.
func givenByExpression(conds string, with With) string {
	for cond := range strings.SplitSeq(conds, "; ") {
		if name, op, _ := splitCond(cond); op == "?" {
			if _, literal, present := with(name); present && !literal {
				return name
			}
		}
	}
	return ""
}

// KnowsCache tells whether an action may work with the cache.
func KnowsCache(uses string) bool { return cacheTable().first(uses) != nil }
