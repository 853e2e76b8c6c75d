package repo

import (
	"strings"
	"sync"

	"github.com/hmarr/codeowners"

	"sekisho/lint/syntax"
)

// ownersPaths are where GitHub looks for CODEOWNERS; the first that is there counts.
var ownersPaths = [...]string{".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"}

// Owners says who has to agree to changes of which files.
type Owners struct {
	File  *syntax.File
	lines []*ownersLine
}

// ownersLine is one line that is neither blank nor a comment.
type ownersLine struct {
	syntax.Span
	pattern string

	once sync.Once
	rule *codeowners.Rule // nil when it cannot be read
}

// read compiles the line, as few lines are ever asked for. Each is read alone, as GitHub skips those that it cannot read and keeps the others.
func (l *ownersLine) read(src *syntax.Source) *codeowners.Rule {
	l.once.Do(func() {
		if rules, err := codeowners.ParseFile(strings.NewReader(src.Slice(l.Span)), anyOwner); err == nil && len(rules) == 1 {
			l.rule = &rules[0]
		}
	})
	return l.rule
}

// Owners returns the CODEOWNERS that GitHub reads, or nil when the repository has none.
func (r *Repo) Owners() *Owners {
	r.owners.once.Do(func() {
		for _, name := range ownersPaths {
			if f := r.byPath[name]; f != nil && f.Kind == syntax.KindOwners {
				r.owners.found = readOwners(f)
				return
			}
		}
	})
	return r.owners.found
}

func readOwners(f *syntax.File) *Owners {
	o := &Owners{File: f}
	for n := 1; n <= f.Lines(); n++ {
		span := f.LineSpan(n)
		text := f.Slice(span)
		body := strings.TrimLeft(text, " \t")
		if body == "" || body[0] == '#' {
			continue
		}
		span.Start += len(text) - len(body)
		span.End = span.Start + len(strings.TrimRight(body, " \t"))
		pattern := body
		if i := strings.IndexAny(body, " \t"); i >= 0 && !strings.Contains(body[:i], `\`) {
			pattern = body[:i]
		}
		o.lines = append(o.lines, &ownersLine{Span: span, pattern: pattern})
	}
	return o
}

// Ownership is what CODEOWNERS says of a file.
type Ownership uint8

// The answers.
const (
	Unowned      Ownership = iota // no pattern matches, or the last one that does names nobody
	Owned                         // the last pattern that matches names somebody
	OwnerUnknown                  // a line that GitHub may read otherwise comes first
)

// Empty reports a file without a pattern.
func (o *Owners) Empty() bool { return len(o.lines) == 0 }

// Misplaced returns the first line that names an owner where the pattern should be.
func (o *Owners) Misplaced() (syntax.Span, bool) {
	for i := range o.lines {
		if strings.HasPrefix(o.lines[i].pattern, "@") {
			return o.lines[i].Span, true
		}
	}
	return syntax.Span{}, false
}

// Of tells whether somebody owns a file, and the line that says so; the span is empty when no line matches.
func (o *Owners) Of(name string) (Ownership, syntax.Span) {
	for i := len(o.lines) - 1; i >= 0; i-- {
		line := o.lines[i]
		if !mayOwn(line.pattern, name) {
			continue
		}
		rule := line.read(o.File.Source)
		if rule == nil {
			if strings.HasPrefix(line.pattern, "!") || strings.ContainsAny(line.pattern, "[]") {
				continue // which GitHub does not know
			}
			return OwnerUnknown, line.Span
		}
		if ok, err := rule.Match(name); err != nil || !ok {
			continue
		}
		if len(rule.Owners) == 0 {
			return Unowned, line.Span
		}
		return Owned, line.Span
	}
	return Unowned, syntax.Span{}
}

// anyOwner takes whatever may name somebody.
var anyOwner = codeowners.WithOwnerMatchers([]codeowners.OwnerMatcher{
	codeowners.OwnerMatchFunc(func(s string) (codeowners.Owner, error) {
		if !strings.Contains(s, "@") {
			return codeowners.Owner{}, codeowners.ErrNoMatch
		}
		return codeowners.Owner{Value: s}, nil
	}),
})

// holdsParts reports a name with all the text in it that stands between the wildcards of a pattern.
func holdsParts(name, pattern string) bool {
	for part := range strings.FieldsFuncSeq(pattern, func(r rune) bool { return r == '*' || r == '?' || r == '/' }) {
		if !strings.Contains(name, part) {
			return false
		}
	}
	return true
}

// mayOwn answers false, and fast, when a pattern cannot match a file: its beginning up to the first wildcard says so, or the text between
// wildcards.
func mayOwn(pattern, name string) bool {
	rooted := strings.Contains(strings.TrimSuffix(pattern, "/"), "/")
	literal := strings.TrimPrefix(pattern, "/")
	if literal == "" {
		return false // a slash alone matches nothing
	}
	if i := strings.IndexAny(literal, `*?\`); i >= 0 {
		return (!rooted || strings.HasPrefix(name, literal[:i])) && (strings.Contains(literal, `\`) || holdsParts(name, literal))
	}
	literal = strings.TrimSuffix(literal, "/")
	if rooted {
		return strings.HasPrefix(name, literal)
	}
	return strings.Contains(name, literal)
}
