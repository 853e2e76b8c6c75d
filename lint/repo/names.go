package repo

import "path"

// nameSet answers fast whether a word can be the name of a file: a bit for each hash of the last word of a base name, and one for
// each two bytes at the end of such a word, which answer for most words before they are hashed.
type nameSet struct {
	all  bool // the files are not known
	bits []uint64
	ends [1 << 16 / 64]uint64
}

// MayName answers false when no word of a script can name a file of the repository by the last part of its path.
func (r *Repo) MayName(script string) bool {
	r.baseOnce.Do(r.hashNames)
	if r.bases.all {
		return true
	}
	for i := 0; i < len(script); i++ {
		start := i
		for i < len(script) && nameBytes[script[i]] {
			i++
		}
		if i > start && r.bases.has(script[start:i]) {
			return true
		}
	}
	return false
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
		if word := lastWord(path.Base(name)); word != "" {
			h, end := nameHash(word)%uint32(size), lastTwo(word)
			r.bases.bits[h/64] |= 1 << (h % 64)
			r.bases.ends[end/64] |= 1 << (end % 64)
		}
	}
}

// has answers false when a word, which is not empty, is no last word of a name.
func (s *nameSet) has(word string) bool {
	if end := lastTwo(word); s.ends[end/64]&(1<<(end%64)) == 0 {
		return false
	}
	h := nameHash(word) % uint32(len(s.bits)*64)
	return s.bits[h/64]&(1<<(h%64)) != 0
}

// lastTwo are the last two bytes of a word.
func lastTwo(word string) uint16 {
	end := uint16(word[len(word)-1])
	if len(word) > 1 {
		end |= uint16(word[len(word)-2]) << 8
	}
	return end
}

// known answers false when no file of the repository can have this path.
func (r *Repo) known(name string) bool {
	r.baseOnce.Do(r.hashNames)
	if r.bases.all {
		return true
	}
	word := lastWord(path.Base(name))
	return word != "" && r.bases.has(word)
}

// lastWord is the last word of a base name, which stands in a script as it is whatever is quoted before it.
func lastWord(base string) string {
	end := len(base)
	for end > 0 && !nameBytes[base[end-1]] {
		end--
	}
	start := end
	for start > 0 && nameBytes[base[start-1]] {
		start--
	}
	return base[start:end]
}

// nameBytes are the bytes of names, which the others end in some shell.
var nameBytes = func() (out [256]bool) {
	for i := range out {
		c := byte(i)
		out[i] = 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9' || c == '.' || c == '_' || c == '-' || c >= 0x80
	}
	return out
}()

func nameHash(word string) uint32 {
	h := uint32(0)
	for i := range len(word) {
		h = (h ^ uint32(word[i])) * 0x01000193
	}
	return h
}
