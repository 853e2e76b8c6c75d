package catalog

import (
	"math/bits"
	"strings"
	"sync"
)

// actions is a table whose keys are actions, and folders of them (owner/repo/*).
type actions struct {
	*table
	repositories [1 << repositoryBits / 64]uint64 // a bit for the hash of each that an action of the table belongs to
}

// repositoryBits is how many bits the hash of a repository has: enough that few others share those of a table.
const repositoryBits = 13

func lazyActions(text *string, cols int) func() *actions {
	return sync.OnceValue(func() *actions {
		a := &actions{table: load(*text, cols)}
		for _, line := range a.lines {
			key, _, _ := strings.Cut(line, "\t")
			h := repositoryHash(key)
			a.repositories[h/64] |= 1 << (h % 64)
		}
		return a
	})
}

// repositoryHash hashes owner and name of an action, which may have a folder and a ref behind it, whatever the case of its letters.
func repositoryHash(uses string) uint32 {
	h, within := uint32(0), false
	for i := range len(uses) {
		switch c := uses[i]; {
		case c == '@' || c == '/' && within:
			return h * 0x9E3779B1 >> (32 - repositoryBits)
		case c == '/':
			within = true
		default:
			h = bits.RotateLeft32(h, 5) ^ uint32(lower[c])
		}
	}
	return h * 0x9E3779B1 >> (32 - repositoryBits)
}

// uses returns the rows of an action, which may carry a ref, else those of the folder above it. They are not to be changed.
func (a *actions) uses(uses string) [][]string {
	if h := repositoryHash(uses); a.repositories[h/64]&(1<<(h%64)) == 0 {
		return nil // as for most questions
	}
	name, _, _ := strings.Cut(uses, "@")
	name = strings.ToLower(strings.TrimSuffix(name, "/"))
	if rows := a.of(name); rows != nil {
		return rows
	}
	for i := strings.LastIndexByte(name, '/'); i > 0; i = strings.LastIndexByte(name[:i], '/') {
		if !strings.Contains(name[:i], "/") {
			break
		}
		if rows := a.of(name[:i] + "/*"); rows != nil {
			return rows
		}
	}
	return nil
}

// first returns the first row of an action, nil when it has none.
func (a *actions) first(uses string) []string {
	if rows := a.uses(uses); len(rows) > 0 {
		return rows[0]
	}
	return nil
}
