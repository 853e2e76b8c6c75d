package rules_test

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"unicode"
	"unicode/utf8"

	"sekisho/lint"
	"sekisho/lint/config"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
	"sekisho/rules"
)

// fixtures returns the folder of actionlint's own tests, which comes with its module.
func fixtures(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/rhysd/actionlint").Output()
	dir := filepath.Join(strings.TrimSpace(string(out)), "testdata")
	if _, statErr := os.Stat(dir); err != nil || statErr != nil {
		t.Skip("actionlint's module is not here")
	}
	return dir
}

// TestActionlintFixtures checks that what actionlint's own tests expect is found: each error at its line, or at a better place.
func TestActionlintFixtures(t *testing.T) {
	root := fixtures(t)
	var cases []fixture
	for _, dir := range []string{"err", "examples"} {
		files, err := filepath.Glob(filepath.Join(root, dir, "*.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			cases = append(cases, single(t, filepath.Join(root, dir), name))
		}
	}
	projects, err := os.ReadDir(filepath.Join(root, "projects"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range projects {
		if p.IsDir() {
			cases = append(cases, project(t, filepath.Join(root, "projects", p.Name())))
		}
	}
	met := make([]bool, len(exceptions))
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			findings, r := c.lint(t)
			for _, e := range c.expected(t) {
				if strings.HasSuffix(e.text, "[shellcheck]") || strings.HasSuffix(e.text, "[pyflakes]") {
					continue
				}
				if answered(r, e, findings) {
					continue
				}
				if i := exception(c.name, e); i >= 0 {
					met[i] = true
				} else {
					t.Errorf("nothing of ours says: %s", e.raw)
				}
			}
			if t.Failed() {
				for _, f := range findings {
					t.Logf("we say: %s:%d %s: %s", f.Path, r.File(f.Path).Position(f.Start).Line, f.Rule, f.Message)
				}
			}
		})
	}
	for i, x := range exceptions {
		if !met[i] && !t.Failed() {
			t.Errorf("exception %v excepts nothing", x)
		}
	}
}

// TestActionlintSilence checks that files in which actionlint's own tests expect nothing have no finding.
func TestActionlintSilence(t *testing.T) {
	root := filepath.Join(fixtures(t), "ok")
	files, err := filepath.Glob(filepath.Join(root, "*.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		c := single(t, root, name)
		switch c.name {
		case "ok/no_local_action_found": // we know when an action cannot be there
			continue
		case "ok/nested_workflow_call", "ok/workflow_call_job": // GitHub calls workflows of .github/workflows alone
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			findings, r := c.lint(t)
			for _, f := range findings {
				if f.Rule == "template-injection" || f.Rule == "insecure-commands" && f.Strict {
					continue // what it finds with --strict actionlint does not look for
				}
				t.Errorf("%d %s: %s", r.File(f.Path).Position(f.Start).Line, f.Rule, f.Message)
			}
		})
	}
}

type fixtureException struct{ fixture, text, reason string }

// exceptions are the errors of the fixtures that we do not report, with the reason.
var exceptions = []fixtureException{
	{"err/if_cond_constants", "constant expression", switchedOff},
	{"examples/if_cond_always_true", `constant expression "false"`, switchedOff},

	{"err/invalid_runner_labels", "ubuntu-oldest", ownRunner},
	{"examples/main", "linux-latest", ownRunner},
	{"examples/runner_label_check", "linux-latest", ownRunner},
	{"examples/runner_label_check", `"gpu"`, ownRunner},
	{"projects/paths_config", `"unknown" is unknown`, ownRunner},
	{"projects/user_defined_runner_label", `"label3"`, ownRunner},

	{"err/empty_sequence_or_string", "10:13", "an empty option can be chosen, and workflows have some"},
	{"err/workflow_dispatch_input_types", "13:19", "an empty option can be chosen, and workflows have some"},
	{"err/empty_sequence_or_string", `"include"`, "GitHub takes an empty list, which changes nothing"},
	{"err/empty_sequence_or_string", `"exclude"`, "GitHub takes an empty list, which changes nothing"},
	{"err/empty_sequence_or_string", `"needs"`, "GitHub takes an empty list, which changes nothing"},
	{"err/empty_sequence_or_string", "26:14", noContainer},
	{"err/invalid_container_syntax", "16:15", noContainer},
	{"err/invalid_container_syntax", "29:14", noContainer},
	{"err/invalid_container_syntax", "72:16", noContainer},

	{"err/invalid_comparisons", `"number" value cannot be compared to "null"`, comparable},
	{"err/invalid_comparisons", `"bool" value cannot be compared to "bool"`, comparable},
	{"examples/comparison_strict_checks", `"bool" value cannot be compared to "number"`, comparable},
	{"err/nested_untrusted_input", "github.event.pages", notCarried},
	{"err/nested_untrusted_input", "github.event.commits", notCarried},
	{"examples/untrusted_input", "object filter extracts", "template-injection takes no object filter over all of github.event for a text of somebody's"},
	{"err/workflow_dispatch_type_check_inputs", "30:39", fromEvent},
	{"err/workflow_dispatch_type_check_inputs", "32:39", fromEvent},
	{"err/schedule_invalid_timezone", `"UTC"`, "UTC is a zone"},
	{"err/invalid_image_version_event", "4:12", "whether GitHub refuses a name without a list is not known"},
	{"projects/example_inputs_secrets_in_workflow_call", "24:16", "nothing given to a text is an empty text"},
	{"projects/workflow_call_input_type_check", "str_input", "what is given to a text is its text"},
	{"projects/workflow_call_input_type_check", "22:17", "nothing given is the number 0"},

	{"projects/local_action_invalid", "name is required", "only the marketplace asks for it, and the action has no branding"},
	{"projects/local_action_invalid", "description is required", "only the marketplace asks for it, and the action has no branding"},
	{"projects/local_action_invalid", `unexpected key "foo"`, "GitHub reads no other keys of an input, and actions have some"},
	{"projects/local_docker_action", `"pre-if" is not allowed`, "it decides on pre-entrypoint"},
	{"projects/local_docker_action", `"post-if" is not allowed`, "it decides on post-entrypoint"},
	{"projects/local_docker_action", "main.sh", "the program is a path in the image"},
	{"projects/local_docker_action", "pre.sh", "the program is a path in the image"},
	{"projects/local_docker_action", "post.sh", "the program is a path in the image"},
	{"projects/local_docker_action", `file "Dockerfile" does not exist`, notFirst},
	{"projects/local_javascript_action", "index.js", notFirst},
	{"projects/local_javascript_action", "pre.js", notFirst},
	{"err/recursive_anchors", "15:9: step must run", "the alias there is reported, which leaves nothing of the step"},
	{"projects/paths_config", "nested", "GitHub reads no workflows in folders below"},
}

const (
	switchedOff = "a job or step that is switched off, or on, is no mistake"
	ownRunner   = "a label that does not look like one of GitHub's may be that of an own runner"
	noContainer = "an empty image means that there is no container"
	comparable  = "the runner compares them as numbers"
	notCarried  = "the events that start the workflow do not carry it"
	fromEvent   = "the types of github.event.inputs are not followed"
	notFirst    = "what a local action that ran before may have made is not missed"
)

// exception returns the index of the exception that an expectation falls under, or -1.
func exception(name string, e expectation) int {
	at := fmt.Sprintf("%s:%d:%d: ", e.path, e.line, e.col)
	return slices.IndexFunc(exceptions, func(x fixtureException) bool { return x.fixture == name && strings.Contains(at+e.text, x.text) })
}

// fixture is one repository of actionlint's tests.
type fixture struct {
	name string
	fsys fstest.MapFS
	out  string // file with what is expected
	base string // what the paths in it are relative to
	conf string // configuration of sekisho
}

// projectOptions is the configuration of a project, which has one of actionlint's.
func projectOptions(name string) string {
	switch name {
	case "config_variables":
		return "rules: {actionlint: {options: {config-variables: [WOO, FOO]}}}"
	case "user_defined_runner_label":
		return "runner-labels: [label1, label2, glob-*-label]"
	}
	return ""
}

// single makes a repository of one workflow, test.yaml, and what lies in the folders beside it.
func single(t *testing.T, dir, name string) fixture {
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	fsys := tree(t, filepath.Join(dir, ".github"), ".github")
	fsys[".github/workflows/test.yaml"] = &fstest.MapFile{Data: text}
	stem := strings.TrimSuffix(name, ".yaml")
	return fixture{filepath.Base(dir) + "/" + filepath.Base(stem), fsys, stem + ".out", ".github/workflows", ""}
}

// project makes a repository of a folder whose workflows lie in workflows and reusable: GitHub wants them elsewhere.
func project(t *testing.T, dir string) fixture {
	fsys := fstest.MapFS{}
	for name, f := range tree(t, dir, "") {
		text := moved(string(f.Data))
		name = strings.Replace(name, "reusable/", ".github/workflows/reusable-", 1)
		if strings.HasPrefix(name, "workflows/") {
			name = ".github/" + name
		}
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fixture{"projects/" + filepath.Base(dir), fsys, dir + ".out", ".github", projectOptions(filepath.Base(dir))}
}

// moved returns a text with the paths of a project's workflows as they are for us.
func moved(text string) string {
	return strings.NewReplacer("./workflows/", "./.github/workflows/", "./reusable/", "./.github/workflows/reusable-").Replace(text)
}

func tree(t *testing.T, dir, under string) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{}
	if _, err := os.Stat(dir); err != nil {
		return fsys
	}
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(root, name)
		fsys[path.Join(under, name)] = &fstest.MapFile{Data: text}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return fsys
}

func (c fixture) lint(t *testing.T) ([]lint.Finding, *repo.Repo) {
	t.Helper()
	all := rules.All()
	conf, faults := config.Parse(syntax.NewSource("sekisho.yml", c.conf), all.Known())
	for _, f := range faults {
		t.Error(f.Error())
	}
	sel := lint.Selection{Strict: true, Selected: map[string]bool{}}
	for _, id := range []string{"actionlint", "hardcoded-credentials", "insecure-commands", "syntax", "template-injection", "unresolved-uses", "unsound-condition"} {
		sel.Selected[id] = true
	}
	r := repo.Load(c.fsys, repo.Options{})
	return lint.Run(r, lint.Configure(all, conf, sel)).Findings, r
}

// expectation is one line of a .out file.
type expectation struct {
	raw, path, text string
	line, col       int
}

var outLine = regexp.MustCompile(`^/?([^:]+):(\d+):(\d+): (.*?)/?$`)

func (c fixture) expected(t *testing.T) []expectation {
	t.Helper()
	text, err := os.ReadFile(c.out)
	if err != nil {
		t.Fatal(err)
	}
	var list []expectation
	for raw := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n") {
		if raw == "" {
			continue
		}
		m := outLine.FindStringSubmatch(raw)
		if m == nil {
			t.Logf("no error: %q", raw)
			continue
		}
		e := expectation{raw: raw, path: path.Join(c.base, strings.ReplaceAll(m[1], `\.`, ".")), text: m[4]}
		if raw[0] == '/' {
			e.text = strings.ReplaceAll(e.text, `\`, "")
		}
		e.text = moved(e.text)
		e.line, _ = strconv.Atoi(m[2])
		e.col, _ = strconv.Atoi(m[3])
		list = append(list, e)
	}
	return list
}

// answered tells whether a finding says what is expected: it covers the line, or lies within the scalar or the step that starts
// there, or in the file that the line calls; and it speaks of something that the expectation names.
func answered(r *repo.Repo, e expectation, findings []lint.Finding) bool {
	callee := calleeAt(r, e)
	for _, x := range findings {
		src := r.File(x.Path)
		if !e.names(x.Message + " " + src.Slice(x.Span)) {
			continue
		}
		if x.Path == e.path && covers(src, x.Span, e) || callee != "" && x.Path == callee {
			return true
		}
		for _, p := range x.Related {
			if p.Path == "" && x.Path == e.path && covers(src, p.Span, e) {
				return true
			}
		}
	}
	return false
}

// quotedWord finds what a message quotes; what holds a regular expression or the tag of a node is no name.
var quotedWord = regexp.MustCompile(`["']([^"']*)["']`)

// otherWords are what we call what actionlint's messages say.
var otherWords = map[string]string{
	`"!!`:                                "must be",
	`element of "steps" section`:         "step",
	`"matrix values" section`:            "no values",
	`section should not be empty`:        "empty",
	`"" is invalid for permission`:       "empty",
	`string should not be empty`:         "empty",
	`must run script with "run"`:         "step",
	`description is required`:            "without a `description`",
	`"on:" is not found`:                 `no "on"`,
	`number of arguments is wrong`:       "argument",
	`while parsing arguments`:            "unclosed (",
	`while parsing object property`:      "missing property name",
	`must be specified in "credentials"`: "credentials",
	`"runs.using" is missing`:            "runs",
	`unexpected key "run" for step`:      "split it in two",
	`unexpected key "uses" for step`:     "split it in two",
	`error while parsing reusable`:       "must be a mapping",
	`section is alias node`:              "alias",
	`is always evaluated to true`:        "always true",
	`cyclic dependencies`:                "circle",
	`function call is not assignable`:    "argument of",
}

// names tells whether text speaks of something that the expectation does.
func (e expectation) names(text string) bool {
	text = strings.ToLower(text)
	for said, ours := range otherWords {
		if strings.Contains(e.text, said) && strings.Contains(text, ours) {
			return true
		}
	}
	quoted := false
	for _, m := range quotedWord.FindAllStringSubmatch(e.text, -1) {
		if strings.Contains(m[1], ".+") || strings.HasPrefix(m[1], "!!") || m[1] == "" {
			continue
		}
		quoted = true
		if strings.Contains(text, strings.ToLower(m[1])) {
			return true
		}
	}
	return !quoted
}

// calleeAt returns the path of the local file that a uses: at the expected line calls, or "".
func calleeAt(r *repo.Repo, e expectation) string {
	f := r.File(e.path)
	if f == nil {
		return ""
	}
	_, uses, ok := strings.Cut(f.Slice(f.LineSpan(e.line)), "uses:")
	if !ok {
		return ""
	}
	if to := r.Callee(strings.TrimSpace(uses)); to != nil {
		return to.Path
	}
	return ""
}

func covers(f *syntax.File, span syntax.Span, e expectation) bool {
	if e.line == 0 || strings.HasPrefix(e.text, "cyclic") {
		return true // actionlint does not know where; we say so where the circle closes
	}
	if f.Position(span.Start).Line <= e.line && e.line <= f.Position(max(span.Start, span.End-1)).Line {
		return true
	}
	at := f.Offset(syntax.Position{Line: e.line, Column: max(e.col, 1)})
	for _, step := range f.Steps() {
		if step.Start <= at && at < step.End && step.Contains(span) && f.Position(step.Start).Line == e.line {
			return true
		}
	}
	return within(f, f.Root, at, span)
}

// within reports that a scalar that starts in the line of an offset, or the value of the key there, holds span.
func within(f *syntax.File, n *syntax.Node, at int, span syntax.Span) bool {
	if n == nil {
		return false
	}
	if n.Kind == syntax.Scalar && n.Contains(span) && f.Position(n.Start).Line == f.Position(at).Line {
		return true
	}
	return slices.ContainsFunc(n.Items, func(item *syntax.Node) bool { return within(f, item, at, span) }) ||
		slices.ContainsFunc(n.Pairs, func(p syntax.Pair) bool {
			return p.Key.Start == at && p.Value.Contains(span) || within(f, p.Value, at, span)
		})
}

// TestActionlintMessages checks what actionlint's messages are made into: all of those that its own tests have.
func TestActionlintMessages(t *testing.T) {
	root := fixtures(t)
	for _, dir := range []string{"err", "examples"} {
		files, err := filepath.Glob(filepath.Join(root, dir, "*.yaml"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			findings, _ := single(t, filepath.Join(root, dir), name).lint(t)
			for _, f := range findings {
				if rough := roughMessage(f.Message); rough != "" && strings.HasPrefix(f.Rule, "actionlint/") {
					t.Errorf("%s: %s in %q", filepath.Base(name), rough, f.Message)
				}
			}
		}
	}
}

// roughMessage says what is wrong with a message, or "".
func roughMessage(message string) string {
	first, _ := utf8.DecodeRuneInString(message)
	switch {
	case message == "" || unicode.IsUpper(first):
		return "upper case at the start"
	case strings.HasSuffix(message, ".") || strings.Contains(message, ". "):
		return "full stop"
	case strings.Contains(message, "https://"):
		return "address"
	case strings.Contains(message, "line:") || strings.Contains(message, "note:") || strings.Contains(message, "see "):
		return "words of actionlint"
	case len(message) > 800:
		return "too much"
	case !strings.Contains(message, "; "):
		return "no advice"
	}
	return ""
}
