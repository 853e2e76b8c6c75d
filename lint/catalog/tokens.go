package catalog

import "strings"

var (
	tokenTable = lazy(&tokenText, 4)
	apiTable   = lazy(&apiText, 4)
)

// CommandScopes returns what a command needs of GITHUB_TOKEN, if it is that token it uses. words are as for DeployCommand. known
// is false when the catalogue does not tell: most commands use no token, which is for the caller to judge.
func CommandScopes(words []string) (scopes []Scope, known bool) {
	if len(words) > maxWords {
		words = words[:maxWords]
	}
	for range maxWrappers {
		if len(words) == 0 {
			return nil, false
		}
		p := programOf(words[0])
		if TokenBlind(p.name) {
			return nil, true
		}
		switch p.name {
		case "curl":
			return callScopes(parseArgs(words[1:], p.valued), []string{"-X", "--request"}, curlBody[:])
		case "wget":
			return callScopes(parseArgs(words[1:], p.valued), []string{"--method"}, wgetBody[:])
		}
		if rows := tokenTable().of(p.name); len(rows) > 0 {
			if scopes, known = tokenScopes(p, rows, words[1:]); known {
				return scopes, true
			}
		}
		if words = unwrap(p.name, words); words == nil {
			return nil, false
		}
	}
	return nil, false
}

// tokenScopes are those of a program of the table, by its rows.
func tokenScopes(p program, rows [][]string, words []string) ([]Scope, bool) {
	a := parseArgs(words, p.valued)
	if p.name == "gh" && len(a.plain) > 0 && a.plain[0] == "api" {
		return ghAPIScopes(a)
	}
	if p.name == "gh" && len(a.plain) == 0 {
		return nil, true // gh --version
	}
	if p.name == "git" && len(a.plain) > 0 && !tokenGit(a.plain[0]) {
		return nil, true
	}
	list, specific, known := "", false, false
	at := 0
	for _, row := range rows {
		if specific {
			break
		}
		if i, _, ok := a.sub(row[1]); ok && a.meets(row[2], "", i) != no {
			list, known, specific, at = row[3], row[3] != "*", row[2] != "", i
		}
	}
	if !known {
		return nil, false
	}
	return addScopes(nil, list, a.elsewhere(p.name, at)), true
}

// tokenGit tells whether a git command may talk to a remote, as all in the table do.
func tokenGit(sub string) bool {
	switch sub {
	case "clone", "fetch", "ls-remote", "pull", "push", "lfs", "remote", "submodule", "send-email", "svn", "p4", "archive", "ftp", "request-pull", "subtree":
		return true
	}
	return strings.Contains(sub, "$")
}

// elsewhere tells whether a command may be about another repository than the one it runs in.
func (a args) elsewhere(program string, at int) bool {
	switch program {
	case "gh":
		for _, f := range a.flags {
			if f.name == "-R" || f.name == "--repo" {
				return !thisRepository(f.value)
			}
		}
	case "git":
		rest := a.plain[min(at, len(a.plain)):]
		if len(rest) > 0 && a.plain[0] != "clone" && a.plain[0] != "submodule" && rest[0] != "origin" {
			return !thisRepository(rest[0])
		}
		if len(rest) > 0 && (strings.Contains(rest[0], "://") || strings.Contains(rest[0], "@") || strings.Contains(rest[0], "$")) {
			return !thisRepository(rest[0])
		}
	}
	return false
}

// thisRepository tells whether a name or URL surely is the repository that the workflow runs in.
func thisRepository(s string) bool {
	compact := strings.ReplaceAll(s, " ", "")
	for _, name := range [...]string{"${{github.repository}}", "$GITHUB_REPOSITORY", "${GITHUB_REPOSITORY}", "$GH_REPO", "${GH_REPO}", "{owner}/{repo}", ":owner/:repo"} {
		if strings.Contains(compact, name) {
			return true
		}
	}
	return false
}

func ghAPIScopes(a args) ([]Scope, bool) {
	if len(a.plain) < 2 {
		return nil, false
	}
	return APIScopes(a.method([]string{"-X", "--method"}, []string{"-f", "--field", "-F", "--raw-field", "--input"}), a.plain[1])
}

// Options with which curl and wget send a body.
var (
	curlBody = [...]string{"-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--data-urlencode", "--json", "-F", "--form", "-T", "--upload-file"}
	wgetBody = [...]string{"--post-data", "--post-file", "--body-data", "--body-file"}
)

// callScopes knows calls of the API of GitHub.
func callScopes(a args, method, body []string) ([]Scope, bool) {
	url := ""
	for _, w := range a.plain {
		if apiPath(w) != "" {
			url = w
		}
	}
	for _, f := range a.flags {
		if f.name == "--url" && f.valued {
			url = f.value
		}
	}
	if apiPath(url) == "" {
		return nil, false
	}
	return APIScopes(a.method(method, body), apiPath(url))
}

// method is the HTTP method that options ask for: the given one, POST with a body, else GET.
func (a args) method(names, body []string) string {
	method := "GET"
	for _, f := range a.flags {
		for _, name := range names {
			if f.name == name && f.valued {
				return strings.ToUpper(f.value)
			}
			if len(name) == 2 && strings.HasPrefix(f.name, name) && len(f.name) > 2 && onlyLetters(f.name[2:]) {
				return strings.ToUpper(f.name[2:]) // -XPOST
			}
		}
		for _, name := range body {
			if f.name == name {
				method = "POST"
			}
		}
	}
	return method
}

// apiPath returns the path of a URL of the GitHub API with its leading slash, "" when it is none.
func apiPath(url string) string {
	if i := strings.Index(url, "api.github.com/"); i >= 0 {
		return url[i+len("api.github.com"):]
	}
	if i := strings.Index(url, "uploads.github.com/"); i >= 0 {
		return url[i+len("uploads.github.com"):]
	}
	if strings.HasPrefix(url, "$") {
		end := skipExpansion(url, 0)
		name := strings.ToLower(strings.ReplaceAll(url[:end], " ", ""))
		if name == "$github_api_url" || name == "${github_api_url}" || name == "${{github.api_url}}" {
			return url[end:]
		}
	}
	return ""
}

// APIScopes returns what a call of the REST API needs of GITHUB_TOKEN. path may hold expansions and expressions as written. known
// is false when that cannot be told or GITHUB_TOKEN cannot do it.
func APIScopes(method, path string) (scopes []Scope, known bool) {
	if p := apiPath(path); p != "" {
		path = p
	}
	path, _, _ = cutQuery(strings.TrimPrefix(path, "/"))
	segments := splitPath(path)
	if len(segments) == 0 {
		return nil, false
	}
	read := method == "GET" || method == "HEAD"
	switch segments[0] {
	case "repos":
	case "rate_limit", "meta", "zen", "versions", "octocat", "emojis", "licenses", "gitignore":
		return nil, read
	case "users", "search":
		return nil, read && len(segments) < 4
	default:
		return nil, false
	}
	rest := repositoryPath(segments[1:])
	if len(rest) == 0 {
		return nil, read && len(segments) > 1
	}
	tail := strings.Join(rest[1:], "/")
	list, best := "*", -1
	apiTable().each(rest[0], func(row []string) bool {
		if (row[1] == "" || glob(row[1], tail)) && len(row[1]) > best {
			best, list = len(row[1]), row[3]
			if read {
				list = row[2]
			}
		}
		return true
	})
	if list == "*" {
		return nil, false
	}
	return addScopes(nil, list, strings.Contains(method, "$") || !thisRepository(path) && !strings.Contains(segments[1], "$")), true
}

// cutQuery cuts a path at its "?", but not in an expression.
func cutQuery(s string) (path, query string, found bool) {
	for i := 0; i < len(s); {
		switch s[i] {
		case '$':
			i = skipExpansion(s, i)
			continue
		case '?':
			return s[:i], s[i+1:], true
		}
		i++
	}
	return s, "", false
}

// splitPath splits a path at slashes outside expansions.
func splitPath(s string) []string {
	var parts []string
	start := 0
	for i := 0; i <= len(s); {
		if i < len(s) && s[i] == '$' {
			i = skipExpansion(s, i)
			continue
		}
		if i == len(s) || s[i] == '/' {
			if i > start {
				parts = append(parts, s[start:i])
			}
			start = i + 1
		}
		i++
	}
	return parts
}

// repositoryPath drops owner and name, which one expansion may hold together.
func repositoryPath(segments []string) []string {
	if len(segments) > 1 && isExpansion(segments[0]) && apiTable().has(segments[1]) {
		return segments[1:]
	}
	if len(segments) == 1 && isExpansion(segments[0]) {
		return nil
	}
	return segments[min(2, len(segments)):]
}
