package catalog

import "strings"

// eachWord calls f with the words of a name in lower case, split at everything but letters and digits and where camelCase goes
// up, until f answers false.
func eachWord(name string, f func(word string) bool) {
	start := 0
	for i := 0; i <= len(name); i++ {
		end := i == len(name) || !isAlnum(name[i])
		camel := !end && i > start && isUpper(name[i]) && !isUpper(name[i-1])
		if !end && !camel {
			continue
		}
		if i > start && !f(strings.ToLower(name[start:i])) {
			return
		}
		start = i
		if end {
			start++
		}
	}
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

// DeployName tells whether the id or name of a job, target or script says that it deploys or publishes. Names that speak of a
// check, a preview or an afterthought of a deployment do not, nor does release beside a platform, as it then is how to build.
func DeployName(name string) bool {
	found, release, platform := false, false, false
	eachWord(name, func(word string) bool {
		switch word {
		case "deploy", "publish", "prod", "production", "promote", "rollout":
			found = true
		case "release":
			release = true
		case "linux", "windows", "win", "macos", "mac", "osx", "darwin", "musl", "xcode", "msvc", "mingw", "gcc", "clang", "x64", "x86", "amd64", "arm64", "aarch64", "armv7":
			platform = true
		case "pre", "post", "predeploy", "prerelease", "prepublish", "un", "undeploy", "unpublish", "non", "no", "not",
			"check", "checks", "verify", "validate", "lint", "preview", "previews", "dry", "dryrun",
			"simulate", "plan", "diff", "notes", "note", "changelog", "draft", "drafter", "prepare", "preparation", "build",
			"compile", "cleanup", "clean", "delete", "destroy", "teardown", "remove", "notify", "notification", "wait", "label",
			"labels", "results", "result", "report", "reports", "status", "comment", "coverage", "pr", "bump", "should", "can",
			"is", "needs", "skip", "if", "when", "determine", "determination", "detect", "compute", "get", "find", "list", "mode", "info", "matrix",
			"version", "versions", "branch", "branches", "prep", "compare", "poll", "metadata", "markdown", "tarball", "issue", "issues",
			"milestone", "settings", "after", "before", "until", "rollback", "revert", "audit", "scan", "announce", "artifact", "artifacts", "local",
			"generate", "task", "tasks", "log", "failure", "failures", "block", "freeze", "helper", "tool", "tools", "assert", "debug", "releasenotes", "twitter",
			"tweet", "trigger", "dispatch", "analysis", "download", "smoke", "approve", "approval", "request", "approved", "propose", "proposal":
			found, release = false, false
			return false
		}
		if testWord(word) || strings.HasSuffix(word, "test") || strings.HasSuffix(word, "tests") {
			found, release = false, false
			return false
		}
		return true
	})
	return found || release && !platform
}

// KindName is what the name of a job, target or script that deploys says it does.
func KindName(name string) Kind {
	kind := Deploys
	eachWord(name, func(word string) bool {
		switch word {
		case "publish", "push":
			kind = Publishes
		case "release":
			kind = Releases
		}
		return kind == Deploys
	})
	return kind
}

// TestName tells whether the id or name of a job or workflow says that it tests.
func TestName(name string) bool {
	found := false
	eachWord(name, func(word string) bool {
		found = testWord(word)
		return !found
	})
	return found
}

func testWord(word string) bool {
	switch word {
	case "test", "tests", "testing", "tester", "e2e", "integration", "acceptance", "conformance", "smoke", "regression", "bench", "benchmark",
		"benchmarks", "fuzz", "unittest", "unittests":
		return true
	}
	return false
}

// DeploySecret tells whether a secret's name says that it opens production or publishes: PROD_DB_URL, DEPLOY_KEY.
func DeploySecret(name string) bool {
	found := false
	eachWord(name, func(word string) bool {
		switch word {
		case "prod", "production", "prd", "deploy", "deployer", "deployment", "release", "live", "publish", "publishing":
			found = true
		case "staging", "test", "tests", "testing", "dev", "preview", "nonprod", "sandbox", "non", "pre":
			found = false
			return false
		}
		return true
	})
	return found
}

// Official tells whether an action belongs to GitHub itself.
func Official(uses string) bool {
	owner, _, ok := strings.Cut(uses, "/")
	return ok && (strings.EqualFold(owner, "actions") || strings.EqualFold(owner, "github") || strings.EqualFold(owner, "advanced-security"))
}

// PreparesName tells whether the name of an action says that it prepares a job, or looks at or handles its files.
func PreparesName(name string) bool {
	found := false
	eachWord(name, func(word string) bool {
		switch word {
		case "setup", "install", "installer", "checkout", "cache", "artifact", "artifacts", "filter", "filters", "labeler", "metadata", "qemu", "buildx", "login", "changed", "toolchain",
			"lint", "linter", "reviewdog", "label", "stale", "harden", "disk", "space", "cleanup", "credentials", "auth", "token", "spellcheck", "typos", "prettier", "version", "semver", "matrix":
			found = true
		case "run", "exec", "deploy", "release", "publish":
			found = false
			return false
		}
		return true
	})
	return found
}
