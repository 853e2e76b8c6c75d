package syntax

import (
	"slices"
	"strings"
)

// SetLineComment returns the edits that make text the comment on the line where at ends, at being the span of a value. A
// version that begins the present comment is replaced by a version; other words, and a suppression, stay behind
// the new text. It reports false where no comment can stand: in block scalars, and where anything but closing
// brackets follows on the line.
func (f *File) SetLineComment(at Span, text string) ([]Edit, bool) {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" || at.End > len(f.Text) || f.inBlockScalar(at) {
		return nil, false
	}
	end := f.lineEnd(at.End)
	c, found := f.commentIn(Span{Start: at.End, End: end})
	stop := end
	if found {
		stop = c.Start
	}
	between := f.Text[at.End:stop]
	if strings.Trim(between, " \t]},") != "" {
		return nil, false
	}
	if !found {
		start := at.End + len(strings.TrimRight(between, " \t"))
		return []Edit{{Span{Start: start, End: end}, " # " + text}}, true
	}
	next := "# " + mergeComment(c.Text, text)
	if next == f.Slice(c.Span) {
		return nil, true
	}
	return []Edit{{c.Span, next}}, true
}

// mergeComment puts text in front of what the comment old says besides a version.
func mergeComment(old, text string) string {
	if old == "" || old == text {
		return text
	}
	word, rest, _ := strings.Cut(old, " ")
	if isVersion(word) && isVersion(strings.Fields(text)[0]) {
		if rest == "" {
			return text
		}
		return text + " " + rest
	}
	if strings.HasPrefix(old, text+" ") {
		return old
	}
	return text + " # " + old
}

// isVersion reports whether the first word of a comment names a version, as the tools that pin actions write it.
func isVersion(word string) bool {
	for _, mark := range [...]string{"tag=", "pin@", "@", "tag:", "version="} {
		word = strings.TrimPrefix(word, mark)
	}
	if i := strings.LastIndexByte(word, '@'); i >= 0 && strings.HasPrefix(word, "ratchet:") {
		word = word[i+1:]
	}
	word = strings.TrimPrefix(strings.TrimPrefix(word, "v"), "V")
	return word != "" && '0' <= word[0] && word[0] <= '9'
}

// commentIn returns the comment that starts within span.
func (f *File) commentIn(span Span) (Comment, bool) {
	i, _ := slices.BinarySearchFunc(f.Comments, span.Start, func(c Comment, at int) int { return c.Start - at })
	if i < len(f.Comments) && f.Comments[i].Start < span.End {
		return f.Comments[i], true
	}
	return Comment{}, false
}

// inBlockScalar reports whether span ends in a block scalar, where a # is text.
func (f *File) inBlockScalar(span Span) bool {
	n := f.Root
	for n != nil {
		if n.Kind == Scalar {
			return n.Style == Literal || n.Style == Folded
		}
		var next *Node
		for _, item := range n.Items {
			if item.Contains(span) {
				next = item
			}
		}
		for _, p := range n.Pairs {
			if p.Value.Contains(span) {
				next = p.Value
			}
		}
		n = next
	}
	return false
}
