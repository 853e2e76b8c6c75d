package catalog

import "strings"

// SecretName tells whether the name of a variable says that it holds a credential: NPM_TOKEN, DB_PASSWORD, signingKey. One that only
// tells something about it, such as TOKEN_URL or PUBLIC_KEY, does not.
func SecretName(name string) bool {
	found, last, before := false, "", ""
	eachWord(name, func(word string) bool {
		switch word {
		case "token", "tokens", "password", "passwd", "pwd", "passphrase", "secret", "secrets", "credential", "credentials", "creds", "apikey", "apitoken",
			"privatekey", "accesskey", "secretkey", "authtoken", "pat", "kubeconfig", "webhook", "webhooks":
			found = true
		case "key", "keys":
			switch before {
			case "api", "private", "access", "signing", "sign", "ssh", "deploy", "gpg", "encryption", "auth", "service", "account", "master", "admin", "license":
				found = true
			}
		case "public":
			found, last = false, ""
			return false
		}
		before, last = word, word
		return true
	})
	switch last {
	case "id", "ids", "name", "names", "path", "arn", "version", "ttl", "expiry", "expiration", "audience", "issuer", "type", "length", "region", "ref", "endpoint",
		"enabled", "required", "scope", "scopes", "file", "prefix", "suffix", "count", "user", "username", "host", "fingerprint":
		return false
	case "url", "uri":
		return found && strings.Contains(strings.ToLower(name), "hook")
	}
	return found
}
