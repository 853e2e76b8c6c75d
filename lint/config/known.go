package config

import (
	"path"
	"slices"
	"strings"

	"sekisho/lint/syntax"
)

// CustomRule is the id of the rule whose options are the rules of the user's own. They stand under a key of that name at the
// top level, and each is a kind of this rule.
const CustomRule = "custom"

// Known is what a configuration file may name.
type Known struct {
	Rules      []KnownRule
	Severities []string
}

// KnownRule is one rule, or one kind of a rule's findings, that a configuration file may name.
type KnownRule struct {
	ID         string                   // of a kind: that of its rule, a slash and the kind
	Aliases    []string                 // other names of the same rule
	Tags       []string                 // of a rule, not of a kind
	NewOptions func() any               // pointer to a struct whose fields carry yaml tags; nil: the rule has no options
	Summary    string                   // what it reports, for editors
	Severity   string                   // of its findings, when the file says nothing
	OptionHelp func(name string) string // what an option means; nil: nothing is known
}

// hasOptions tells whether options can stand under the rule.
func (r *KnownRule) hasOptions() bool { return r.NewOptions != nil && r.ID != CustomRule }

// tagPrefix is what a name starts with that stands for all rules with a tag.
const tagPrefix = "tag:"

// Pattern tells whether a name stands for all rules that it matches, not for one.
func Pattern(name string) bool {
	return strings.HasPrefix(name, tagPrefix) || strings.ContainsAny(name, "*?[")
}

// Match returns the ids that a name stands for: an id or an old one, a pattern of ids (secrets-*, actionlint/*), or tag: with a
// tag or a pattern of tags (tag:cwe-829, tag:owasp-*). It returns none when there is no such rule.
func (k Known) Match(name string) []string {
	if rule := k.find(name); rule != nil {
		return []string{rule.ID}
	}
	if !Pattern(name) {
		return nil
	}
	var ids []string
	tag, byTag := strings.CutPrefix(name, tagPrefix)
	for i := range k.Rules {
		r := &k.Rules[i]
		if byTag && slices.ContainsFunc(r.Tags, func(t string) bool { return matches(tag, t) }) || !byTag && matches(name, r.ID) {
			ids = append(ids, r.ID)
		}
	}
	return ids
}

func matches(pattern, name string) bool {
	ok, err := path.Match(pattern, name)
	return ok && err == nil
}

func (k Known) find(name string) *KnownRule {
	for i := range k.Rules {
		if k.Rules[i].ID == name {
			return &k.Rules[i]
		}
	}
	for i := range k.Rules {
		if slices.Contains(k.Rules[i].Aliases, name) {
			return &k.Rules[i]
		}
	}
	return nil
}

// None says that a name stands for no rule, and which one is meant.
func (k Known) None(name string) string {
	tag, byTag := strings.CutPrefix(name, tagPrefix)
	switch {
	case byTag && strings.ContainsAny(tag, "*?["), !byTag && Pattern(name):
		return "no rule matches " + quote(name) + "; `sekisho rules` lists them"
	case byTag:
		return "no rule has the tag " + quote(tag) + "; " + k.nearest(tag, k.tags(), "`sekisho explain` shows those of a rule")
	case slices.Contains(k.tags(), name):
		return "there is no rule " + quote(name) + "; did you mean " + quote(tagPrefix+name) + "?"
	}
	ids := make([]string, len(k.Rules))
	for i := range k.Rules {
		ids[i] = k.Rules[i].ID
	}
	return "there is no rule " + quote(name) + "; " + k.nearest(name, ids, "`sekisho rules` lists them")
}

func (k Known) nearest(name string, names []string, otherwise string) string {
	if near := syntax.Nearest(name, names); near != "" {
		return "did you mean " + quote(near) + "?"
	}
	return otherwise
}

func (k Known) tags() []string {
	var tags []string
	for i := range k.Rules {
		tags = append(tags, k.Rules[i].Tags...)
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

// with returns k and the kinds of the custom rule that a file defines.
func (k Known) with(custom []string) Known {
	if len(custom) == 0 {
		return k
	}
	k.Rules = slices.Clone(k.Rules)
	for _, id := range custom {
		k.Rules = append(k.Rules, KnownRule{ID: CustomRule + "/" + id})
	}
	return k
}
