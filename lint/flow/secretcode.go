package flow

import (
	"maps"
	"slices"
	"strings"

	"sekisho/lint/syntax"
)

// CodePrint is a call in JavaScript or Python that prints a secret to the log.
type CodePrint struct {
	syntax.Span
	Secret  HeldSecret
	Call    string // console.log
	Changed bool   // it prints a part of the secret, or another spelling
}

// printCalls are the calls that print their arguments, in the toolkit's and the languages' own spelling.
var printCalls = [...]string{"console.log(", "console.info(", "console.error(", "console.warn(", "console.debug(", "core.info(", "core.notice(", "core.warning(",
	"core.error(", "process.stdout.write(", "print(", "sys.stdout.write("}

// CodePrints lists where the script of a step that is no shell script prints a secret: that of actions/github-script, or of a step with
// shell: python or node.
func (f *Flow) CodePrints(file *syntax.File, job *syntax.Job, step *syntax.Step) []CodePrint {
	return f.codeCalls(file, job, step, printCalls[:])
}

// postCalls are the calls of actions/github-script that post their arguments.
var postCalls = [...]string{"createComment(", "updateComment(", "createReview(", "createReviewComment(", "issues.create(", "issues.update(", "createRelease(",
	"updateRelease(", "createCommitComment(", "gists.create("}

// CodePosts lists where such a script puts a secret into a comment, an issue or the like.
func (f *Flow) CodePosts(file *syntax.File, job *syntax.Job, step *syntax.Step) []CodePrint {
	return f.codeCalls(file, job, step, postCalls[:])
}

// CodeStores lists where such a script hands a part of a secret, or another spelling of it, to other steps without a mask.
func (f *Flow) CodeStores(file *syntax.File, job *syntax.Job, step *syntax.Step) []CodePrint {
	code := codeScript(file, job, step)
	if code == nil {
		return nil
	}
	calls := []string{"core.setOutput(", "core.exportVariable("}
	if strings.Contains(code.Value, "GITHUB_OUTPUT") || strings.Contains(code.Value, "GITHUB_ENV") {
		calls = append(calls, ".write(", "appendFileSync(")
	}
	return slices.DeleteFunc(f.codeCalls(file, job, step, calls), func(c CodePrint) bool { return !c.Changed })
}

// maxCall bounds the bytes of a call that are looked at.
const maxCall = 4 << 10

func (f *Flow) codeCalls(file *syntax.File, job *syntax.Job, step *syntax.Step, calls []string) []CodePrint {
	code := codeScript(file, job, step)
	if code == nil || !f.MayHold(file) {
		return nil
	}
	var out []CodePrint
	var held *holder
	var known []access
	for _, call := range calls {
		for at := 0; ; {
			i := strings.Index(code.Value[at:], call)
			if i < 0 {
				break
			}
			start := at + i
			at = start + len(call)
			if start > 0 && codeNameByte(code.Value[start-1]) && call[0] != '.' && (code.Value[start-1] != '.' || call == "print(") {
				continue
			}
			if held == nil {
				held = f.holder(file, job, step, f.left(file, job))
				held.script(code)
				known = held.held.accesses(code.Value)
			}
			end := at + closing(code.Value[at:min(at+maxCall, len(code.Value))])
			if one, ok := held.held.printed(known, code.Value[at:end], at); ok {
				one.Span = file.ValueSpan(code, syntax.Span{Start: start, End: min(end+1, len(code.Value))})
				one.Call = strings.Trim(call, "(.")
				out = append(out, one)
			}
		}
	}
	return out
}

// codeScript returns the scalar with a step's JavaScript or Python; nil when it has none.
func codeScript(file *syntax.File, job *syntax.Job, step *syntax.Step) *syntax.Str {
	if step.Uses != nil && step.With != nil {
		if name, _, _ := strings.Cut(step.Uses.Value, "@"); strings.EqualFold(name, "actions/github-script") {
			return step.With.Get("script")
		}
		return nil
	}
	if step.Run == nil {
		return nil
	}
	name, _ := Shell(file, job, step)
	if strings.HasPrefix(name, "python") || strings.HasPrefix(name, "node") {
		return &step.Run.Str
	}
	return nil
}

func codeNameByte(c byte) bool {
	return c == '_' || c == '.' || c == '$' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// closing is the length of the arguments of a call: up to the bracket that ends it, strings and comments aside.
func closing(text string) int {
	depth, quote := 0, byte(0)
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quote != 0:
			if c == '\\' {
				i++
			} else if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'' || c == '`':
			quote = c
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' || c == ']' || c == '}':
			if depth--; depth < 0 {
				return i
			}
		}
	}
	return len(text)
}

// access is how a script reads a secret: from the environment, or from a variable that it has put it into.
type access struct {
	text     string
	secret   HeldSecret
	variable bool
	changed  bool // the variable has a part of the secret, or another spelling
}

// maxCodeAccesses bounds the ways to read secrets that are followed in one script.
const maxCodeAccesses = 50

// accesses lists how a script reads what is held.
func (h Held) accesses(code string) []access {
	var out []access
	for _, name := range slices.Sorted(maps.Keys(h.vars)) {
		secret := h.vars[name]
		if secret.Guess || secret.Public() || secret.Part || !strings.Contains(code, name) {
			continue
		}
		for _, text := range [...]string{"process.env." + name, "process.env['" + name + "']", `process.env["` + name + `"]`,
			"os.environ['" + name + "']", `os.environ["` + name + `"]`, "os.getenv('" + name + "'", `os.getenv("` + name + `"`, "os.environ.get('" + name + "'", `os.environ.get("` + name + `"`} {
			if strings.Contains(code, text) {
				out = append(out, access{text: text, secret: secret})
			}
		}
	}
	for line := range strings.Lines(code) {
		if len(out) == 0 || len(out) > maxCodeAccesses {
			break
		}
		name, value, ok := codeAssignment(line)
		if !ok || len(line) > maxCall || masksVariable(code, name) {
			continue
		}
		for _, a := range out {
			if changed, holds := printedAccess(value, a); holds {
				out = append(out, access{name, a.secret, true, changed || a.changed})
				break
			}
		}
	}
	return out
}

// codeAssignment reads a line that gives a variable a value.
func codeAssignment(line string) (name, value string, ok bool) {
	name, value, ok = strings.Cut(line, "=")
	name = strings.TrimSpace(name)
	for _, word := range [...]string{"const ", "let ", "var "} {
		name = strings.TrimPrefix(name, word)
	}
	return name, value, ok && name != "" && !strings.HasPrefix(value, "=") && !strings.HasPrefix(value, ">") && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789$") == ""
}

// masksVariable tells whether a script has the runner mask the value of a variable.
func masksVariable(code, name string) bool {
	return strings.Contains(code, "setSecret("+name+")") || strings.Contains(code, "::add-mask::${"+name+"}") || strings.Contains(code, "::add-mask::{"+name+"}")
}

// printed finds a secret among the arguments of a call, which stand at an offset of the script.
func (h Held) printed(known []access, args string, at int) (CodePrint, bool) {
	if strings.Contains(args, "::add-mask::") {
		return CodePrint{}, false
	}
	for _, i := range slices.Sorted(maps.Keys(h.holes)) {
		hole := h.holes[i]
		if hole.span.Start >= at && hole.span.End <= at+len(args) && !hole.Guess && !hole.Public() && !hole.Part {
			return CodePrint{Secret: hole.HeldSecret}, true
		}
	}
	for _, a := range known {
		if changed, ok := printedAccess(args, a); ok {
			return CodePrint{Secret: a.secret, Changed: changed || a.changed}, true
		}
	}
	return CodePrint{}, false
}

// printedAccess tells whether the value of an access becomes part of what is printed, and whether only a part or another spelling of it:
// it is not just tested, counted or named in a text.
func printedAccess(args string, a access) (changed, ok bool) {
	for at := 0; ; {
		i := strings.Index(args[at:], a.text)
		if i < 0 {
			return false, false
		}
		start := at + i
		at = start + len(a.text)
		if a.variable && start > 0 && codeNameByte(args[start-1]) {
			continue
		}
		if changed, ok := expandedAccess(args[:start], args[at:]); ok {
			return changed, true
		}
	}
}

// expandedAccess is printedAccess for one place, by what stands before and after it.
func expandedAccess(before, after string) (changed, ok bool) {
	before = strings.TrimRight(before, " ")
	if after != "" && codeNameByte(after[0]) && after[0] != '.' || quotedText(before) {
		return false, false
	}
	after = strings.TrimLeft(after, ") ")
	rest := strings.TrimLeft(after, ".ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_$0123456789")
	path := after[:len(after)-len(rest)]
	rest = strings.TrimLeft(rest, ") ")
	for _, test := range [...]string{"&&", "==", "!=", "is ", "if ", "? "} {
		if strings.HasPrefix(rest, test) || strings.HasPrefix(after, test) {
			return false, false
		}
	}
	for _, test := range [...]string{"!", "Boolean(", "bool(", "len(", "typeof", " if", "not"} {
		if strings.HasSuffix(before, test) {
			return false, false
		}
	}
	if strings.HasSuffix(path, ".length") {
		return false, false
	}
	method := path != "" && path != ".trim" && path != ".toString" && path[0] == '.' || strings.HasPrefix(after, "[")
	return method || strings.Contains(before, "encode(") || strings.Contains(before, "Buffer.from(") || strings.Contains(before, "btoa("), true
}

// quotedText tells whether a text ends within a string that is no template: 'the variable process.env.X is missing'.
func quotedText(before string) bool {
	quote := byte(0)
	holes := 0
	for i := 0; i < len(before); i++ {
		switch c := before[i]; {
		case quote == '`' && c == '$' && i+1 < len(before) && before[i+1] == '{', quote == '"' && c == '{', quote == '\'' && c == '{':
			holes++
		case holes > 0 && c == '}':
			holes--
		case holes > 0:
		case quote != 0 && c == '\\':
			i++
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '"' || c == '\'' || c == '`'):
			quote = c
		}
	}
	return quote != 0 && holes == 0
}
