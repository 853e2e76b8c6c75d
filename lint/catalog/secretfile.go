package catalog

import (
	_ "embed" // for the table
	"path"
	"strings"
	"sync"
)

//go:embed secretfiles.tsv
var secretFileText string

// secretFiles is the table, by how a name is looked up.
type secretFiles struct {
	paths    map[string]secretFile // below the home folder, without patterns
	bases    map[string]secretFile // anywhere, by the last part of the name
	patterns []secretFile          // for the last part, or below the home folder
}

type secretFile struct {
	pattern, what string
	sure          bool
}

var secretFileTable = lazy(&secretFileText, 3)

var secretFileIndex = sync.OnceValue(func() *secretFiles {
	t := &secretFiles{paths: map[string]secretFile{}, bases: map[string]secretFile{}}
	secretFileTable().all(func(row []string) {
		base, anywhere := strings.CutPrefix(row[0], "**/")
		one := secretFile{base, row[2], row[1] == "secret"}
		switch {
		case strings.Contains(base, "*"):
			t.patterns = append(t.patterns, one)
		case anywhere:
			t.bases[base] = one
		default:
			t.paths[base] = one
		}
	})
	return t
})

// SecretFile tells what a file or folder holds that by its name holds credentials; sure is false when it may hold other things
// only. The path is absolute, or begins with ~ for the home folder; a pattern is looked up by its text.
func SecretFile(name string) (what string, sure, ok bool) {
	base := path.Base(name)
	if strings.HasSuffix(base, ".pub") || base == "known_hosts" {
		return "", false, false
	}
	t := secretFileIndex()
	for _, found := range [...]secretFile{t.paths[name], t.bases[base]} {
		if found.what != "" {
			return found.what, found.sure, true
		}
	}
	for _, p := range t.patterns {
		of := base
		if p.pattern[0] == '~' {
			of = name
		}
		if fits, err := path.Match(p.pattern, of); err == nil && fits {
			return p.what, p.sure, true
		}
	}
	return "", false, false
}
