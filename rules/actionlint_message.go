package rules

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"sekisho/lint"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// rewrite is a message of actionlint and what we say in its place.
type rewrite struct {
	severity lint.Severity
	start    string // of what the pattern matches
	pattern  func() *regexp.Regexp
	text     string // with $1 …; $* stands for the list at the end, or for the name in it that is similar to $1
}

// rewrites lists the messages of actionlint v1.7.12; in patterns Q is a quoted text. The severity says what becomes of the fault:
// GitHub refuses the workflow, a job fails or something dangerous happens (high), something is empty or does nothing, or a warning
// appears (medium), or the text is needless (low).
var rewrites = sync.OnceValue(func() []rewrite {
	table := [...]struct {
		severity      lint.Severity
		pattern, text string
	}{
		// action
		{lint.Medium, `^the runner of Q action is too old`, `the action $1 runs on a Node.js that GitHub no longer has, and may break on the one that takes its place; update the action`},
		{lint.High, `^specifying action Q in invalid format because (.*?)\. available`, `$1 calls no action, because $2; write owner/repository@ref`},
		{lint.High, `^URI for Docker container Q is invalid`, `$1 is no address of an image; correct it`},
		{lint.High, `^tag of Docker action should not be empty: Q`, `$1 has a colon and no tag behind it; name the tag`},
		{lint.Medium, `^input Q is not defined in action Q\. available inputs are (.*)$`, `the action $2 has no input $1; it has $*`},
		{lint.Low, `^avoid using deprecated input Q in action Q: (.*)$`, `the input $1 of the action $2 is out of use; its author says: $3`},
		{lint.Low, `^avoid using deprecated input Q in action Q`, `the input $1 of the action $2 is out of use; do without it`},
		{lint.High, `^missing input Q which is required by action Q`, `the action $2 demands the input $1, not given here; add it`},
		// deprecated-commands, env-var
		{lint.Medium, "^workflow command (\"set-output\"|\"save-state\") was deprecated\\. use `(.*)` instead", "the command $1 is out of use and GitHub warns of it; write `$2`"},
		{lint.High, "^workflow command Q was deprecated\\. use `(.*)` instead", "the command $1 no longer works; write `$2`"},
		{lint.Medium, `^environment variable name Q is invalid`, `no shell can read a variable that is called $1; leave out blanks, & and =`},
		// events
		{lint.High, `^invalid CRON format Q in schedule event: (.*)$`, `the cron line $1 cannot be read: $2; correct it`},
		{lint.Medium, `^scheduled job runs too frequently. it runs once per (\S+) seconds`, `the schedule asks for a run every $1 seconds, but GitHub starts one in 5 minutes at most; ask for fewer`},
		{lint.High, `^invalid timezone Q`, `there is no time zone $1; use a name such as "Europe/Berlin"`},
		{lint.High, `^no workflow is configured for "workflow_run"`, `"workflow_run" follows no workflow; list some under "workflows"`},
		{lint.High, `^invalid activity type Q for Q Webhook event\. available types are (.*)$`, `the event $2 has no activity type $1; it has $*`},
		{lint.High, `^input of workflow_call event Q is typed as number but its default value Q`, `the default $2 of the input $1 is no number; correct it, or the type`},
		{lint.High, `^type of Q input is "number" but its default value Q`, `the default $2 of the input $1 is no number; correct it, or the type`},
		{lint.High, `^input of workflow_call event Q is typed as boolean\. its default value must be true or false but got Q`, `the default $2 of the input $1 is neither true nor false; correct it, or the type`},
		{lint.High, `^type of Q input is "boolean"\. its default value Q`, `the default $2 of the input $1 is neither true nor false; correct it, or the type`},
		{lint.Low, `^input Q of workflow_call event has the default value`, `the input $1 is required, so its default is never used; remove one of the two`},
		{lint.Medium, `^option Q is duplicated in options of Q input`, `the option $1 of the input $2 stands twice; remove one`},
		{lint.Medium, `^default value Q of Q input is not included`, `the default $1 is none of the options of the input $2; choose one of them`},
		{lint.Medium, `^"options" can not be set to Q input`, `the options of the input $1 do nothing, for it is no choice; make it one or remove them`},
		// expression
		{lint.High, `^context Q is not allowed here\. no context`, `the context $1 cannot be used here, and no other either; write the value out`},
		{lint.High, `^context Q is not allowed here\. available contexts? (?:is|are) (.*)$`, `the context $1 cannot be used here; there is $*`},
		{lint.High, `^calling function (?i:"hashFiles") is not allowed here`, `hashFiles cannot be called here, but in steps only; call it there`},
		{lint.High, `^calling function Q is not allowed here`, `$1 cannot be called here, but in conditions only; call it there`},
		{lint.Medium, `^receiver of object dereference "([^"]*)" must be type of object but got "([^"]*)"`, `what stands before .$1 is of type $2, which has no properties, so the value is empty; correct the path`},
		{lint.Medium, `^receiver of object filtering .* but got "([^"]*)"`, `what stands before .* is of type $1, so the value is empty; correct the path`},
		{lint.Medium, `^property filtered by Q at object filtering`, `nothing that .* finds here has properties, so $1 is empty; correct the path`},
		{lint.Medium, `^index access of array must be type of number but got "([^"]*)"`, `a list is indexed by a number, not by a value of type $1, so the value is empty; correct the index`},
		{lint.Medium, `^index access operand must be type of object or array but got "([^"]*)"`, `a value of type $1 cannot be indexed, so the value is empty; correct the path`},
		{lint.Medium, `^property access of object must be type of string but got "([^"]*)"`, `an object is indexed by a text, not by a value of type $1, so the value is empty; correct the index`},
		{lint.Medium, `^configuration variable name Q must not start with the GITHUB_`, `no variable may start with GITHUB_, so $1 is empty; rename it`},
		{lint.Medium, `^configuration variable name Q can only contain`, `no variable can be called $1, so it is empty; use letters, digits and _`},
		{lint.Medium, `^(?:undefined configuration variable|no configuration variable is allowed .* adding the variable) Q`, `the variable $1 is none of those that the option config-variables names; correct it, or name it there`},
		{lint.Low, `^format string Q does not contain placeholder (\{\d+\})`, `the text of format has no $2, so an argument is lost; add it, or remove the argument`},
		{lint.High, `^broken JSON string is passed to fromJSON\(\) at offset \d+: (.*)$`, `the text that fromJSON gets is no JSON: $1; correct it`},
		{lint.Medium, `^(\S+) argument of function call is not assignable\. "([^"]*)" cannot be assigned to "([^"]*)"\. called function type is "([^(]+)`, `the $1 argument of $4 is of type $2, and $3 is taken; pass what it takes`},
		{lint.Medium, `^"([^"]*)" value cannot be compared to "([^"]*)" value with Q operator`, `values of the types $1 and $2 are compared with $3, which is the same at all times; compare values of one type`},
		{lint.High, `^type of expression at Q must be (string or array|object|array|number) but found type (.*)$`, `$1 takes a value of type $2, and the expression gives one of type $3; correct it`},
		{lint.High, `^type of expression must be bool but found type (\S+)`, `the value must be true or false, and the expression gives one of type $1; compare it, or read it with fromJSON`},
		{lint.High, `^type of input Q must be (\S+) but found type (.*)$`, `the default of the input $1 must be a $2, and the expression gives one of type $3; correct it, or the type`},
		{lint.Medium, `^object, array, and null values should not be evaluated in template with \$\{\{ \}\} but evaluating the value of type null`, `the expression gives null, which is written as nothing; remove it`},
		{lint.Medium, `^object, array, and null values should not be evaluated in template with \$\{\{ \}\} but evaluating the value of type array`, `the expression gives a list, which is written as the word Array; take an element, or use join or toJSON`},
		{lint.Medium, `^object, array, and null values should not be evaluated in template`, `the expression gives an object, which is written as the word Object; take a property of it, or use toJSON`},
		// glob
		{lint.Medium, `^invalid glob pattern\. unexpected (?:EOF|character \S+) while checking .*?\. (.*?)\. note`, `the pattern is not valid: $1; correct it`},
		{lint.Medium, `^invalid glob pattern\. unexpected character '\S+'\. (.*?)\. note`, `the pattern is not valid: $1; correct it`},
		{lint.Medium, `^character ('.*'|\S+) is invalid for branch and tag names\. (.*?)\. see`, `$1 cannot stand here: $2; mind that patterns are no regular expressions`},
		{lint.Medium, `^(.*?)\. note: filter pattern syntax`, `the pattern matches nothing: $1; correct it`},
		// job-needs, matrix
		{lint.Low, `^job ID Q duplicates in "needs"`, `the job $1 is needed twice; remove one`},
		{lint.Medium, `^duplicate value (.*) is found in matrix Q\. the same value is at (line \d+)`, `the value $1 stands twice in the matrix variable $2, first in $3; remove one`},
		{lint.Medium, `^"exclude" section exists but no matrix`, `"exclude" takes combinations away, but the matrix has none; remove it`},
		{lint.Medium, `^Q in "exclude" section does not exist in matrix\. available matrix configurations are (.*)$`, `the matrix has no variable $1, so nothing is excluded; it has $*`},
		{lint.Medium, `^value (.*) in "exclude" does not match in matrix Q combinations\. possible values are (.*)$`, `the matrix variable $2 has no value $1, so nothing is excluded; it has $*`},
		// runner-label, shell-name, workflow-call
		{lint.Medium, `^label Q is unknown`, `no runner of GitHub's has the label $1; correct it, or name it among the runner-labels of the configuration if it is one of yours`},
		{lint.Medium, `^label Q conflicts with label Q`, `no runner has both labels $1 and $2; use a matrix to run on each`},
		{lint.Medium, `^label pattern Q is an invalid glob`, `the runner-labels of the configuration hold $1, which is no pattern; correct it`},
		{lint.High, `^shell name Q is invalid( on .*?)?\. available names are (.*)$`, `there is no shell $1$2; use one of $3, or a command with {0} where the file of the script stands`},
		{lint.High, `^reusable workflow call Q at "uses"`, `$1 calls no workflow; write owner/repository/.github/workflows/file.yml@ref, or ./.github/workflows/file.yml`},
	}
	list := make([]rewrite, len(table))
	for i, row := range table {
		list[i] = rewrite{row.severity, literalStart(row.pattern), sync.OnceValue(func() *regexp.Regexp {
			return regexp.MustCompile(strings.ReplaceAll(row.pattern, "Q", `("(?:[^"\\]|\\.)*")`))
		}), row.text}
	}
	return list
})

// literalStart returns what a text must begin with that one of the patterns above matches.
func literalStart(pattern string) string {
	pattern = strings.TrimPrefix(pattern, "^")
	end := strings.IndexAny(pattern, `\.+*?()|[]{}^$Q`)
	switch {
	case end < 0:
		end = len(pattern)
	case end > 0 && strings.IndexByte("*?{", pattern[end]) >= 0:
		end--
	}
	return pattern[:end]
}

// maxRead is how many bytes of a message of actionlint are read, maxMessage how many of ours are shown.
const (
	maxRead    = 8000
	maxMessage = 500
)

// polish makes a message of actionlint one of ours: what is wrong with which thing, and what to do.
func polish(message string) (string, lint.Severity) {
	message, severity := reword(short(message, maxRead))
	message = strings.ReplaceAll(strings.ReplaceAll(short(message, maxMessage), "\n", " "), ". ", "; ")
	return strings.TrimRight(message, "."), severity
}

func short(message string, most int) string {
	if len(message) <= most {
		return message
	}
	for !utf8.RuneStart(message[most]) {
		most--
	}
	return message[:most] + "…"
}

// alType finds the types of objects and lists in messages, which may be long.
var alType = regexp.MustCompile(`"\{[^"]*\}"|"array<[^"]*>"|type \{.*$`)

func typeName(long string) string {
	switch {
	case strings.HasPrefix(long, "type"):
		return "type object"
	case strings.HasPrefix(long, `"a`):
		return `"list"`
	case !strings.Contains(long, ":") && !strings.Contains(long, "=>") && long != `"{}"`:
		return long // a template of what to write: {name}={value}
	}
	return `"object"`
}

func reword(message string) (string, lint.Severity) {
	if name, typ, ok := strings.Cut(message, " is not defined in object type "); ok {
		return absent(name, typ), lint.Medium
	}
	message, _, _ = strings.Cut(message, ". see https://")
	message = alType.ReplaceAllStringFunc(message, typeName)
	for _, r := range rewrites() {
		if !strings.HasPrefix(message, r.start) {
			continue
		}
		pattern := r.pattern()
		m := pattern.FindStringSubmatchIndex(message)
		if m == nil {
			continue
		}
		text, list := r.text, ""
		if strings.Contains(text, "$*") {
			text, list = listed(text, message[m[2]:m[3]], message[m[len(m)-2]:m[len(m)-1]])
		}
		return string(pattern.ExpandString(nil, text, message, m)) + list, r.severity
	}
	return message, lint.High
}

// listed returns the text before the list of a message and what takes its place: the name that is similar to a quoted one, or the list.
func listed(text, quoted, list string) (before, after string) {
	before, _, _ = strings.Cut(text, "$*")
	head, _, _ := strings.Cut(before, "; ")
	name, err := strconv.Unquote(quoted)
	names := strings.Split(strings.ReplaceAll(list, `"`, ""), ", ")
	if near := syntax.Nearest(name, names[:min(len(names), mostNear)]); err == nil && near != "" && near != name {
		return head, "; did you mean " + strconv.Quote(near) + "?"
	}
	if list == "" {
		return head, "; remove it"
	}
	if len(names) > mostMembers {
		return before, strings.Join(names[:mostMembers], ", ") + ", …"
	}
	return before, strings.Join(names, ", ")
}

// absentProperty starts the message about a property that does not exist, whose name follows in quotes. See alTree.absent.
const absentProperty = `property "`

// noneThere is the end of that message where nothing else exists either.
const noneThere = "; there is none"

// absent says that a property does not exist, and what does.
func absent(name, typ string) string {
	const empty = " does not exist, so the value is empty"
	typ, _, _ = strings.Cut(typ, " as element of")
	property, err := strconv.Unquote(strings.TrimPrefix(name, "property "))
	if err != nil {
		return name + empty
	}
	names := members(typ)
	switch near := syntax.Nearest(property, names[:min(len(names), mostNear)]); {
	case len(names) == 0:
		return name + empty + noneThere
	case near != "":
		return name + empty + "; did you mean " + strconv.Quote(near) + "?"
	case len(names) > mostMembers:
		return name + empty + "; correct the path"
	}
	return name + empty + "; there is " + strings.Join(names, ", ")
}

// absent completes the message about a property of x, which rest is without its start: with the path that leads to it, and where
// nothing is, with the reason.
func (t *alTree) absent(x expr.Node, at syntax.Span, rest string) string {
	quoted, rest, _ := strings.Cut(`"`+rest, " does not exist")
	name, err := strconv.Unquote(quoted)
	steps := strings.Split(pathOf(x), ".")
	i := slices.IndexFunc(steps, func(s string) bool { return strings.EqualFold(s, name) })
	if err != nil || i < 1 {
		return "property " + quoted + " does not exist" + rest
	}
	head, none := strings.CutSuffix(rest, noneThere)
	head = strconv.Quote(written(x, steps[:i+1])) + " does not exist" + head
	if steps[0] == "steps" && i == 1 {
		if where := t.stepElsewhere(name, at); where != "" {
			head, _, _ = strings.Cut(head, "; ")
			return head + "; " + where
		}
	}
	if !none {
		return head
	}
	switch {
	case steps[0] == "matrix" && i == 1:
		return head + "; the job has no matrix"
	case steps[0] == "needs" && i == 1:
		return head + "; the job needs no other"
	case steps[0] == "steps" && i == 1:
		return head + "; no step before has an id"
	case steps[i-1] == "inputs":
		return head + "; no inputs are declared"
	case steps[i-1] == "outputs":
		return head + "; no outputs are declared"
	}
	return head + "; nothing is there"
}

// written returns the path of steps, which leads to x or on the way there, in the case in which its author wrote the names.
func written(x expr.Node, steps []string) string {
	steps = slices.Clone(steps)
	expr.Walk(x, func(n expr.Node) bool {
		name := ""
		switch n := n.(type) {
		case *expr.Name:
			name = n.Name
		case *expr.Property:
			name = n.Name
		case *expr.Index:
			if v, ok := expr.Fold(n.Index); ok {
				name = v.Text()
			}
		}
		if i := slices.IndexFunc(steps, func(s string) bool { return strings.EqualFold(s, name) }); i >= 0 {
			steps[i] = name
		}
		return true
	})
	return strings.Join(steps, ".")
}

// stepElsewhere tells where the step with an id is that cannot be read at a place.
func (t *alTree) stepElsewhere(id string, at syntax.Span) string {
	where := ""
	for job, step := range t.file.Steps() {
		if step.ID == nil || !strings.EqualFold(step.ID.Value, id) {
			continue
		}
		if job == nil || job.Contains(at) {
			return "the step with this id comes later"
		}
		where = "the step with this id is in the job " + strconv.Quote(job.ID.Value) + "; pass the value on as an output of that job"
	}
	return where
}

// mostMembers is how many names a message lists, mostNear among how many a similar one is looked for.
const (
	mostMembers = 12
	mostNear    = 200
)

// members returns the names of the properties of an object type as actionlint writes it: {a: string; b: {c: number}}.
func members(typ string) []string {
	inner := strings.TrimSuffix(strings.TrimPrefix(typ, "{"), "}")
	var names []string
	depth, start := 0, 0
	for i := 0; i <= len(inner); i++ {
		switch {
		case i == len(inner) || inner[i] == ';' && depth == 0:
			if name, _, ok := strings.Cut(inner[start:i], ":"); ok {
				names = append(names, strings.TrimSpace(name))
			}
			start = i + 1
		case inner[i] == '{':
			depth++
		case inner[i] == '}':
			depth--
		}
	}
	return names
}
