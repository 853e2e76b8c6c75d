package migrate

import (
	"regexp"
	"slices"
	"strings"

	"sekisho/lint/syntax"
)

// actionlint takes over a configuration of actionlint: its docs/config.md.
func (r *reader) actionlint(root *syntax.Node) {
	for _, top := range r.entries(root, "the file") {
		switch top.key {
		case "self-hosted-runner":
			for _, e := range r.entries(top.value, "self-hosted-runner") {
				if e.key != "labels" {
					r.none(e.at, "the key `%s`", e.key)
					continue
				}
				r.labels = append(r.labels, values(r.texts(e.value, "labels"))...)
			}
		case "config-variables":
			r.variables = append(r.variables, values(r.texts(top.value, "config-variables"))...)
			if top.value.Kind == syntax.Sequence && len(top.value.Items) == 0 {
				r.none(top.at, "an empty list of config-variables, by which each use of vars is a fault")
			}
		case "paths":
			for _, e := range r.entries(top.value, "paths") {
				r.glob(e)
			}
		default:
			r.none(top.at, "the key `%s`", top.key)
		}
	}
}

// glob takes over what is said of the files that match a pattern.
func (r *reader) glob(files entry) {
	for _, e := range r.entries(files.value, "paths") {
		if e.key != "ignore" {
			r.none(e.at, "the key `%s`", e.key)
			continue
		}
		patterns := r.texts(e.value, "ignore")
		rest := slices.DeleteFunc(slices.Clone(patterns), ofOthers)
		if n := len(patterns) - len(rest); n > 0 {
			r.none(e.at, "messages of shellcheck and pyflakes, neither of which is run; patterns: %d", n)
		}
		for _, pattern := range rest {
			r.message(files.key, pattern)
		}
	}
}

// ofOthers tells whether a regular expression is about what shellcheck or pyflakes says.
func ofOthers(pattern *syntax.Node) bool {
	return slices.ContainsFunc([]string{"shellcheck", "pyflakes", "SC1", "SC2"}, func(word string) bool { return strings.Contains(pattern.Value, word) })
}

// message takes over a regular expression by which messages are ignored.
func (r *reader) message(glob string, pattern *syntax.Node) {
	re, err := regexp.Compile(pattern.Value)
	switch {
	case err != nil:
		r.none(pattern, "`%s`, which is no regular expression", pattern.Value)
	case re.MatchString("\x00"): // and so whatever is said
		if r.pattern(pattern, glob) {
			r.switchOff(glob, "actionlint")
		}
	default:
		advice := "where there still is one, a comment silences it"
		if kind := kindOf(pattern.Value); kind != "" {
			advice += ", and `" + kind + ": false` under paths its whole kind"
		}
		r.none(pattern, "messages like `%s` in `%s`: findings are not ignored by what they say; %s", pattern.Value, glob, advice)
	}
}

// kindOf guesses from the words of a regular expression which kind of finding it is for.
func kindOf(pattern string) string {
	for _, k := range [...]struct{ words, id string }{
		{`label|runner-label`, "actionlint/runner-label"},
		{`object type|undefined variable|undefined function|context|property`, "actionlint/expression"},
		{`in action|too old|node12|node16|input`, "actionlint/action"},
		{`Webhook event|activity type|cron|CRON|workflow_dispatch`, "actionlint/events"},
		{`glob|pattern`, "actionlint/glob"},
		{`unexpected key|is missing|expected|permission`, "syntax"},
	} {
		for word := range strings.SplitSeq(k.words, "|") {
			if strings.Contains(pattern, word) {
				return k.id
			}
		}
	}
	return ""
}
