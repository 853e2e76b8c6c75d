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

func (f *Flow) codeCalls(file *syntax.File, job *syntax.Job, step *syntax.Step, calls []string) []CodePrint {
	code := codeScript(file, job, step)
	if code == nil || !f.MayHold(file) {
		return nil
	}
	var out []CodePrint
	var held *holder
	for _, call := range calls {
		for at := 0; ; {
			i := strings.Index(code.Value[at:], call)
			if i < 0 {
				break
			}
			start := at + i
			at = start + len(call)
			if start > 0 && codeNameByte(code.Value[start-1]) && (code.Value[start-1] != '.' || call == "print(") {
				continue
			}
			if held == nil {
				held = f.holder(file, job, step, f.left(file, job))
				held.script(code)
			}
			end := at + closing(code.Value[at:])
			if one, ok := held.held.printed(code.Value[at:end], at); ok {
				one.Span = file.ValueSpan(code, syntax.Span{Start: start, End: end + 1})
				one.Call = strings.TrimSuffix(call, "(")
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

// printed finds a secret among the arguments of a print, which stand at an offset of the script.
func (h Held) printed(args string, at int) (CodePrint, bool) {
	if strings.Contains(args, "::add-mask::") {
		return CodePrint{}, false
	}
	for _, i := range slices.Sorted(maps.Keys(h.holes)) {
		hole := h.holes[i]
		if hole.span.Start >= at && hole.span.End <= at+len(args) && !hole.Guess && !hole.Public() && !hole.Part {
			return CodePrint{Secret: hole.HeldSecret}, true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(h.vars)) {
		secret := h.vars[name]
		if secret.Guess || secret.Public() || secret.Part || !strings.Contains(args, name) {
			continue
		}
		for _, access := range [...]string{"process.env." + name, "process.env['" + name + "']", `process.env["` + name + `"]`,
			"os.environ['" + name + "']", `os.environ["` + name + `"]`, "os.getenv('" + name + "'", `os.getenv("` + name + `"`, "os.environ.get('" + name + "'", `os.environ.get("` + name + `"`} {
			if changed, ok := printedAccess(args, access); ok {
				return CodePrint{Secret: secret, Changed: changed}, true
			}
		}
	}
	return CodePrint{}, false
}

// printedAccess tells whether the value of an access becomes part of what is printed, and whether only a part or another spelling of it: it is
// not just tested, counted or named in a text.
func printedAccess(args, access string) (changed, ok bool) {
	i := strings.Index(args, access)
	if i < 0 {
		return false, false
	}
	after := strings.TrimLeft(args[i+len(access):], ") ")
	before := strings.TrimRight(args[:i], " ")
	switch {
	case after != "" && (codeNameByte(after[0]) && after[0] != '.' || after[0] == '?' && !strings.HasPrefix(after, "??") || strings.HasPrefix(after, "&&") || strings.HasPrefix(after, "==") || strings.HasPrefix(after, "!=")),
		strings.HasPrefix(after, ".length"), strings.HasPrefix(after, "is "), strings.HasPrefix(after, "if "),
		strings.HasSuffix(before, "!"), strings.HasSuffix(before, "Boolean("), strings.HasSuffix(before, "bool("), strings.HasSuffix(before, "len("), strings.HasSuffix(before, "typeof"),
		strings.HasSuffix(before, " if"), strings.HasSuffix(before, "not"):
		return false, false
	case quotedText(before):
		return false, false
	}
	method := strings.HasPrefix(after, ".") && !strings.HasPrefix(after, ".trim(") && !strings.HasPrefix(after, ".toString(") || strings.HasPrefix(after, "[")
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
