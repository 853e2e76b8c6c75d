package catalog

import (
	"math"
	"slices"
	"strings"
)

// CredentialName tells whether the name of a variable, an input or a setting says that its value is a password, a token or a key, and not
// where one is, what it is called or how long it lasts.
func CredentialName(name string) bool {
	var words []string
	eachWord(name, func(word string) bool {
		words = append(words, word)
		return len(words) < 12
	})
	if len(words) == 0 {
		return false
	}
	switch words[len(words)-1] {
	case "file", "path", "dir", "folder", "name", "names", "id", "url", "uri", "endpoint", "host", "length", "len", "size", "ttl", "expiry", "expires", "expiration", "days", "seconds",
		"type", "prefix", "suffix", "version", "scope", "scopes", "env", "var", "ref", "arn", "enabled", "required", "policy", "permissions", "user", "username", "algorithm", "alg",
		"hint", "format", "regex", "pattern", "min", "max", "count", "rotation", "issuer", "audience", "header", "field", "store", "provider", "manager", "hash", "digest", "fingerprint", "public", "pub", "sha", "sha1", "sha256",
		"sha512", "checksum", "sum", "commit", "rev", "revision":
		return false
	}
	for i, word := range words {
		before := ""
		if i > 0 {
			before = words[i-1]
		}
		switch word {
		case "public", "fake", "dummy", "mock", "test", "tests", "example", "cache", "csrf", "no", "skip", "use", "has", "max", "min":
			return false
		case "password", "passwd", "pwd", "passphrase", "secret", "token", "apikey", "authtoken", "accesskey", "secretkey", "privatekey", "credential", "credentials", "pass", "pat":
			return true
		case "key":
			switch before {
			case "api", "access", "secret", "private", "encryption", "signing", "account", "master", "auth", "license", "service", "admin", "deploy", "ssh":
				return true
			}
		case "auth", "authorization":
			if len(words) == 1 {
				return true
			}
		}
	}
	return false
}

// Password tells whether a value that stands in the place of a password is one, as far as its text tells: no placeholder, no word, nothing that
// another program fills in, and as varied as passwords are that a program made.
func Password(value string) bool {
	value = strings.TrimSpace(value)
	if !MayBePassword(value) || FilledIn(value) || invented(value) {
		return false
	}
	if strings.ContainsAny(value, " \t\r\n") || strings.Contains(value, "://") || strings.HasPrefix(value, "/") || strings.HasPrefix(value, "./") || strings.HasPrefix(value, "~") {
		return false
	}
	const bits = 3.2 // for each character: words have less, what is random more
	return entropy(value) >= bits && !worded(value)
}

// MayBePassword answers false, and fast, for most values that are no passwords.
func MayBePassword(value string) bool {
	const least, most = 10, 512
	return len(value) >= least && len(value) <= most && strings.IndexByte(value, '$') < 0 && kinds(value) >= 2
}

// FilledIn reports a value with a place that something else fills, or that says that it is to be replaced.
func FilledIn(value string) bool {
	if strings.ContainsAny(value, "$<>%{}*") || strings.Contains(value, "...") || strings.HasPrefix(value, "encrypted:") || strings.HasPrefix(value, "ENC[") ||
		strings.HasPrefix(value, "op://") || strings.HasPrefix(value, "vault:") || strings.HasPrefix(value, "arn:") || strings.HasPrefix(value, "age1") {
		return true
	}
	low := strings.ToLower(value)
	for _, word := range [...]string{"example", "changeme", "change-me", "change_me", "placeholder", "dummy", "fake", "sample", "your", "todo", "insert", "replace", "redacted", "notreal",
		"not-real", "not-a-real", "not_a_real", "test", "mock", "xxxx", "local", "dev-", "demo", "default", "secret", "password", "passw0rd", "postgres", "mysql", "minio", "guest", "rabbit", "admin", "root",
		"hunter2", "letmein", "foobar", "hello", "insecure", "unsafe", "unused", "ignored", "none", "null", "undefined", "false", "true"} {
		if strings.Contains(low, word) {
			return true
		}
	}
	return false
}

// entropy returns the bits for each byte of a text, by how often each byte is in it.
func entropy(text string) float64 {
	var count [256]int
	for i := range len(text) {
		count[text[i]]++
	}
	sum := 0.0
	for _, n := range count {
		if n > 0 {
			p := float64(n) / float64(len(text))
			sum -= p * math.Log2(p)
		}
	}
	return sum
}

// worded reports a text of words with hyphens, dots or underscores between them, such as the name of a secret, a host or a version.
func worded(text string) bool {
	parts := strings.FieldsFunc(text, func(r rune) bool {
		return r == '-' || r == '_' || r == '.' || r == ':' || r == '/' || r == '@' || r == ','
	})
	if len(parts) < 2 {
		return kinds(text) < 2
	}
	return !slices.ContainsFunc(parts, func(part string) bool { return len(part) >= 8 && kinds(part) >= 2 })
}

// Assigned is a password, a token or a key that a text gives a name: name=value, name = "value", --name=value, //user:value@host.
type Assigned struct {
	Start, End int    // of the value
	Name       string // "" in an address
}

// AssignedPasswords finds what a script or a program in any language assigns literally. It looks at equal signs and addresses only.
func AssignedPasswords(text string) []Assigned {
	var out []Assigned
	for at := 0; ; {
		i := strings.IndexByte(text[at:], '=')
		if i < 0 {
			break
		}
		at += i + 1
		if start, end, ok := literalAt(text, at); ok && Password(text[start:end]) {
			if name := nameBefore(text, at-1); CredentialName(name) {
				out = append(out, Assigned{start, end, name})
			}
		}
	}
	for at := 0; ; {
		i := strings.Index(text[at:], "://")
		if i < 0 {
			return out
		}
		at += i + len("://")
		if start, end, ok := userInfo(text, at); ok && Password(text[start:end]) {
			out = append(out, Assigned{start, end, ""})
		}
	}
}

// literalAt returns the value that starts at an offset, behind blanks and a quote.
func literalAt(text string, at int) (start, end int, ok bool) {
	for at < len(text) && text[at] == ' ' {
		at++
	}
	if at < len(text) && (text[at] == '"' || text[at] == '\'') {
		quote := text[at]
		if at++; at < len(text) && strings.IndexByte("$({<%", text[at]) >= 0 {
			return 0, 0, false
		}
		end := strings.IndexByte(text[at:min(at+512, len(text))], quote)
		return at, at + end, end >= 0
	}
	end = at
	for end < len(text) && end-at < 512 && (inRun(text[end]) || strings.IndexByte("+/.!#@^~=,:", text[end]) >= 0) {
		end++
	}
	// What goes on in any other way is an expression.
	return at, end, end == len(text) || strings.IndexByte(" \t\r\n;&|)", text[end]) >= 0
}

// nameBefore returns the name that ends before an offset, behind blanks and quotes.
func nameBefore(text string, end int) string {
	for end > 0 && (text[end-1] == ' ' || text[end-1] == '"' || text[end-1] == '\'' || text[end-1] == ':') {
		end--
	}
	start := end
	for start > 0 && end-start < 80 && inRun(text[start-1]) {
		start--
	}
	return strings.TrimLeft(text[start:end], "-")
}

// userInfo returns the password in an address whose part behind :// starts at an offset.
func userInfo(text string, at int) (start, end int, ok bool) {
	colon := -1
	for i := at; i < len(text) && i-at < 300; i++ {
		switch c := text[i]; {
		case c == ':' && colon < 0:
			colon = i
		case c == '@':
			return colon + 1, i, colon > 0
		case c <= ' ' || strings.IndexByte("/?#\"'`<>", c) >= 0:
			return 0, 0, false
		}
	}
	return 0, 0, false
}

// Plain reports a value that is no secret though its name says so: a word, a number, a path, or what somebody typed to fill a place.
func Plain(value string) bool {
	if strings.Trim(value, "0123456789.-:_ ") == "" || strings.HasPrefix(value, "/") || strings.HasPrefix(value, "./") || strings.ContainsAny(value, " \t") {
		return true
	}
	const bits = 2.5
	return kinds(value) < 2 || entropy(value) < bits || invented(value) || worded(value)
}
