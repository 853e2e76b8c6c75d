package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

// Version returns the version of an action that a uses: value names: its ref, or what is known of a commit or, which is less
// sure, what the comment beside it says. It is "" when nothing tells; a branch comes as it is.
func Version(file *syntax.File, uses *syntax.Field) (version string, sure bool) {
	name, ref, _ := strings.Cut(strings.TrimSpace(uses.Value), "@")
	if !repo.IsHex(ref) || len(ref) != 40 && len(ref) != 64 {
		return strings.TrimPrefix(ref, "refs/tags/"), true
	}
	if version, ok := catalog.PinVersion(name, ref); ok {
		return version, true
	}
	return CommentVersion(file, uses.Span), false
}

// CommentVersion returns the version in the comment behind a pinned use, or "".
func CommentVersion(file *syntax.File, at syntax.Span) string {
	for word := range strings.FieldsSeq(CommentBehind(file, at)) {
		for _, prefix := range [...]string{"tag=", "version=", "ver="} {
			word = strings.TrimPrefix(word, prefix)
		}
		word = word[strings.LastIndexByte(word, '@')+1:] // ratchet:actions/checkout@v4
		if i := strings.LastIndex(word, "/v"); i >= 0 {
			word = word[i+1:] // refs/tags/v4, release/v1
		}
		if word = strings.Trim(word, ",;()"); catalog.IsVersion(word) {
			return word
		}
	}
	return ""
}

// CommentBehind returns the text of the comment that follows a place on its line, or "".
func CommentBehind(file *syntax.File, at syntax.Span) string {
	end := file.LineSpan(file.Position(at.End).Line).End
	for _, c := range file.Comments {
		if at.End <= c.Start && c.Start < end {
			return strings.TrimSpace(c.Text)
		}
	}
	return ""
}
