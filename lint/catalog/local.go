package catalog

import (
	"slices"
	"strings"
)

// LocalCluster tells whether a command makes a cluster on the runner, so that kubectl and helm in the same job work on that.
func LocalCluster(words []string) bool {
	if len(words) == 0 {
		return false
	}
	p := programOf(words[0])
	plain := func() []string { return parseArgs(words[1:], p.valued).plain }
	has := func(subs ...string) bool {
		args := plain()
		return len(args) >= len(subs) && slices.Equal(args[:len(subs)], subs)
	}
	switch p.name {
	case "kind", "ctlptl", "k0s", "kwokctl":
		return has("create", "cluster") || has("create") || has("apply")
	case "k3d":
		return has("cluster", "create")
	case "minikube", "microk8s", "colima", "crc":
		return has("start")
	case "k3s", "k3sup":
		return has("server") || has("install")
	case "vcluster":
		return has("create")
	case "tilt":
		return has("ci")
	case "curl", "wget", "make", "just", "task", "mage":
		return slices.ContainsFunc(plain(), namesLocalCluster)
	case "go":
		args := plain()
		return len(args) > 1 && args[0] == "run" && strings.HasPrefix(args[1], "sigs.k8s.io/kind")
	}
	return false
}

// namesLocalCluster tells whether a target or an address names a program that makes a cluster on the machine.
func namesLocalCluster(name string) bool {
	found := false
	eachWord(name, func(word string) bool {
		found = word == "kind" || word == "minikube" || word == "k3d" || word == "k3s" || word == "microk8s"
		return !found
	})
	return found
}

// localClusterText lists the actions that make a cluster on the runner.
var localClusterText = `absaoss/k3d-action
balchua/microk8s-actions
chainguard-dev/actions/setup-kind
container-tools/kind-action
container-tools/microshift-action
debianmaster/actions-k3s
engineerd/setup-kind
helm/kind-action
insightsengineering/k3d-action
jupyterhub/action-k3s-helm
loft-sh/setup-vcluster
manusa/actions-setup-minikube
medyagh/setup-minikube
nolar/setup-k3d-k3s
opsgang/ga-setup-minikube
replicatedhq/replicated-actions/create-cluster
rinx/setup-k3d
sigstore/scaffolding/actions/setup
`

var localClusterTable = lazyActions(&localClusterText, 1)

// LocalClusterAction tells whether an action makes a cluster on the runner.
func LocalClusterAction(uses string) bool { return localClusterTable().first(uses) != nil }
