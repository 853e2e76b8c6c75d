package report

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// hashWindow is how many units from its start go into the hash of a line.
const hashWindow = 100

// lineHash names a line by the text that it begins.
type lineHash struct {
	sum  uint64
	rank int // 1 for the first line with this sum
}

func (h lineHash) String() string {
	return strconv.FormatUint(h.sum, 16) + ":" + strconv.Itoa(h.rank)
}

// lineHashes returns what code scanning calls primaryLocationLineHash, for every line of text. It is the algorithm of the
// action that uploads SARIF files (github/codeql-action, src/fingerprints.ts), which warns of a hash that differs from its own: a
// rolling hash over the UTF-16 code units of the file as Node decodes it, without spaces and tabs, with one LF for each line end,
// and followed by the unit 65535 and zeros.
func lineHashes(text string) []lineHash {
	h := lineHasher{leaving: 1, lineStart: true, ranks: map[uint64]int{}}
	for range hashWindow {
		h.leaving *= hashFactor
	}
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			h.char(uint16(c))
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			h.char(utf8.RuneError)
			size = malformed(text[i:])
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			h.char(uint16(high))
			h.char(uint16(low))
		default:
			h.char(uint16(r))
		}
		i += size
	}
	h.char(0xffff)
	for range hashWindow {
		h.finish()
		h.add(0)
	}
	return h.lines
}

// malformed returns how many bytes at the start of s, which is no character, decoders replace by one U+FFFD: those that begin a
// character and do not end it, at least one.
func malformed(s string) int {
	n := 1
	for n < min(len(s), utf8.UTFMax-1) && !utf8.FullRuneInString(s[:n+1]) {
		n++
	}
	return n
}

// hashFactor is what the sum is multiplied by for each unit; arithmetic is modulo 2^64.
const hashFactor = 37

type lineHasher struct {
	sum       uint64
	leaving   uint64 // hashFactor to the power of hashWindow: the weight of the unit that leaves the sum
	units     [hashWindow]uint16
	count     int   // units added
	starts    []int // of each line: how many units were added before
	lineStart bool  // the next unit begins a line
	afterCR   bool
	ranks     map[uint64]int
	lines     []lineHash // of the lines whose window is full
}

func (h *lineHasher) char(c uint16) {
	skip := c == ' ' || c == '\t' || c == '\n' && h.afterCR
	h.afterCR = c == '\r'
	if skip {
		return
	}
	if c == '\r' {
		c = '\n'
	}
	h.finish()
	if h.lineStart {
		h.starts = append(h.starts, h.count)
	}
	h.lineStart = c == '\n'
	h.add(c)
}

// finish notes the sum when the window of a line is full.
func (h *lineHasher) finish() {
	if n := len(h.lines); n < len(h.starts) && h.starts[n]+hashWindow == h.count {
		h.ranks[h.sum]++
		h.lines = append(h.lines, lineHash{h.sum, h.ranks[h.sum]})
	}
}

func (h *lineHasher) add(c uint16) {
	unit := &h.units[h.count%hashWindow]
	h.sum = hashFactor*h.sum + uint64(c) - h.leaving*uint64(*unit)
	*unit = c
	h.count++
}
