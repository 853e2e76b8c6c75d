package syntax

import (
	"slices"
	"strings"
)

// links is what the resources of a file of Terraform say of each other, by their addresses.
type links struct {
	ties      map[string][]string // which identities speak of which, both ways
	grants    map[string]*Str     // a role to do everything that one of them is given
	attached  map[string]*Str     // a policy to do everything that a role of AWS is given by another resource
	documents map[string]*Str     // the same of the roles that trust by a policy document
	members   []member            // of pools of Google
}

// links reads the whole file, once.
func (t *truster) links() *links {
	if t.linked != nil {
		return t.linked
	}
	l := &links{ties: map[string][]string{}, grants: map[string]*Str{}, attached: map[string]*Str{}, documents: map[string]*Str{}}
	t.linked = l
	for _, p := range t.f.Root.Pairs {
		kind, name := resource(p.Key.Value)
		if identityKind(kind) {
			l.tie(kind+"."+name, t.refersTo(p.Value))
		}
		switch {
		case strings.HasPrefix(kind, "google_"):
			l.members = append(l.members, members(p.Value)...)
		case strings.HasPrefix(kind, "aws_iam_role_policy"):
			note(l.attached, t.refersTo(find(p.Value, "role")), attachedBy(p.Value))
		}
		if role := t.everything(p); role != nil {
			note(l.grants, t.refersTo(p.Value), role)
		}
	}
	for _, p := range t.f.Root.Pairs { // now that it is known what is attached
		if kind, name := resource(p.Key.Value); kind == "aws_iam_role" {
			note(l.documents, t.refersTo(find(p.Value, "assumerolepolicy")), t.attached(p.Value, kind+"."+name))
		}
	}
	return l
}

func (l *links) tie(from string, all []string) {
	for _, to := range all {
		l.ties[from] = append(l.ties[from], to)
		l.ties[to] = append(l.ties[to], from)
	}
}

// note keeps the first that is found for each of some addresses.
func note(of map[string]*Str, addresses []string, s *Str) {
	for _, a := range addresses {
		if of[a] == nil && s != nil {
			of[a] = s
		}
	}
}

// maxTies bounds the identities that are followed from one trust.
const maxTies = 100

// granted finds a role to do everything that another resource of the file gives to the identity to which a trust leads: through the
// references of the resources between them, whichever way they point.
func (t *truster) granted(address string) *Str {
	if address == "" {
		return nil
	}
	l := t.links()
	reached := []string{address}
	for i := 0; i < len(reached); i++ {
		if role := l.grants[reached[i]]; role != nil {
			return role
		}
		for _, next := range l.ties[reached[i]] {
			if len(reached) == maxTies {
				break
			}
			if !slices.Contains(reached, next) {
				reached = append(reached, next)
			}
		}
	}
	return nil
}

// references returns the addresses of resources and data of AWS, Google and Azure that an expression of Terraform speaks of.
func references(text string) []string {
	var out []string
	for i := 0; i < len(text); {
		start := i
		for i < len(text) && (wordByte(text[i]) || text[i] == '-' || text[i] == '.') {
			i++
		}
		if i == start {
			i++
			continue
		}
		word := strings.TrimPrefix(text[start:i], "data.")
		if !strings.HasPrefix(word, "aws_iam_") && !strings.HasPrefix(word, "google_") && !strings.HasPrefix(word, "azure") {
			continue
		}
		if parts := strings.SplitN(word, ".", 3); len(parts) > 1 {
			out = append(out, parts[0]+"."+parts[1])
		}
	}
	return out
}

func (t *truster) refersTo(n *Node) []string {
	if n == nil {
		return nil
	}
	return references(t.f.Text[n.Start:n.End])
}

// resource returns the kind and the name in the words before the brace of a resource of Terraform.
func resource(key string) (kind, name string) {
	rest, ok := strings.CutPrefix(key, "resource ")
	if !ok {
		return "", ""
	}
	kind, name, _ = strings.Cut(rest, " ")
	return kind, name
}

// identityKind reports a kind of resource that stands for an identity, or ties one to another.
func identityKind(kind string) bool {
	for _, prefix := range [...]string{
		"google_iam_workload_identity_pool", "google_service_account",
		"azuread_application", "azuread_service_principal", "azurerm_user_assigned_identity", "azurerm_federated_identity_credential",
	} {
		if strings.HasPrefix(kind, prefix) {
			return true
		}
	}
	return false
}

// everything returns the role of a resource that lets somebody do everything in a project or a subscription, or let themselves.
func (t *truster) everything(p Pair) *Str {
	kind, _ := resource(p.Key.Value)
	switch {
	case kind == "azurerm_role_assignment":
		if t.widelyScoped(find(p.Value, "scope")) {
			return anyText(find(p.Value, "roledefinitionname"), azureOwner)
		}
	case strings.HasPrefix(kind, "google_project_iam_"), strings.HasPrefix(kind, "google_folder_iam_"), strings.HasPrefix(kind, "google_organization_iam_"):
		if role := anyText(find(p.Value, "role"), googleOwner); role != nil {
			return role
		}
		if anyText(find(p.Value, "role"), func(s string) bool { return s == "each.value" || s == "each.key" }) != nil {
			return anyText(find(p.Value, "foreach"), googleOwner)
		}
	}
	return nil
}

// widelyScoped reports the scope of a subscription or of a group of them.
func (t *truster) widelyScoped(scope *Node) bool {
	if scope == nil {
		return false
	}
	where := strings.ToLower(strings.ReplaceAll(t.f.Text[scope.Start:scope.End], "_", ""))
	return !strings.Contains(where, "resourcegroup") && (strings.Contains(where, "subscription") || strings.Contains(where, "managementgroup"))
}

func azureOwner(role string) bool {
	return role == "Owner" || role == "User Access Administrator" || role == "Role Based Access Control Administrator"
}

func googleOwner(role string) bool {
	switch role {
	case "roles/owner", "roles/iam.securityAdmin", "roles/resourcemanager.projectIamAdmin", "roles/resourcemanager.folderIamAdmin",
		"roles/resourcemanager.folderAdmin", "roles/resourcemanager.organizationAdmin":
		return true
	}
	return false
}
