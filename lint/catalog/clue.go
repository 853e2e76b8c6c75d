package catalog

import "sync"

// Clue says what a script may do, told from parts of words in its text. A script without the clue surely does not: what follows
// need not parse it.
type Clue uint32

// The clues.
const (
	ClueInstalls       Clue = 1 << iota // it installs or fetches packages
	ClueInsecure                        // it gives up the protection of TLS
	ClueConfuses                        // it asks two registries, or has a token for one
	ClueDownloads                       // it downloads
	ClueLogsIn                          // it logs in to a cloud with a key
	CluePublishes                       // it publishes a package
	CluePushes                          // it pushes with what a checkout left for git, or runs what may
	ClueUsesGit                         // it talks to a remote with what a checkout left for git, or runs what may
	ClueIdentity                        // it asks for an identity token
	ClueCluster                         // it makes a cluster on the machine
	ClueSetsUpGit                       // it hands credentials to git
	ClueCommand                         // it hands something to the runner: GITHUB_ENV, GITHUB_OUTPUT and the old commands
	ClueTokenFile                       // it speaks of files in which programs look for a token
	ClueGitHubLogin                     // it logs gh in
	ClueSigns                           // it surely needs an identity token
	ClueApproves                        // it approves or merges a pull request
	ClueAgent                           // it gives a task to a language model
	ClueOldCommand                      // it prints an old command that sets variables, or allows those
	ClueDecodes                         // it makes a text of something that people cannot read
	ClueMetadata                        // it asks for the identity that a machine or a run has
	ClueBackdoor                        // it is as scripts are that steal secrets
	ClueDebug                           // it makes a program log what it handles
	ClueBuilds                          // it builds an image
	ClueChecks                          // it checks the security of something, or signs
	ClueSecretScan                      // it looks for secrets
	ClueInstallScripts                  // it installs packages that may bring scripts
	ClueTakesIn                         // it takes in what others choose: see takesIn of flow
	ClueFetchesFiles                    // it may leave files of others behind: see fetchesFiles of flow
	ClueMints                           // it gets a credential from a service or a vault
	ClueNode                            // it installs packages for Node.js
)

// clueWords are the parts of words, in lower case, that give each clue.
var clueWords = [...][]string{
	{"install", "npx", "bunx", "pnpx", "uvx", " add ", " i ", "dlx", "npm", "pipx", "go run", "go get", "--with", "tool", "require", "corepack", "bun x", "create"},
	{"http:", "git:", "curl", "wget", "iwr", "irm", "nvoke-", "insecure", "verify", "keycheck", "trusted", "ssl", "gosum", "gonosum", "goflags", "tls", "ertificate"},
	{"extra-index", "extra_index", "egistry", "_authtoken", "index_strategy", "index-strategy", "requirement", "pip install -r"},
	{"curl", "wget", "http", "iwr", "irm", "ownload", "nvoke-", "aria2c", "axel", "itstransfer"},
	{"aws_secret_access_key", "activate-service-account", "service-principal", "vault", "set-credentials"},
	{"publish", "upload", "push", "release"},
	{"git", "release", "deploy", "publish", "bump", "push", "commit", "changeset", "ghp-import", "lerna", "mike", "mkdocs", "gh-pages",
		"./", ".sh", "bash ", "sh ", "source ", ".py", ".js", ".mjs", ".ts", ".rb", ".pl"},
	{"push", "fetch", "pull", "ls-remote", "submodule", "lfs", "remote", "subtree", "release", "deploy", "publish", "bump",
		"commit", "changeset", "ghp-import", "lerna", "mike", "gh-pages", "pr checkout", "pr co", "./", ".sh", ".py", ".js", ".mjs", ".ts", ".rb", ".pl",
		"bash ", "sh ", "source ", "git $", "git \"$"},
	{"id_token", "oidc", "sigstore"},
	{"kind", "minikube", "k3d", "k3s", "k3", "microk8s", "ctlptl", "k0s", "kwok", "colima", "crc", "vcluster", "tilt"},
	{"git config", "git remote", "git clone", "insteadof", "setup-git", "netrc", "git-credentials", "git init"},
	{"github_env", "github_output", "set-env", "set-output"},
	{"npmrc", "yarnrc", "settings.xml", "gradle.properties", "nuget.config", "netrc", "auth.json", "pip.conf", "github_state"},
	{"gh auth login"},
	{"provenance", "cosign", "trusted-publishing"},
	{"pr merge", "pr review", "approve", "/merge", "automerge", "mergepullrequest"},
	{"claude", "codex", "gemini", "copilot", "opencode", "aider", "cursor-agent", "agent -p", "agent --", "llm ", "goose run", "amp ", "droid exec", "qwen", "auggie", "crush run",
		"kiro", "q chat", "oz agent", "openhands"},
	{"set-env", "add-path", "unsecure_commands"},
	{"base64", "b64", "base32", "basenc", "xxd", "openssl", `\x`, "uudecode", "fromhex", "atob(", "fromcharcode", "| rev", "n-z", "-enc", "ifs}", "$ifs", "gpg", `\14`, `\16`, "codecs"},
	{"169.254.", "metadata.google", "metadata/", "id_token_request", "fd00:ec2", "100.100.100.200", "2852039166", "0xa9fea9fe", "instance-data", "0251.", "025177", "metadata.goog", "a9fe", "security-credentials"},
	{"sha1hulud", "hulud", "216.126.", "plesk.page", "bb8ca5f6-", "30e525b776", "getsession", "_bun.js", "bun_environment", "router_init", "/proc/", "issecret", "runner.worker"},
	{"--debug", "--log-http", "verbosity", "-vvv", "loglevel", "--dump", "-v=", "--v=", "-v 8", "-v 9", "-v8", "-v9", "crane", "http -v", "https -v", "http --verbose", "https --verbose", "gradle -d", "gradlew -d", "-ddd", "_debug", "tf_log", "_log_level", "no_log", "packer_log"},
	{"docker build", "buildx", "buildah", "image build", "podman build", "nerdctl build", "docker -", "podman -"},
	{"audit", "trivy", "snyk", "grype", "gosec", "semgrep", "govulncheck", "leaks", "safety", "cosign", "attestation verify", "slsa-verif", "zizmor", "checkov", "bandit", "cargo deny",
		"cargo-deny", "cargo vet", "sekisho", "kics", "ggshield", "poutine", "retire", "flehog", "brakeman", "kube-linter", "kubescape", "minisign", "notation", "osv-scanner", "tfsec",
		"terrascan", "njsscan"},
	{"gitleaks", "betterleaks", "trufflehog", "detect-secrets", "ggshield", "git-secrets", "talisman", "ripsecrets", "kingfisher", "noseyparker", "secretlint", "whispers", "titus", "trivy fs", "trivy repo"},
	{"npm ", "yarn", "pip", "bundle ", "gem ", "composer ", "poetry ", "uv "},
	{"github_head_ref", "github_event_path", "pull/", "gh pr", "gh issue", "gh api", "gh run", "hub pr"},
	{"artifact", "gh pr c", "gh run d", "gh repo clone", "hub pr c", "pull/", "head_", "head.", "headref", "head="},
	{"aws ", "az ", "bws ", "doppler ", "flyctl ", "gcloud ", "heroku ", "infisical ", "kubectl ", "oc ", "op ", "vault ", "/token", "/access_token"},
	{"npm"},
}

// clueTable finds the words of all clues in one pass over a text.
type clueTable struct {
	bucket  [1 << 12]uint16 // by the hash of the first bytes of a word, where it is in buckets; 0 for none
	buckets []clueBucket
	pairs   []clueWord // words of two bytes
	last    [256]bool  // bytes that these end with
}

type clueBucket struct {
	words []clueWord
	clues Clue // of all of them
}

type clueWord struct {
	text string
	clue Clue
}

var clues = sync.OnceValue(func() *clueTable {
	t := &clueTable{buckets: make([]clueBucket, 1)}
	for i, words := range clueWords {
		for _, w := range words {
			one := clueWord{w, 1 << i}
			if len(w) < 3 {
				t.pairs = append(t.pairs, one)
				t.last[w[1]] = true
				continue
			}
			h := clueHash(uint32(w[0])<<16 | uint32(w[1])<<8 | uint32(w[2]))
			if t.bucket[h] == 0 {
				t.bucket[h] = uint16(len(t.buckets))
				t.buckets = append(t.buckets, clueBucket{})
			}
			b := &t.buckets[t.bucket[h]]
			b.words, b.clues = append(b.words, one), b.clues|one.clue
		}
	}
	return t
})

// clueHash maps three bytes to twelve bits.
func clueHash(three uint32) uint32 { return three * 0x9E3779B1 >> 20 }

// lower is each byte with the letters of ASCII in lower case.
var lower = func() (out [256]byte) {
	for i := range out {
		out[i] = byte(i)
		if 'A' <= i && i <= 'Z' {
			out[i] |= 0x20
		}
	}
	return out
}()

// Clues tells what a script may do. Case does not matter.
func Clues(script string) Clue {
	t, out := clues(), AnyClue
	three := uint32(0)
	for i := range len(script) {
		c := lower[script[i]]
		if t.last[c] && i > 0 {
			for _, w := range t.pairs {
				if out&w.clue == 0 && hasFold(script[i-1:], w.text) {
					out |= w.clue
				}
			}
		}
		three = (three<<8 | uint32(c)) & 0xffffff
		h := clueHash(three)
		at := t.bucket[h]
		if at == 0 || i < 2 {
			continue
		}
		b := &t.buckets[at]
		if b.clues&^out == 0 {
			continue
		}
		for k := range b.words {
			w := &b.words[k]
			if out&w.clue == 0 && hasFold(script[i-2:], w.text) {
				out |= w.clue
			}
		}
		if out == allClues|AnyClue {
			break
		}
	}
	return out
}

const allClues Clue = 1<<len(clueWords) - 1

// AnyClue stands for every script, with whatever clues.
const AnyClue Clue = 1 << 31

// hasFold tells whether s begins with a prefix that is in lower case.
func hasFold(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lower[s[i]] != prefix[i] {
			return false
		}
	}
	return true
}

// Has tells whether one of the clues is there.
func (c Clue) Has(any Clue) bool { return c&any != 0 }
