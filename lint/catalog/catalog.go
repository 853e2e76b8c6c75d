// Package catalog is what sekisho knows about GitHub Actions beyond the files it reads: events, actions that deploy, log in
// or need token scopes, commands that deploy, and the commits of released actions.
//
// The knowledge stands in tab-separated files with their sources named at the top. A table is read on its first use.
// Names of actions are matched without regard to case.
package catalog

import (
	_ "embed"
	"hash/maphash"
	"math/bits"
	"strings"
	"sync"
	"sync/atomic"
)

// The tables. Strings, as reading from an embedded file system copies.
var (
	//go:embed advisories.tsv
	advisoryText string
	//go:embed api.tsv
	apiText string
	//go:embed archived.tsv
	archivedText string
	//go:embed commands.tsv
	commandText string
	//go:embed compromised.tsv
	compromisedText string
	//go:embed deploys.tsv
	deployText string
	//go:embed events.tsv
	eventText string
	//go:embed fields.tsv
	fieldText string
	//go:embed logins.tsv
	loginText string
	//go:embed outputs.tsv
	outputText string
	//go:embed pins.tsv
	pinText string
	//go:embed popular.tsv
	popularText string
	//go:embed programs.tsv
	programText string
	//go:embed scopes.tsv
	scopeText string
	//go:embed scripts.tsv
	scriptText string
	//go:embed superfluous.tsv
	superfluousText string
	//go:embed tokens.tsv
	tokenText string
	//go:embed wrappers.tsv
	wrapperText string
)

// With answers for one input of an action: its value as written, whether that is free of expressions, and whether it is
// given at all. Names are asked for in lower case, whatever their case in the file. A nil With has no inputs.
type With func(name string) (value string, literal, present bool)

// EventInput is asked for like an input where the event that starts the workflow decides.
const EventInput = "@event"

// EnvInput begins what is asked for like an input where a variable of the step's environment decides: @env.github_token.
const EnvInput = "@env."

// table is one file: lines sorted by their first column, which is the key. Loading only finds them; those of a key are split when it
// is first asked for.
type table struct {
	cols  int
	lines []string
	rows  []atomic.Pointer[[][]string] // by the index of a key's first line
	seed  maphash.Seed
	slots []uint16 // by the hash of a key: one more than the index of its first line; the next ones where others stand there
}

// load reads the text of a file of cols columns.
func load(text string, cols int) *table {
	t := &table{cols: cols, lines: make([]string, 0, strings.Count(text, "\n"))}
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		if line != "" && line[0] != '#' {
			t.lines = append(t.lines, line)
		}
	}
	t.rows = make([]atomic.Pointer[[][]string], len(t.lines))
	t.index()
	return t
}

// index fills slots, twice as many as there are lines at least.
func (t *table) index() {
	t.seed = maphash.MakeSeed()
	t.slots = make([]uint16, 1<<bits.Len(uint(2*len(t.lines))))
	before := ""
	for i, line := range t.lines {
		key, _, _ := strings.Cut(line, "\t")
		if i > 0 && key == before {
			continue
		}
		before = key
		at := t.slot(key)
		for t.slots[at] != 0 {
			at = (at + 1) & (len(t.slots) - 1)
		}
		t.slots[at] = uint16(i + 1)
	}
}

func (t *table) slot(key string) int {
	return int(maphash.String(t.seed, key) & uint64(len(t.slots)-1))
}

// isKey tells whether a line has this key.
func isKey(line, key string) bool {
	return strings.HasPrefix(line, key) && (len(line) == len(key) || line[len(key)] == '\t')
}

// find returns the index of the first line of a key, or -1.
func (t *table) find(key string) int {
	for at := t.slot(key); t.slots[at] != 0; at = (at + 1) & (len(t.slots) - 1) {
		if i := int(t.slots[at]) - 1; isKey(t.lines[i], key) {
			return i
		}
	}
	return -1
}

// has tells whether there is a row of a key.
func (t *table) has(key string) bool { return t.find(key) >= 0 }

// of returns the rows of a key, in the order of the file. They are not to be changed.
func (t *table) of(key string) [][]string {
	first := t.find(key)
	if first < 0 {
		return nil
	}
	if rows := t.rows[first].Load(); rows != nil {
		return *rows
	}
	end := first + 1
	for end < len(t.lines) && isKey(t.lines[end], key) {
		end++
	}
	rows := make([][]string, end-first)
	for i := range rows {
		rows[i] = make([]string, t.cols)
		split(t.lines[first+i], rows[i])
	}
	t.rows[first].Store(&rows)
	return rows
}

// split cuts a line into its columns; "-" is empty.
func split(line string, row []string) {
	for i := range row {
		if row[i], line, _ = strings.Cut(line, "\t"); row[i] == "-" {
			row[i] = ""
		}
	}
}

// each calls f with the rows of a key, in the order of the file, until f answers false. It tells whether there are any.
func (t *table) each(key string, f func(row []string) bool) bool {
	rows := t.of(key)
	for _, row := range rows {
		if !f(row) {
			break
		}
	}
	return len(rows) > 0
}

// all calls f with every row, in the order of the file. f must not keep the row.
func (t *table) all(f func(row []string)) {
	row := make([]string, t.cols)
	for _, line := range t.lines {
		split(line, row)
		f(row)
	}
}

func lazy(text *string, cols int) func() *table {
	return sync.OnceValue(func() *table { return load(*text, cols) })
}
