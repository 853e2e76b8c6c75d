package catalog

import (
	_ "embed" // for the tables
	"slices"
	"strings"
	"sync"
)

var (
	//go:embed cloudkeys.tsv
	cloudKeyText string
	//go:embed cloudinputs.tsv
	cloudInputText string

	cloudKeyTable   = lazy(&cloudKeyText, 2)
	cloudInputTable = lazyActions(&cloudInputText, 4)
)

// Cloud is what a credential opens: a cloud, Vault or a cluster, all of which take identity tokens of GitHub.
type Cloud string

// Name returns what people call it.
func (c Cloud) Name() string {
	switch c {
	case "aws":
		return "AWS"
	case "gcp":
		return "Google Cloud"
	case "azure":
		return "Azure"
	case "vault":
		return "Vault"
	case "kube":
		return "a Kubernetes cluster"
	}
	return string(c)
}

// Instead returns what to do without the credential.
func (c Cloud) Instead() string {
	switch c {
	case "aws":
		return "assume a role with `role-to-assume` of `aws-actions/configure-aws-credentials` and `id-token: write`"
	case "gcp":
		return "use workload identity federation with `google-github-actions/auth` and `id-token: write`"
	case "azure":
		return "log in with a federated credential, `client-id` of `azure/login`, and `id-token: write`"
	case "vault":
		return "log in with `method: jwt` and `id-token: write`"
	}
	return "get access for minutes with the identity of the workflow, through the login of its cloud or of the cluster itself"
}

// cloudKeyHeads are the first three bytes of the patterns' texts: a name that one matches holds them.
var cloudKeyHeads = sync.OnceValue(func() []string {
	var out []string
	cloudKeyTable().all(func(row []string) {
		if head := strings.TrimLeft(row[0], "*")[:3]; !slices.Contains(out, head) {
			out = append(out, head)
		}
	})
	return out
})

// CloudKey tells what a secret, a variable or an input of this name opens without an end, whatever case and dashes.
func CloudKey(name string) (c Cloud, ok bool) {
	name = strings.ReplaceAll(strings.ToLower(name), "-", "_")
	if !slices.ContainsFunc(cloudKeyHeads(), func(head string) bool { return strings.Contains(name, head) }) {
		return "", false // as most names
	}
	cloudKeyTable().all(func(row []string) {
		if !ok && glob(row[0], name) {
			c, ok = Cloud(row[1]), true
		}
	})
	return c, ok
}

// CloudInput tells what an input of an action opens without an end.
func CloudInput(uses, input string, with With) (c Cloud, ok bool) {
	for _, row := range cloudInputTable().uses(uses) {
		if strings.EqualFold(row[2], input) && holds(row[1], with, nil) == yes {
			return Cloud(row[3]), true
		}
	}
	return "", false
}

// OtherObjectStore tells whether a name says that a credential in the form of AWS is for a store of somebody else, who may take no
// identity tokens.
func OtherObjectStore(name string) bool {
	found := false
	eachWord(name, func(word string) bool {
		switch word {
		case "r2", "minio", "spaces", "wasabi", "b2", "backblaze", "cloudflare", "digitalocean", "scaleway", "scw", "ovh", "linode", "hetzner", "storj",
			"tigris", "yandex", "garage", "ceph", "localstack":
			found = true
		}
		return !found
	})
	return found
}

// CloudLogin tells what a command logs in to with a credential that does not expire. words are as for DeployCommand.
func CloudLogin(words []string) (c Cloud, command string, ok bool) {
	if len(words) == 0 {
		return "", "", false
	}
	p := programOf(words[0])
	a := parseArgs(words[1:], p.valued)
	sub := func(n int) string { return strings.Join(a.plain[:min(n, len(a.plain))], " ") }
	switch p.name {
	case "aws":
		if sub(2) == "configure set" && len(a.plain) > 2 && strings.EqualFold(a.plain[2], "aws_secret_access_key") {
			return "aws", "aws configure set", true
		}
	case "gcloud":
		if sub(2) == "auth activate-service-account" {
			return "gcp", "gcloud auth activate-service-account", true
		}
	case "az":
		if sub(1) == "login" && a.has("--service-principal", 0) == yes && a.flag("--federated-token") == no {
			return "azure", "az login", true
		}
	case "vault":
		if sub(1) == "login" && a.flag("-method=jwt") == no && a.flag("--method=jwt") == no {
			return "vault", "vault login", true
		}
	case "kubectl":
		if sub(2) == "config set-credentials" {
			return "kube", "kubectl config set-credentials", true
		}
	}
	return "", "", false
}
