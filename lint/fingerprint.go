package lint

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"

	"sekisho/lint/syntax"
)

// fingerprint names each finding of a file in three parts with colons between them: the file, the fault, and the rank of the
// fault among equal ones. A fault is its rule, its address and its words, so that it keeps its name when lines move, blocks
// change places, or the layout or the message is another.
func fingerprint(f *syntax.File, fs []Finding) {
	file := fileID(f.Path)
	rank := make(map[string]int, len(fs))
	var text []byte
	for i := range fs {
		text = append(text[:0], fs[i].Rule...)
		text = appendAddress(append(text, 0), f.Root, fs[i].Start)
		text = appendWords(append(text, 0), f, fs[i].Span)
		id := digest(12, text)
		rank[id]++
		fs[i].Fingerprint = file + ":" + id + ":" + strconv.Itoa(rank[id])
	}
}

// fileID is the first part of the fingerprints of a file's findings.
func fileID(path string) string { return digest(4, []byte(path)) }

// fault returns the part of the fingerprint that equal faults share, in whichever file they stand.
func (f *Finding) fault() string {
	_, rest, _ := strings.Cut(f.Fingerprint, ":")
	id, _, _ := strings.Cut(rest, ":")
	return id
}

// digest returns the first n bytes of a text's hash, in hexadecimal.
func digest(n int, text []byte) string {
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:n])
}

// appendAddress says where an offset stands by what its author calls the places: the keys that lead to it, and the names of steps.
func appendAddress(out []byte, n *syntax.Node, at int) []byte {
	for n != nil {
		switch n.Kind {
		case syntax.Mapping:
			i, found := slices.BinarySearchFunc(n.Pairs, at, func(p syntax.Pair, at int) int {
				return compareSpan(syntax.Span{Start: p.Key.Start, End: max(p.Key.End, p.Value.End)}, at)
			})
			if !found {
				return out
			}
			out = append(append(out, '.'), n.Pairs[i].Key.Value...)
			n = n.Pairs[i].Value
		case syntax.Sequence:
			i, found := slices.BinarySearchFunc(n.Items, at, func(item *syntax.Node, at int) int { return compareSpan(item.Span, at) })
			if !found {
				return out
			}
			n = n.Items[i]
			out = append(appendTitle(append(out, '['), n), ']')
		default:
			return out
		}
	}
	return out
}

// compareSpan tells whether a span ends before an offset (-1), holds it (0) or starts behind it (1).
func compareSpan(s syntax.Span, at int) int {
	switch {
	case s.End < at:
		return -1
	case s.Start > at:
		return 1
	}
	return 0
}

// maxTitleKeys is how many keys of a step are looked at for its title.
const maxTitleKeys = 50

// appendTitle names a step by its id, else by its name, else by the action that it uses, whatever the version.
func appendTitle(out []byte, step *syntax.Node) []byte {
	var found [3]string
	for _, p := range step.Pairs[:min(len(step.Pairs), maxTitleKeys)] {
		if i := slices.Index(titleKeys[:], p.Key.Value); i >= 0 && found[i] == "" {
			found[i] = p.Value.Value
		}
	}
	for i, name := range found[:2] {
		if name != "" {
			return append(append(out, byte('0'+i)), name...)
		}
	}
	action, _, _ := strings.Cut(found[2], "@")
	return append(out, action...)
}

// titleKeys are the keys that name a step.
var titleKeys = [...]string{"id", "name", "uses"}

// maxWords is the number of bytes of a text that tell it from others.
const maxWords = 4 << 10

// appendWords gives what stands in the first line of a span, without the layout; where that is nothing, what stands in its line.
func appendWords(out []byte, f *syntax.File, span syntax.Span) []byte {
	line := f.LineSpan(f.Position(span.Start).Line)
	start := min(max(span.Start, line.Start), line.End)
	text := f.Text[start:min(max(span.End, start), line.End)]
	if strings.TrimSpace(text) == "" {
		text = f.Slice(line)
	}
	before := len(out)
	for word := range strings.FieldsSeq(text[:min(len(text), maxWords)]) {
		if len(out) > before {
			out = append(out, ' ')
		}
		out = append(out, word...)
	}
	return out
}
