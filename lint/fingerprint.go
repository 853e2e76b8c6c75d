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
	for i := range fs {
		id := digest(12, fs[i].Rule, address(f.Root, fs[i].Start), words(f, fs[i].Span))
		rank[id]++
		fs[i].Fingerprint = file + ":" + id + ":" + strconv.Itoa(rank[id])
	}
}

// fileID is the first part of the fingerprints of a file's findings.
func fileID(path string) string { return digest(4, path) }

// fault returns the part of the fingerprint that equal faults share, in whichever file they stand.
func (f *Finding) fault() string {
	_, rest, _ := strings.Cut(f.Fingerprint, ":")
	id, _, _ := strings.Cut(rest, ":")
	return id
}

// digest returns the first n bytes of a hash, in hexadecimal.
func digest(n int, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:n])
}

// address says where an offset stands by what its author calls the places: the keys that lead to it, and the names of steps.
func address(n *syntax.Node, at int) string {
	var b strings.Builder
	for n != nil {
		switch n.Kind {
		case syntax.Mapping:
			i, found := slices.BinarySearchFunc(n.Pairs, at, func(p syntax.Pair, at int) int {
				return compareSpan(syntax.Span{Start: p.Key.Start, End: max(p.Key.End, p.Value.End)}, at)
			})
			if !found {
				return b.String()
			}
			b.WriteString("." + n.Pairs[i].Key.Value)
			n = n.Pairs[i].Value
		case syntax.Sequence:
			i, found := slices.BinarySearchFunc(n.Items, at, func(item *syntax.Node, at int) int { return compareSpan(item.Span, at) })
			if !found {
				return b.String()
			}
			n = n.Items[i]
			b.WriteString("[" + title(n) + "]")
		default:
			return b.String()
		}
	}
	return b.String()
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

// title returns the id of a step, else its name, else the action that it uses, whatever the version.
func title(step *syntax.Node) string {
	var found [3]string
	for _, p := range step.Pairs[:min(len(step.Pairs), maxTitleKeys)] {
		if i := slices.Index([]string{"id", "name", "uses"}, p.Key.Value); i >= 0 && found[i] == "" {
			found[i] = p.Value.Value
		}
	}
	for i, name := range found[:2] {
		if name != "" {
			return strconv.Itoa(i) + name
		}
	}
	action, _, _ := strings.Cut(found[2], "@")
	return action
}

// maxWords is the number of bytes of a text that tell it from others.
const maxWords = 4 << 10

// words returns what stands in the first line of a span, without the layout; where that is nothing, what stands in its line.
func words(f *syntax.File, span syntax.Span) string {
	line := f.LineSpan(f.Position(span.Start).Line)
	start := min(max(span.Start, line.Start), line.End)
	text := f.Text[start:min(max(span.End, start), line.End)]
	if strings.TrimSpace(text) == "" {
		text = f.Slice(line)
	}
	return strings.Join(strings.Fields(text[:min(len(text), maxWords)]), " ")
}
