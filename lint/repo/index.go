package repo

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io/fs"

	"sekisho/lint/catalog"
)

// maxIndex is how large an index of git may be that is read, in bytes.
const maxIndex = 64 << 20

// Tracked tells whether git has a file of credentials in its index, so that it is in the repository, or will be with the next commit. It is not
// known without a folder .git, and where the index has a form that is not read.
func (r *Repo) Tracked(name string) (tracked, known bool) {
	r.index.once.Do(func() { r.index.names, r.index.known = r.readIndex() })
	return r.index.names[name], r.index.known
}

func (r *Repo) readIndex() (map[string]bool, bool) {
	const index = ".git/index"
	if r.fsys == nil {
		return nil, false
	}
	info, err := fs.Stat(r.fsys, index)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, exists(r.fsys, ".git/HEAD") // nothing was added yet
	}
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxIndex {
		return nil, false
	}
	text, err := fs.ReadFile(r.fsys, index)
	if err != nil {
		return nil, false
	}
	return credentialsInIndex(text)
}

// credentialsInIndex returns the files of credentials among those in an index. Source: git's description of the format, versions 2 to 4, with SHA-1.
func credentialsInIndex(text []byte) (names map[string]bool, ok bool) {
	const header, hash = 12, 20
	if len(text) < header+hash || string(text[:4]) != "DIRC" {
		return nil, false
	}
	version, count := binary.BigEndian.Uint32(text[4:]), binary.BigEndian.Uint32(text[8:])
	if version < 2 || version > 4 {
		return nil, false
	}
	names = map[string]bool{}
	rest, last := text[header:len(text)-hash], []byte(nil)
	for range count {
		if rest, last, ok = indexEntry(rest, last, version); !ok {
			return nil, false
		}
		if _, kept := catalog.CredentialFileAt(string(last)); kept {
			names[string(last)] = true
		}
	}
	return names, wholeIndex(rest)
}

// indexEntry reads one entry: what follows it, and its name. last is the name before, with which version 4 shares its beginning.
func indexEntry(text, last []byte, version uint32) (rest, name []byte, ok bool) {
	const fixed, extended, longest = 62, 0x4000, 4096
	if len(text) < fixed {
		return nil, nil, false
	}
	at := fixed
	if binary.BigEndian.Uint16(text[fixed-2:])&extended != 0 {
		at += 2
	}
	if at > len(text) {
		return nil, nil, false
	}
	var shared []byte
	if version == 4 {
		cut, n := cutLength(text[at:])
		if n == 0 || cut > len(last) {
			return nil, nil, false
		}
		at += n
		shared = last[:len(last)-cut]
	}
	end := bytes.IndexByte(text[at:], 0)
	if end < 0 || len(shared)+end > longest {
		return nil, nil, false
	}
	name = append(shared[:len(shared):len(shared)], text[at:at+end]...)
	next := at + end + 1
	if version < 4 {
		next = (at + end + 8) / 8 * 8 // one to eight zeros fill it up
	}
	if next > len(text) {
		return nil, nil, false
	}
	return text[next:], name, true
}

// cutLength reads how many bytes of the name before are cut off, and how many bytes say so; 0 when it cannot be read.
func cutLength(text []byte) (cut, n int) {
	for n < min(len(text), 4) {
		c := text[n]
		n++
		cut |= int(c & 0x7f)
		if c&0x80 == 0 {
			return cut, n
		}
		cut = (cut + 1) << 7
	}
	return 0, 0
}

// wholeIndex tells from the extensions behind the entries that no entries are elsewhere.
func wholeIndex(text []byte) bool {
	for len(text) >= 8 {
		name, size := string(text[:4]), int64(binary.BigEndian.Uint32(text[4:]))
		if name == "link" || name == "sdir" || size > int64(len(text)-8) {
			return false
		}
		text = text[8+size:]
	}
	return len(text) == 0
}
