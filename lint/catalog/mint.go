package catalog

import (
	_ "embed" // for the table
	"slices"
	"strings"
	"sync"
)

//go:embed mints.tsv
var mintText string

var mintTable = lazy(&mintText, 4)

// MayMint answers false, without parsing it, when no command of a script can be one that Mints knows, or a request for a token.
func MayMint(script string) bool {
	ends := mintEnds()
	for at := 0; ; {
		i := strings.IndexByte(script[at:], ' ')
		if i < 0 {
			break
		}
		if at += i + 1; at < 3 {
			continue
		}
		for _, p := range ends[script[at-2]] {
			if strings.HasSuffix(script[:at-1], p.name) && slices.ContainsFunc(p.words, func(word string) bool { return strings.Contains(script[at:], word) }) {
				return true
			}
		}
	}
	return strings.Contains(script, "oken") && (strings.Contains(script, "curl") || strings.Contains(script, "wget") || strings.Contains(script, "nvoke-")) && TokenAddress(script)
}

// TokenAddress tells whether an address is one that gives out tokens.
func TokenAddress(url string) bool {
	for _, part := range [...]string{"/oauth/token", "/oauth2/token", "/oauth2/v2.0/token", "/connect/token", "/o/token", "/access_tokens", "/auth/token", "/api/token",
		"/openid-connect/token", "/oauth/access_token", "/oidc/token", "/tokens/issue"} {
		if strings.Contains(url, part) {
			return true
		}
	}
	return false
}

// mintEnds are the programs that Mints knows by the letter that they end in, with the last words of their commands.
var mintEnds = sync.OnceValue(func() *[256][]mintProgram {
	var out [256][]mintProgram
	mintTable().all(func(row []string) {
		end := &out[row[0][len(row[0])-1]]
		i := slices.IndexFunc(*end, func(p mintProgram) bool { return p.name == row[0] })
		if i < 0 {
			i = len(*end)
			*end = append(*end, mintProgram{name: row[0]})
		}
		(*end)[i].words = append((*end)[i].words, strings.Split(row[1][strings.LastIndexByte(row[1], ' ')+1:], "|")...)
	})
	return &out
})

type mintProgram struct {
	name  string
	words []string
}

// Mints tells whether a command prints a credential that it gets from a service or a vault, and what it is called.
func Mints(words []string) (command string, ok bool) {
	if len(words) < 2 || len(words) > maxWords {
		return "", false
	}
	p := programOf(words[0])
	if !mintTable().has(p.name) {
		return "", false
	}
	a := parseArgs(words[1:], p.valued)
	mintTable().each(p.name, func(row []string) bool {
		_, sub, found := a.sub(row[1])
		if !found || row[2] != "" && !hasOption(words, row[2]) || row[3] != "" && hasOption(words, row[3]) {
			return true
		}
		command, ok = p.name+sub, !picksName(words)
		return false
	})
	return command, ok
}

// hasOption tells whether one of some options is among the words of a command.
func hasOption(words []string, options string) bool {
	for _, w := range words[1:] {
		name, _, _ := strings.Cut(w, "=")
		if strings.HasPrefix(name, "-") && hasField(options, name) {
			return true
		}
	}
	return false
}

// picksName tells whether --query or --format picks something that is no credential.
func picksName(words []string) bool {
	for i, w := range words {
		name, value, joined := strings.Cut(w, "=")
		if name != "--query" {
			continue
		}
		if !joined && i+1 < len(words) {
			value = words[i+1]
		}
		return NoSecretField(value)
	}
	return false
}

// NoSecretField tells whether the last name in a path of jq, JMESPath or an expression says that what it picks out of a document
// with credentials is none: an identifier, an address, a date.
func NoSecretField(path string) bool {
	path = strings.Trim(path, `"'[]() `)
	last := path[strings.LastIndexAny(path, `.["'`)+1:]
	if last == "" {
		return false
	}
	if Identifier(snake(last)) {
		return true
	}
	switch lower := strings.ToLower(last); lower {
	case "expires_in", "expires", "expiry", "expiration", "expireson", "status", "message", "error", "type", "version", "name", "state", "kind", "url", "uri",
		"enabled", "created", "updated", "length", "keys", "client_x509_cert_url", "auth_uri", "token_uri", "endpoint", "errors", "location", "environment", "arn":
		return true
	}
	return false
}

// snake spells camelCase with underscores.
func snake(name string) string {
	var b strings.Builder
	for i := range len(name) {
		if i > 0 && isUpper(name[i]) && !isUpper(name[i-1]) && isAlnum(name[i-1]) {
			b.WriteByte('_')
		}
		b.WriteByte(name[i])
	}
	return b.String()
}
