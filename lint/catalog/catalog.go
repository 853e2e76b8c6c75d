// Package catalog is what sekisho knows about GitHub Actions beyond the files it reads: events, actions that deploy, log in
// or need token scopes, commands that deploy, and the commits of released actions.
//
// The knowledge stands in tab-separated files with their sources named at the top. A table is read on its first use.
// Names of actions are matched without regard to case.
package catalog

import (
	"embed"
	"strings"
	"sync"
)

//go:embed *.tsv
var files embed.FS

// With answers for one input of an action: its value as written, whether that is free of expressions, and whether it is
// given at all. A nil With has no inputs.
type With func(name string) (value string, literal, present bool)

// table is one file: rows sorted by their first column, which is the key.
type table struct {
	cols   int
	fields []string // cols fields a row
	first  map[string]int32
}

// load reads a file of cols columns; missing trailing columns are empty.
func load(name string, cols int) *table {
	data, err := files.ReadFile(name)
	if err != nil {
		return &table{cols: cols} // an embedded file is always there
	}
	text := string(data)
	t := &table{cols: cols}
	n := strings.Count(text, "\n")
	t.fields = make([]string, 0, n*cols)
	t.first = make(map[string]int32, n)
	last := ""
	for len(text) > 0 {
		line, rest, _ := strings.Cut(text, "\n")
		text = rest
		if line == "" || line[0] == '#' {
			continue
		}
		row := len(t.fields)
		for range cols {
			var field string
			field, line, _ = strings.Cut(line, "\t")
			if field == "-" {
				field = ""
			}
			t.fields = append(t.fields, field)
		}
		if key := t.fields[row]; key != last {
			t.first[key] = int32(row)
			last = key
		}
	}
	return t
}

// each calls f with the rows of a key, in the order of the file, until f answers false. It tells whether there are any.
func (t *table) each(key string, f func(row []string) bool) bool {
	at, ok := t.first[key]
	if !ok {
		return false
	}
	for i := int(at); i < len(t.fields) && t.fields[i] == key; i += t.cols {
		if !f(t.fields[i : i+t.cols]) {
			break
		}
	}
	return true
}

// all calls f with every row, in the order of the file.
func (t *table) all(f func(row []string)) {
	for i := 0; i < len(t.fields); i += t.cols {
		f(t.fields[i : i+t.cols])
	}
}

func lazy(name string, cols int) func() *table {
	return sync.OnceValue(func() *table { return load(name, cols) })
}

// actionKey finds the key of an action in a table: the action itself, else a row for the folder above it (owner/repo/*).
// uses may carry a ref.
func (t *table) actionKey(uses string) (string, bool) {
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

func (t *table) has(key string) bool { _, ok := t.first[key]; return ok }
