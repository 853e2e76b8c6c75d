package report

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"sekisho/lint"
)

const (
	maxDescription = 1_024 // characters
	maxTags        = 10
)

// tool prints who made the run, with every rule that took part in it: alerts of a rule that is not there are not closed.
func (s *sarif) tool() {
	s.put(`"tool":{"driver":{"name":"sekisho"`)
	if s.Version != "" {
		s.field(`,"version":`, s.Version)
	}
	if isSemantic(s.Version) {
		s.field(`,"semanticVersion":`, s.Version)
	}
	s.put(`,"rules":[`)
	for i, r := range s.Rules {
		s.separate(i)
		s.newline()
		s.ruleIndex[r.ID] = i
		s.rule(r)
	}
	s.put(`]}},`)
	s.newline()
}

func (s *sarif) rule(r *lint.Rule) {
	summary := cmp.Or(r.Summary, r.ID)
	if _, kind, several := strings.Cut(r.ID, "/"); several {
		summary += " (" + kind + ")"
	}
	help := cmp.Or(r.Help(), summary)
	s.field(`{"id":`, r.ID)
	s.field(`,"name":`, ruleName(r.ID))
	s.field(`,"shortDescription":{"text":`, shorten(plainText(summary), maxDescription))
	s.field(`},"fullDescription":{"text":`, shorten(plainText(cmp.Or(why(help), summary)), maxDescription))
	s.field(`},"help":{"text":`, help)
	s.field(`,"markdown":`, help)
	s.put(`}`)
	if url := s.url(lint.Base(r.ID)); url != "" {
		s.field(`,"helpUri":`, url)
	}
	s.field(`,"defaultConfiguration":{"level":`, string(r.Severity.Level()))
	s.put(`},"properties":{"tags":[`)
	for i, tag := range ruleTags(r) {
		s.separate(i)
		s.string(tag)
	}
	// A finding that is less sure than the others of its rule says so itself.
	s.field(`],"precision":`, lint.Sure.String())
	if r.Security() {
		s.field(`,"security-severity":`, securityScore(r.Severity))
	} else {
		s.field(`,"problem.severity":`, problemSeverity(r.Severity))
	}
	s.put(`}}`)
}

// ruleName writes an id as the standard wants names: UnpinnedUses.
func ruleName(id string) string {
	var b strings.Builder
	for word := range strings.FieldsFuncSeq(id, func(r rune) bool { return r == '-' || r == '/' }) {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return cmp.Or(b.String(), id)
}

// why returns the first paragraph of a page that says why the rule matters, as one line.
func why(page string) string {
	_, section, _ := strings.Cut(page, "\n## Why it matters\n")
	paragraph, _, _ := strings.Cut(strings.TrimLeft(section, "\n"), "\n\n")
	return strings.Join(strings.Fields(paragraph), " ")
}

// coverageTag reports a tag that names a row of docs/coverage.md.
func coverageTag(tag string) bool {
	for _, prefix := range [...]string{"leak-", "prevent-", "limit-", "detect-", "matrix-"} {
		if strings.HasPrefix(tag, prefix) {
			return true
		}
	}
	return false
}

// ruleTags returns the tags in the words of code scanning. It binds a security-severity only to a rule that has the tag security.
func ruleTags(r *lint.Rule) []string {
	var list []string
	if r.Security() {
		list = append(list, "security")
	}
	for _, tag := range r.Tags {
		if coverageTag(tag) {
			continue // it leads into docs/coverage.md, and there is no room for all
		}
		if number, ok := strings.CutPrefix(tag, "cwe-"); ok {
			tag = "external/cwe/cwe-" + strings.Repeat("0", max(3-len(number), 0)) + number
		}
		if !slices.Contains(list, tag) {
			list = append(list, tag)
		}
	}
	return list[:min(len(list), maxTags)]
}

// securityScore returns a score in the middle of what code scanning calls by the name of the severity; it has no info.
func securityScore(s lint.Severity) string {
	switch s {
	case lint.Critical:
		return "9.5"
	case lint.High:
		return "8.0"
	case lint.Medium:
		return "5.5"
	case lint.Low:
		return "3.0"
	}
	return "1.0"
}

func problemSeverity(s lint.Severity) string {
	if level := s.Level(); level != lint.Note {
		return string(level)
	}
	return "recommendation"
}

// isSemantic tells whether a version is one of Semantic Versioning: three numbers, and what may follow them.
func isSemantic(version string) bool {
	core, _, _ := strings.Cut(version, "+")
	core, _, _ = strings.Cut(core, "-")
	numbers := strings.Split(core, ".")
	for _, n := range numbers {
		if v, err := strconv.ParseUint(n, 10, 32); err != nil || strconv.FormatUint(v, 10) != n {
			return false
		}
	}
	rest := strings.Trim(version[len(core):], "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-+")
	return len(numbers) == 3 && rest == ""
}
