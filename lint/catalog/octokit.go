package catalog

import (
	_ "embed" // for the table
	"strings"
)

//go:embed octokit.tsv
var octokitText string

var octokitTable = lazy(&octokitText, 3)

// Client is what a script in JavaScript does with GitHub's client.
type Client struct {
	Scopes   []Scope  // what the calls that it spells out need: github.rest.issues.createComment
	Modules  []string // the modules that it loads, as written, those of Node.js itself left out
	Programs bool     // it runs programs
	Whole    bool     // the calls and modules are all that it does with the client
}

// ReadClient finds what a script does with GitHub's client.
func ReadClient(script string) Client {
	r := clientReader{text: script, Client: Client{Whole: true}}
	for r.at < len(script) {
		switch n := leadingName(script[r.at:]); {
		case n > 0:
			r.word(r.at, r.at+n)
			r.at += n
		case strings.HasPrefix(script[r.at:], "${{"):
			r.at = skipExpansion(script, r.at)
		default:
			r.at++
		}
	}
	return r.Client
}

type clientReader struct {
	text string
	at   int
	Client
}

// word judges one name of the script.
func (r *clientReader) word(start, end int) {
	before, after := r.text[:start], r.text[end:]
	switch r.text[start:end] {
	case "github", "octokit":
		r.client(before, after)
	case "rest":
		if !strings.HasSuffix(before, "...") {
			r.call(after, strings.HasSuffix(before, "."))
		}
	case "paginate":
		r.paginate(strings.TrimPrefix(after, ".iterator"))
	case "request":
		r.request(before, after)
	case "require", "import", "__original_require__":
		r.module(after)
	case "exec":
		r.Programs = true
	case "getIDToken":
		r.Scopes = addScopes(r.Scopes, "id-token:write", false)
	case "graphql", "getOctokit", "Octokit", "eval", "Function":
		r.Whole = false
	}
}

// client judges what stands behind the client's name: its parts are judged by their own names, and it may be handed on.
func (r *clientReader) client(before, after string) {
	if before != "" && strings.IndexByte("-/@.'\"`", before[len(before)-1]) >= 0 || strings.HasPrefix(after, "-") {
		return // a part of an address, a name or a path
	}
	rest, ok := strings.CutPrefix(after, ".")
	if !ok {
		r.Whole = r.Whole && !strings.HasPrefix(after, "[")
		return
	}
	switch name := rest[:leadingName(rest)]; name {
	case "rest", "paginate", "request", "graphql", "com", "io", "event", "context":
	default:
		r.call(after, true) // as before version 5: github.issues.create
	}
}

// call judges the namespace and the method behind the client.
func (r *clientReader) call(after string, property bool) {
	path, ok := strings.CutPrefix(after, ".")
	namespace, rest, more := strings.Cut(path, ".")
	if !ok || !more || !property || namespace == "" || leadingName(namespace) != len(namespace) {
		r.Whole = false
		return
	}
	method := rest[:leadingName(rest)]
	list, known := octokitScopes(namespace, method)
	if !known {
		r.Whole = false
	} else if called(rest[len(method):]) {
		r.Scopes = addScopes(r.Scopes, list, false)
	}
}

// paginate judges the first argument: a method, which is judged by its own name, or a route.
func (r *clientReader) paginate(after string) {
	arg, ok := strings.CutPrefix(after, "(")
	arg = strings.TrimLeft(arg, " \t\r\n")
	switch {
	case !ok:
		r.Whole = false
	case leadingName(arg) == 0:
		r.route(arg)
	}
}

func (r *clientReader) request(before, after string) {
	arg, ok := strings.CutPrefix(after, "(")
	switch {
	case strings.HasSuffix(before, ".") && ok:
		r.route(strings.TrimLeft(arg, " \t\r\n"))
	case strings.HasSuffix(before, "."):
		r.Whole = false
	default: // a word of a text, or taken out of the client: const { request } = github
		before = strings.TrimRight(before, " \t\r\n")
		r.Whole = r.Whole && !strings.HasSuffix(before, "{") && !strings.HasSuffix(before, ",")
	}
}

// route judges a literal such as 'GET /repos/{owner}/{repo}/issues'.
func (r *clientReader) route(arg string) {
	text, ok := literal(arg)
	method, path, split := strings.Cut(text, " ")
	if !ok || !split {
		r.Whole = false
		return
	}
	scopes, known := APIScopes(method, path)
	r.Whole = r.Whole && known
	for _, s := range scopes {
		r.Scopes = addScope(r.Scopes, s)
	}
}

func (r *clientReader) module(after string) {
	arg, ok := strings.CutPrefix(strings.TrimLeft(after, " "), "(")
	if !ok {
		return // a word of a text
	}
	name, ok := literal(strings.TrimLeft(arg, " \t\r\n"))
	switch builtin := strings.TrimPrefix(name, "node:"); builtin {
	case "assert", "assert/strict", "buffer", "crypto", "events", "fs", "fs/promises", "os", "path", "process", "querystring", "readline", "stream",
		"string_decoder", "timers/promises", "url", "util", "zlib", "http", "https":
	case "child_process":
		r.Programs = true
	default:
		r.Whole = r.Whole && ok
		r.Modules = append(r.Modules, name)
	}
}

// literal returns the string that an argument begins with.
func literal(arg string) (string, bool) {
	if arg == "" || strings.IndexByte("'\"`", arg[0]) < 0 {
		return "", false
	}
	end := strings.IndexByte(arg[1:], arg[0])
	if end < 0 {
		return "", false
	}
	return arg[1 : 1+end], true
}

// octokitScopes looks a method up; known is false for one that the table does not have, or that GITHUB_TOKEN cannot do.
func octokitScopes(namespace, method string) (list string, known bool) {
	octokitTable().each(strings.ToLower(namespace), func(row []string) bool {
		known = matchAny(row[1], method)
		if known {
			list, known = row[2], row[2] != "*"
			return false
		}
		return true
	})
	return list, known
}

// called tells whether a method is called, or handed to paginate, which calls it.
func called(after string) bool {
	after = strings.TrimLeft(after, " \t\r\n")
	return after != "" && strings.IndexByte("(,)", after[0]) >= 0
}

// leadingName is the length of the name of JavaScript that s begins with.
func leadingName(s string) int {
	n := 0
	for n < len(s) && (isAlnum(s[n]) || s[n] == '_' || s[n] == '$') {
		n++
	}
	return n
}
