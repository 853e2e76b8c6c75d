package rules

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

var (
	alProperty = regexp.MustCompile(`^property "([^"]+)" is not defined`)
	alLabel    = regexp.MustCompile(`^label "([^"]+)" is unknown`)
	alCompared = regexp.MustCompile(`^"(bool|number|null|string)" value cannot be compared to "(bool|number|null|string)"`)
	alInput    = regexp.MustCompile(`^input "([^"]+)" is not defined in action "([^"@]+)@`)
	alActivity = regexp.MustCompile(`^invalid activity type "([^"]+)" for "([^"]+)" Webhook event`)
)

// outdated reports an error that is true of GitHub as actionlint v1.7.12 (March 2026) knows it and no longer so, or that says more
// than can be known. It notes where an error is less bad than its message. Source of what is newer: GitHub's changelog and its
// pages on workflow syntax and contexts, November 2026.
func (t *alTree) outdated(message string, x expr.Node, e *alError) bool {
	is := func(starts ...string) bool {
		return slices.ContainsFunc(starts, func(start string) bool { return strings.HasPrefix(message, start) })
	}
	switch e.kind {
	case "runner-label":
		m := alLabel.FindStringSubmatch(message)
		switch {
		case m == nil:
			return false
		case t.file.Workflow == nil || slices.Contains(hosted, strings.ToLower(m[1])):
			return true
		}
		return !likeHosted(m[1])
	case "expression":
		return t.outdatedExpression(message, x, e)
	case "events":
		if m := alActivity.FindStringSubmatch(message); m != nil {
			return slices.Contains(newTypes[m[2]], m[1])
		}
		// An empty default chooses nothing. The rest rule syntax says, in part elsewhere.
		return is(`invalid timezone "UTC"`, `invalid timezone "utc"`, `default value "" of`, "input type of ", "maximum number of inputs", "both ", "unknown Webhook event",
			`"types" cannot`, `"workflows" cannot`) || strings.Contains(message, "filter is not available for")
	case "job-needs": // what is needed and is not there, or needs what needs it, rule syntax says
		return !strings.Contains(message, `duplicates in "needs"`)
	case "action":
		m := alInput.FindStringSubmatch(message)
		if m == nil {
			return false
		}
		// A major version gets new inputs over the years: only what looks like a misspelling is sure.
		_, list, _ := strings.Cut(message, "available inputs are ")
		e.strict = syntax.Nearest(m[1], strings.Split(strings.ReplaceAll(list, `"`, ""), ", ")) == ""
		return slices.Contains(newInputs[strings.ToLower(m[2])], strings.ToLower(m[1]))
	}
	return false
}

func (t *alTree) outdatedExpression(message string, x expr.Node, e *alError) bool {
	switch {
	case strings.HasPrefix(message, "number of arguments is wrong"):
		return true // rule syntax counts them, and knows that format takes one
	case strings.HasPrefix(message, `property access of object must be type of string but got "number"`):
		return strings.HasSuffix(pathOf(t.facts().indexed[x]), ".ports") // the number is read as text: job.services.db.ports[5432]
	case strings.HasPrefix(message, "elements of object at receiver of object filtering"), strings.HasPrefix(message, "object type "):
		return true // steps.x.outputs.* is the list of their values
	case strings.HasPrefix(message, `type of expression at "runs-on"`):
		return strings.Contains(message, `"{group: `) || strings.Contains(message, `"{labels: `) // as in the long form
	case alCompared.MatchString(message):
		return true // they are compared as numbers
	case strings.Contains(message, "potentially untrusted"):
		return true // template-injection follows the value, and knows who can choose it
	}
	m := alProperty.FindStringSubmatch(message)
	if m == nil {
		return false
	}
	context, _, _ := strings.Cut(pathOf(x), ".")
	switch context {
	case "secrets":
		// With inherit, a called workflow has all secrets of the caller, declared or not.
		callers := t.flow.Callers(t.file)
		e.strict = len(callers) == 0
		return slices.ContainsFunc(callers, func(c flow.Call) bool { return c.Job.Secrets != nil && c.Job.Secrets.Inherit })
	case "matrix":
		e.strict = t.facts().lefts[x] // it is known to be absent sometimes
	}
	return slices.Contains(newProperties[context], m[1])
}

// newProperties are properties that actionlint lacks, by context.
var newProperties = map[string][]string{
	"job":    {"workflow_ref", "workflow_sha", "workflow_repository", "workflow_file_path", "check_run_id"},
	"runner": {"workspace", "environment", "debug"},
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

// retired are the labels whose runners GitHub has taken out of service.
var retired = []string{
	"ubuntu-16.04", "ubuntu-18.04", "ubuntu-20.04", "macos-10.15", "macos-11", "macos-11.0", "macos-12", "macos-13", "windows-2016", "windows-2019",
}

// retiredLabel returns the message about a label in a message of actionlint that GitHub has retired.
func retiredLabel(message string) (text string, ok bool) {
	m := alLabel.FindStringSubmatch(message)
	if m == nil || !slices.Contains(retired, strings.ToLower(m[1])) {
		return "", false
	}
	return "the runners with the label " + strconv.Quote(m[1]) + " are retired, so the job never starts; take a newer one, or name it among the runner-labels of the configuration if it is one of yours", true
}

var hostedShape = regexp.MustCompile(`^(ubuntu|windows|macos)[-_ ]?(latest|lastest|\d+(\.\d+)?)?$`)

// likeHosted reports a label that can only mean a runner of GitHub's: any other may be one of the repository's own.
func likeHosted(label string) bool {
	low := strings.ToLower(label)
	return !slices.Contains(hosted, low) && hostedShape.MatchString(low)
}
