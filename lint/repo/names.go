package repo

import "path"

// nameSet answers fast whether a word can be the name of a file: a bit for each hash of the last word of a base name.
type nameSet struct {
	all  bool // the files are not known
	bits []uint64
}

// MayName answers false when no word of a script can name a file of the repository by the last part of its path.
func (r *Repo) MayName(script string) bool {
	r.baseOnce.Do(r.hashNames)
	if r.bases.all {
		return true
	}
	h, in := uint32(0), false
	for i := range len(script) {
		if c := script[i]; inName(c) {
			h, in = nameHash(h, c), true
			continue
		}
		if in && r.bases.has(h) {
			return true
		}
		h, in = 0, false
	}
	return in && r.bases.has(h)
}

func (r *Repo) hashNames() {
	if r.unlisted || len(r.Names) >= maxNames {
		r.bases.all = true
		return
	}
	size := 1 << 16
	for size < 256*len(r.Names) && size < 1<<22 {
		size *= 2
	}
	r.bases.bits = make([]uint64, size/64)
	for _, name := range r.Names {
		if h, ok := lastWord(path.Base(name)); ok {
			h %= uint32(size)
			r.bases.bits[h/64] |= 1 << (h % 64)
		}
	}
}

func (s *nameSet) has(h uint32) bool {
	h %= uint32(len(s.bits) * 64)
	return s.bits[h/64]&(1<<(h%64)) != 0
}

// known answers false when no file of the repository can have this path.
func (r *Repo) known(name string) bool {
	r.baseOnce.Do(r.hashNames)
	if r.bases.all {
		return true
	}
	h, ok := lastWord(path.Base(name))
	return ok && r.bases.has(h)
}

// lastWord hashes the last word of a base name, which stands in a script as it is whatever is quoted before it.
func lastWord(base string) (h uint32, ok bool) {
	for i := range len(base) {
		switch c := base[i]; {
		case !inName(c):
		case i > 0 && !inName(base[i-1]):
			h, ok = nameHash(0, c), true
		default:
			h, ok = nameHash(h, c), true
		}
	}
	return h, ok
}

// inName tells the bytes of names from those that end a word in some shell.
func inName(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '.' || c == '_' || c == '-' || c >= 0x80
}

func nameHash(h uint32, c byte) uint32 { return (h ^ uint32(c)) * 0x01000193 }
