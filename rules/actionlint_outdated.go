package rules

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sekisho/lint/syntax"
)

var (
	alProperty = regexp.MustCompile(`^property "([^"]+)" is not defined`)
	alLabel    = regexp.MustCompile(`^label "([^"]+)" is unknown`)
	alInput    = regexp.MustCompile(`^input "([^"]+)" is not defined in action "([^"@]+)@`)
	alType     = regexp.MustCompile(`^invalid activity type "([^"]+)" for "([^"]+)" Webhook event`)
)

// outdated reports an error that is true of GitHub as actionlint v1.7.12 (March 2026) knows it and no longer so, or that says more
// than can be known. Source of what is newer: GitHub's changelog and its pages on workflow syntax and contexts, November 2026.
func (t *alTree) outdated(e *alError) bool {
	switch e.kind {
	case "runner-label":
		m := alLabel.FindStringSubmatch(e.message)
		if m != nil && t.file.Workflow == nil {
			return true
		}
		if m != nil {
			e.message, _, _ = strings.Cut(e.message, " is unknown")
			e.message += " is no runner that GitHub hosts; correct it, or name it among the runner-labels of the configuration if it is one of yours"
		}
		return m != nil && !likeHosted(m[1])
	case "expression":
		if strings.Contains(e.message, "is potentially untrusted") {
			return true // template-injection follows the value, and knows who can choose it
		}
		m := alProperty.FindStringSubmatch(e.message)
		return m != nil && slices.Contains(newProperties, m[1])
	case "events":
		if m := alType.FindStringSubmatch(e.message); m != nil {
			return slices.Contains(newTypes[m[2]], m[1])
		}
		return strings.HasPrefix(strings.ToLower(e.message), `invalid timezone "utc"`) || strings.HasPrefix(e.message, `unknown Webhook event "sub_issues"`)
	case "action":
		return outdatedInput(e)
	}
	return false
}

// outdatedInput looks at inputs that an action does not have. A major version gets new inputs over the years: only what looks
// like a misspelling is sure.
func outdatedInput(e *alError) bool {
	if name, ok := strings.CutPrefix(e.message, "the runner of "); ok {
		name, _, _ = strings.Cut(name, " action is")
		e.message = "the action " + name + " runs on a version of Node.js that GitHub has taken away or is about to; update the action"
		return false
	}
	m := alInput.FindStringSubmatch(e.message)
	if m == nil {
		return false
	}
	if slices.Contains(newInputs[strings.ToLower(m[2])], strings.ToLower(m[1])) {
		return true
	}
	_, list, _ := strings.Cut(e.message, "available inputs are ")
	if near := syntax.Nearest(m[1], strings.Split(strings.ReplaceAll(list, `"`, ""), ", ")); near != "" {
		e.message = strings.Replace(e.message, "; available inputs are", "; did you mean "+strconv.Quote(near)+"? available inputs are", 1)
	} else {
		e.strict = true
	}
	return false
}

// newProperties are properties of contexts that actionlint lacks: of job, runner and github.
var newProperties = []string{
	"workflow_ref", "workflow_sha", "workflow_repository", "workflow_file_path", "check_run_id", "workspace", "environment", "debug",
}

// newTypes are activity types by event.
var newTypes = map[string][]string{
	"issues":       {"field_added", "field_removed", "typed", "untyped"},
	"pull_request": {"milestoned", "demilestoned", "enqueued", "dequeued"},
}

// newInputs are inputs that came with a release under an older major version.
var newInputs = map[string][]string{
	"actions/checkout":          {"allow-unsafe-pr-checkout"},
	"actions/upload-artifact":   {"archive"},
	"actions/cache":             {"cache-mode"},
	"actions/cache/restore":     {"cache-mode"},
	"actions/setup-go":          {"go-download-base-url"},
	"actions/download-artifact": {"skip-decompress"},
}

// hosted are the labels of GitHub-hosted runners that actionlint lacks.
var hosted = []string{
	"ubuntu-26.04", "ubuntu-26.04-arm", "ubuntu-slim", "macos-26", "macos-26-intel", "macos-26-xlarge", "macos-26-large", "macos-27",
	"windows-2025-vs2026", "windows-11-arm", "windows-11-vs2026-arm", "macos-latest-xlarge", "macos-latest-large",
}

var hostedShape = regexp.MustCompile(`^(ubuntu|windows|macos)[-_ ]?(latest|lastest|\d+(\.\d+)?)?$`)

// likeHosted reports a label that can only mean a runner of GitHub's: any other may be one of the repository's own.
func likeHosted(label string) bool {
	low := strings.ToLower(label)
	return !slices.Contains(hosted, low) && hostedShape.MatchString(low)
}
