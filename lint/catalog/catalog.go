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

// maxCols is the greatest number of columns of a table.
const maxCols = 8

// table is one file: rows sorted by their first column, which is the key. Loading only finds the rows; they are split when asked for.
type table struct {
	cols  int
	rows  []string
	seed  maphash.Seed
	keys  sync.Map // the answers of actionKey, by uses; there are a few hundred different ones in a repository
	slots []uint16 // by the hash of a key: one more than the index of its first row; the next ones where others stand there
}

// load reads the text of a file of cols columns.
func load(text string, cols int) *table {
	t := &table{cols: cols, rows: make([]string, 0, strings.Count(text, "\n"))}
	for text != "" {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		if line != "" && line[0] != '#' {
			t.rows = append(t.rows, line)
		}
	}
	t.index()
	return t
}

// index fills slots, twice as many as there are rows at least.
func (t *table) index() {
	t.seed = maphash.MakeSeed()
	t.slots = make([]uint16, 1<<bits.Len(uint(2*len(t.rows))))
	before := ""
	for i, row := range t.rows {
		key, _, _ := strings.Cut(row, "\t")
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

// isKey tells whether a row has this key.
func isKey(row, key string) bool {
	return strings.HasPrefix(row, key) && (len(row) == len(key) || row[len(key)] == '\t')
}

// find returns the index of the first row of a key.
func (t *table) find(key string) (int, bool) {
	for at := t.slot(key); t.slots[at] != 0; at = (at + 1) & (len(t.slots) - 1) {
		if i := int(t.slots[at]) - 1; isKey(t.rows[i], key) {
			return i, true
		}
	}
	return 0, false
}

// split cuts a row into its columns; "-" is empty.
func (t *table) split(line string, row *[maxCols]string) []string {
	for i := range t.cols {
		row[i], line, _ = strings.Cut(line, "\t")
		if row[i] == "-" {
			row[i] = ""
		}
	}
	return row[:t.cols]
}

// each calls f with the rows of a key, in the order of the file, until f answers false. It tells whether there are any. f must
// not keep the row.
func (t *table) each(key string, f func(row []string) bool) bool {
	i, ok := t.find(key)
	if !ok {
		return false
	}
	var row [maxCols]string
	for ; i < len(t.rows) && isKey(t.rows[i], key); i++ {
		if !f(t.split(t.rows[i], &row)) {
			break
		}
	}
	return true
}

// all calls f with every row, in the order of the file. f must not keep the row.
func (t *table) all(f func(row []string)) {
	var row [maxCols]string
	for _, line := range t.rows {
		f(t.split(line, &row))
	}
}

// has tells whether there is a row of a key.
func (t *table) has(key string) bool {
	_, ok := t.find(key)
	return ok
}

func lazy(text *string, cols int) func() *table {
	return sync.OnceValue(func() *table { return load(*text, cols) })
}

// actionKey finds the key of an action in a table: the action itself, else a row for the folder above it (owner/repo/*).
// uses may carry a ref.
func (t *table) actionKey(uses string) (string, bool) {
	if key, seen := t.keys.Load(uses); seen {
		return key.(string), key != ""
	}
	key, _ := t.findAction(uses)
	t.keys.Store(strings.Clone(uses), key) // not a part of a file, which it would keep
	return key, key != ""
}

func (t *table) findAction(uses string) (string, bool) {
	name, _, _ := strings.Cut(uses, "@")
	name = strings.ToLower(strings.TrimSuffix(name, "/"))
	if t.has(name) {
		return name, true
	}
	for i := strings.LastIndexByte(name, '/'); i > 0; i = strings.LastIndexByte(name[:i], '/') {
		if !strings.Contains(name[:i], "/") {
			break
		}
		if key := name[:i] + "/*"; t.has(key) {
			return key, true
		}
	}
	return "", false
}

// repositories is the set of the repositories that the actions of a table belong to. It answers for most uses without a look-up.
type repositories map[string]bool

func repositoriesOf(t *table) repositories {
	set := repositories{}
	t.all(func(row []string) { set[repositoryOf(row[0])] = true })
	return set
}

// repositoryOf returns owner/name of an action, which may have a folder and a ref behind it.
func repositoryOf(uses string) string {
	slashes := 0
	for i := range len(uses) {
		if uses[i] == '/' {
			slashes++
		}
		if slashes == 2 || uses[i] == '@' {
			return uses[:i]
		}
	}
	return uses
}

// have tells whether the set has the repository of an action, whatever the case of its letters.
func (set repositories) have(uses string) bool {
	var buffer [100]byte
	name := repositoryOf(uses)
	if len(name) > len(buffer) {
		return false
	}
	for i := range len(name) {
		c := name[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		buffer[i] = c
	}
	return set[string(buffer[:len(name)])]
}
