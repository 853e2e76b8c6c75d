package syntax

// PreCommit is a .pre-commit-config.yaml.
type PreCommit struct {
	Node  *Node
	Repos []*HookRepo
}

// HookRepo is one entry of repos.
type HookRepo struct {
	Span
	Node  *Node
	Repo  *Field // a URL, or local or meta
	Rev   *Field
	Hooks []*Hook
}

// Hook is one entry of hooks.
type Hook struct {
	Node         *Node
	ID           *Field
	Entry        *Field
	Language     *Field
	Dependencies *List // additional_dependencies
}

// The keys of .pre-commit-config.yaml. Source: the project's page. It warns of others and goes on, so that only what looks like
// a misspelling is reported.
var (
	preCommitKeys = []string{
		"repos", "default_install_hook_types", "default_language_version", "default_stages", "files", "exclude", "fail_fast",
		"minimum_pre_commit_version", "ci",
	}
	hookRepoKeys = []string{"repo", "rev", "hooks"}
	hookKeys     = []string{
		"id", "alias", "name", "language_version", "files", "exclude", "types", "types_or", "exclude_types", "args", "stages",
		"additional_dependencies", "always_run", "verbose", "log_file", "entry", "language", "pass_filenames", "require_serial",
		"description", "minimum_pre_commit_version", "fail_fast",
	}
)

func (d *decoder) preCommit(root *Node) *PreCommit {
	c := &PreCommit{Node: root.Resolve()}
	if c.Node == nil {
		return c
	}
	if c.Node.Kind != Mapping {
		d.errorf(c.Node.Span, `the pre-commit configuration must be a mapping, not %s; give it the key "repos"`, kindName(c.Node))
		return c
	}
	for _, p := range c.Node.Pairs {
		if key(p) != "repos" {
			d.misspelt(p, c.Node, place{what: "the pre-commit configuration", keys: preCommitKeys})
			continue
		}
		for _, n := range d.mappings(p) {
			c.Repos = append(c.Repos, d.hookRepo(n))
		}
	}
	d.required(c.Node, "the pre-commit configuration", "repos")
	return c
}

// misspelt is loose for a key that may be known.
func (d *decoder) misspelt(p Pair, n *Node, in place) {
	for _, k := range in.keys {
		if k == key(p) {
			return
		}
	}
	d.loose(p, n, in)
}

// mappings returns the entries of a list of mappings and reports the others.
func (d *decoder) mappings(p Pair) []*Node {
	v := p.Value.Resolve()
	if v.Kind != Sequence {
		d.wrong(p, "a list")
		return nil
	}
	out := make([]*Node, 0, len(v.Items))
	for _, item := range v.Items {
		if n := item.Resolve(); n.Kind == Mapping {
			out = append(out, n)
		} else {
			d.errorf(n.Span, "an entry of %s must be a mapping, not %s", quote(key(p)), kindName(n))
		}
	}
	return out
}

func (d *decoder) hookRepo(n *Node) *HookRepo {
	r := &HookRepo{Span: n.Span, Node: n}
	for _, p := range n.Pairs {
		switch key(p) {
		case "repo":
			r.Repo = d.text(p)
		case "rev":
			r.Rev = d.text(p)
		case "hooks":
			for _, n := range d.mappings(p) {
				r.Hooks = append(r.Hooks, d.hook(n))
			}
		default:
			d.misspelt(p, n, place{what: "the repository", keys: hookRepoKeys})
		}
	}
	d.required(n, "the repository", "repo", "hooks")
	if r.Repo != nil && r.Repo.Value != "local" && r.Repo.Value != "meta" {
		d.required(n, "the repository", "rev")
	}
	return r
}

func (d *decoder) hook(n *Node) *Hook {
	h := &Hook{Node: n}
	for _, p := range n.Pairs {
		switch key(p) {
		case "id":
			h.ID = d.text(p)
		case "entry":
			h.Entry = d.text(p)
		case "language":
			h.Language = d.text(p)
		case "additional_dependencies":
			if v := p.Value.Resolve(); v.Kind == Sequence {
				h.Dependencies = d.list(p)
			}
		default:
			d.misspelt(p, n, place{what: "the hook", keys: hookKeys})
		}
	}
	d.required(n, "the hook", "id")
	return h
}
