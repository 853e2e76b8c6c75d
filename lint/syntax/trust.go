package syntax

import (
	"path"
	"strings"
)

// Issuer is the host that signs the identity tokens of GitHub Actions.
const Issuer = "token.actions.githubusercontent.com"

// MayTrust tells whether a file, by its path and its text, may say whom the identities of GitHub are trusted for.
func MayTrust(name, text string) bool {
	if !TrustPath(name) {
		return false
	}
	if strings.Contains(text, Issuer) {
		return true
	}
	if !blocks(name) {
		return false
	}
	return strings.Contains(text, "github-oidc") || strings.Contains(text, "oidc-github") ||
		strings.Contains(text, "repo:") && strings.Contains(text, "federated_identity_credential") ||
		strings.Contains(text, "AssumeRoleWithWebIdentity") && strings.Contains(strings.ToLower(text), "github")
}

// TrustPath tells whether a path is that of a Terraform, Bicep, JSON or CloudFormation file, or of a template of one.
func TrustPath(name string) bool {
	switch path.Ext(name) {
	case ".tf", ".tofu", ".hcl", ".bicep", ".json", ".yml", ".yaml", ".template", ".tpl", ".tftpl":
		return true
	}
	return false
}

// blocks reports a file of blocks and assignments.
func blocks(name string) bool {
	switch path.Ext(name) {
	case ".tf", ".tofu", ".hcl", ".bicep":
		return true
	}
	return false
}

// Trust is what a file says of the identities of GitHub.
type Trust struct{ Statements []*TrustStatement }

// Limit is how far what a statement asks for narrows the repositories whose workflows it trusts.
type Limit uint8

// The limits, widest first.
const (
	Unlimited     Limit = iota // nothing tells one repository from another
	ToOwner                    // the owner is asked for
	ToRepository               // the repository is asked for, and nothing else
	ToSubject                  // Subjects, or the repository and a place in it
	LimitsUnknown              // a variable decides
)

// TrustStatement is one trust in identities of GitHub.
type TrustStatement struct {
	Span             // what says so: the action, the issuer, the source of the module
	Of        string // what trusts: AWS, Google Cloud, Azure, Vault
	Limit     Limit
	Elsewhere bool // what the trusted may do is said in other files, and they may ask for more
	Subjects  []Subject
	Admin     *Str // a policy with which the role may do everything; nil when none is seen

	place bool // a claim is asked for that tells a branch or an environment from others
}

// Subject is a value that the subject of an identity is compared with.
type Subject struct {
	Str
	Pattern bool // "*" and "?" stand for other text
}

// parseTrust reads the tree of a file and what it says of trust.
func parseTrust(f *File) *Trust {
	t := &truster{f: f, opaque: blocks(f.Path), out: &Trust{}, own: map[*Node]*Str{}}
	switch ext := path.Ext(f.Path); {
	case (ext == ".tpl" || ext == ".tftpl") && strings.HasPrefix(strings.TrimSpace(f.Text), "{"):
		t.opaque = true
		fallthrough
	case t.opaque || ext == ".json":
		f.Root, f.Comments = ParseBlocks(f.Source)
	default:
		f.Root, f.Comments, _ = ParseYAML(f.Source) // what is wrong with it is not for us to say
	}
	t.walk(f.Root, nil)
	return t.out
}

// truster walks the tree of one file.
type truster struct {
	f      *File
	opaque bool // plain scalars are expressions, not text
	out    *Trust
	seen   int
	linked *links         // what links returns
	own    map[*Node]*Str // what attachedTo returns
}

// level is a mapping around a node and the key by which it leads there.
type level struct {
	node *Node
	key  string
	up   *level
	deep int
}

// walk looks at everything once: what an alias stands for is looked at in its own place.
func (t *truster) walk(n *Node, up *level) {
	if t.seen++; n == nil || n.Kind == Alias || t.seen > maxBlockNodes || up != nil && up.deep > MaxDepth {
		return
	}
	for _, item := range n.Items {
		t.walk(item, up)
	}
	if n.Kind != Mapping {
		return
	}
	t.statement(n, up)
	for _, p := range n.Pairs {
		next := &level{node: n, key: p.Key.Value, up: up}
		if up != nil {
			next.deep = up.deep + 1
		}
		t.walk(p.Value, next)
	}
}

// statement recognises a mapping that trusts.
func (t *truster) statement(n *Node, up *level) {
	key := ""
	if up != nil {
		key = up.key
	}
	address := ""
	kind, name := resource(key)
	if kind != "" {
		address = kind + "." + name
	}
	var s *TrustStatement
	switch {
	case kind == "google_iam_workload_identity_pool_provider":
		s = t.google(n, address)
	case kind == "vault_jwt_auth_backend_role":
		s = t.vault(n)
	case strings.HasPrefix(key, "module "):
		s = t.module(n)
	default:
		if s = t.amazon(n, up); s == nil {
			s = t.azure(n, address)
		}
	}
	if s != nil {
		if s.Limit == ToRepository && s.place {
			s.Limit = ToSubject
		}
		t.out.Statements = append(t.out.Statements, s)
	}
}

// find returns the value of the first of these keys, in any case and with or without underscores.
func find(n *Node, names ...string) *Node {
	n = n.Resolve()
	if n == nil {
		return nil
	}
	for _, p := range n.Pairs {
		key := strings.ToLower(strings.ReplaceAll(p.Key.Value, "_", ""))
		for _, name := range names {
			if key == name {
				return p.Value.Resolve()
			}
		}
	}
	return nil
}

// texts returns the scalars that a value holds: itself, its items, and what Fn::Sub is given.
func texts(n *Node) []Str {
	n = n.Resolve()
	if n == nil {
		return nil
	}
	switch n.Kind {
	case Scalar:
		return []Str{n.Str()}
	case Sequence:
		var out []Str
		for _, item := range n.Items {
			out = append(out, texts(item)...)
		}
		return out
	}
	if sub := find(n, "fn::sub"); sub != nil && len(n.Pairs) == 1 {
		if all := texts(sub); len(all) > 0 {
			return all[:1]
		}
	}
	return nil
}

func anyText(n *Node, holds func(string) bool) *Str {
	for _, s := range texts(n) {
		if holds(s.Value) {
			return &s
		}
	}
	return nil
}

func containsFold(part string) func(string) bool {
	return func(s string) bool { return strings.Contains(strings.ToLower(s), part) }
}

// subjects adds what a claim is compared with; what an expression decides limits in a way that is not known.
func (t *truster) subjects(s *TrustStatement, values *Node, pattern bool, prefix string) {
	all := texts(values)
	if len(all) == 0 {
		s.Limit = LimitsUnknown
	}
	for _, v := range all {
		if t.opaque && v.Style == Plain {
			s.Limit = LimitsUnknown
			continue
		}
		if prefix != "" && !strings.HasPrefix(v.Value, prefix) && v.Value != "*" {
			v.Value = prefix + v.Value
		}
		s.Subjects = append(s.Subjects, Subject{v, pattern})
		s.Limit = max(s.Limit, ToSubject)
	}
}

// claim notes a condition on one claim of an identity.
func (t *truster) claim(s *TrustStatement, name string, values *Node, pattern bool) {
	name = strings.ToLower(strings.Trim(name, `"'() `))
	if name = name[strings.LastIndexAny(name, ":.")+1:]; name == "sub" || name == "subject" {
		t.subjects(s, values, pattern, "")
		return
	}
	s.limitBy(name)
}

// limitBy notes that a claim is asked for.
func (s *TrustStatement) limitBy(claim string) {
	switch claim {
	case "aud", "amr", "iss":
	case "repository_owner", "repository_owner_id":
		s.Limit = max(s.Limit, ToOwner)
	case "repository", "repository_id":
		s.Limit = max(s.Limit, ToRepository)
	case "sub", "subject", "workflow_ref", "job_workflow_ref":
		s.Limit = max(s.Limit, ToSubject)
	case "ref", "ref_type", "ref_protected", "environment", "event_name", "base_ref", "head_ref", "workflow", "sha", "workflow_sha", "job_workflow_sha":
		s.place = true // of any repository, when none is asked for
	default:
		s.Limit = LimitsUnknown
	}
}
