package catalog

import "strings"

// SecretUse is what the name of a secret says it is for.
type SecretUse uint8

// The uses, the least worth a gate first.
const (
	ReportSecret     SecretUse = iota // it tells a service what happened: coverage, chat, build cache and statistics
	IdentifierSecret                  // it names something and opens nothing alone: a user, a host, a role, an account
	AccessSecret                      // anything else
	TargetSecret                      // it names a production system or a deployment: see DeploySecret
)

// SecretFor tells what a secret is for by its name.
func SecretFor(name string) SecretUse {
	lower := strings.ToLower(name)
	for _, service := range [...]string{"codecov", "coveralls", "codacy", "code_climate", "cc_test_reporter", "codeclimate", "deepsource", "codspeed", "sonar",
		"slack", "discord", "telegram", "mattermost", "zulip", "msteams", "teams_webhook", "snyk", "fossa", "develocity", "gradle_enterprise",
		"gradle_encryption", "turbo_", "nx_cloud", "chromatic", "percy", "buildpulse", "read_only", "readonly", "semgrep", "gitguardian"} {
		if strings.Contains(lower, service) {
			return ReportSecret
		}
	}
	if Identifier(name) {
		return IdentifierSecret
	}
	if DeploySecret(name) {
		return TargetSecret
	}
	return AccessSecret
}

// Identifier tells whether a secret's name says that it only names something, such as a user, a host or an account, and opens
// nothing alone.
func Identifier(name string) bool {
	lower := strings.ToLower(name)
	last := lower[strings.LastIndexAny(lower, "_-")+1:]
	switch last {
	case "url", "uri":
		// Who knows a hook's URL may call it, and that of a database holds the password.
		for _, opens := range [...]string{"hook", "database", "postgres", "mysql", "mongo", "redis", "amqp", "rabbit", "jdbc", "connection"} {
			if strings.Contains(lower, opens) {
				return false
			}
		}
		return !strings.Contains("_"+lower, "_db_")
	case "user", "users", "usr", "username", "logins", "emails", "names", "provider", "host", "hostname", "port", "region", "zone", "role", "arn", "id", "email", "name", "bucket", "project", "registry",
		"namespace", "cluster", "server", "addr", "address", "assume", "domain", "org", "organization", "owner", "repo", "repository", "path", "account",
		"team", "tenant", "subscription", "issuer", "channel", "endpoint", "keyid", "clientid", "tenantid", "subscriptionid", "accountid", "appid":
		// A Vault secret id is half of a login.
		return !strings.Contains(lower, "hook") && !strings.HasSuffix(lower, "secret_id")
	}
	return false
}
