package catalog

// Kind is what a deployment changes.
type Kind uint8

// The kinds of deployment.
const (
	Deploys   Kind = iota // a running system: cloud, cluster, host, site
	Publishes             // a package, image or extension for others to use
	Releases              // a release page of the repository
	Pages                 // GitHub Pages or its branch
)

var kindNames = [...]string{"deploy", "publish", "release", "pages"}

// String returns the name of the kind: deploy, publish, release or pages.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Strength is how sure it is that something deploys.
type Strength uint8

// The strengths, weakest first.
const (
	Named   Strength = iota // only a name says so (make deploy, ./deploy.sh), or it as often changes nothing but the runner
	Likely                  // it may also serve tests, or an input that decides is an expression
	Certain                 // that is what it is for
)

var strengthNames = [...]string{"named", "likely", "certain"}

// String returns the name of the strength: named, likely or certain.
func (s Strength) String() string {
	if int(s) < len(strengthNames) {
		return strengthNames[s]
	}
	return "unknown"
}

// DeployAction is an action that deploys or publishes as it is called.
type DeployAction struct {
	Action   string // as the table names it, in lower case
	Kind     Kind
	Strength Strength
	Open     []string // inputs that decide and are expressions; the strength is Likely then
}

var deployTable = lazyActions(&deployText, 4)

// MayDeployAction answers false for an action that Deploy does not know.
func MayDeployAction(uses string) bool { return deployTable().first(uses) != nil }

// Deploy tells whether a step that calls an action with these inputs deploys or publishes. Previews and dry runs do not.
func Deploy(uses string, with With) (DeployAction, bool) {
	var best DeployAction
	found := false
	for _, row := range deployTable().uses(uses) {
		var undecided []string
		got := holds(row[1], with, &undecided)
		if got == no {
			continue
		}
		d := DeployAction{Action: row[0], Kind: kindOf(row[2]), Strength: strengthOf(row[3])}
		if got == open {
			d.Strength, d.Open = min(d.Strength, Likely), undecided
		}
		if !found || d.Strength > best.Strength {
			best, found = d, true
		}
		if got == yes {
			break
		}
	}
	return best, found
}

func kindOf(name string) Kind {
	for i, n := range kindNames {
		if n == name {
			return Kind(i)
		}
	}
	return Deploys
}

func strengthOf(name string) Strength {
	for i, n := range strengthNames {
		if n == name {
			return Strength(i)
		}
	}
	return Likely
}
