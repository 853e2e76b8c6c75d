package syntax

import "strings"

// google reads a provider of a workload identity pool in Terraform, and the bindings that let identities of the pool act.
func (t *truster) google(n *Node, address string) *TrustStatement {
	issuer := anyText(find(find(n, "oidc"), "issueruri"), containsFold(Issuer))
	if issuer == nil {
		return nil
	}
	s := &TrustStatement{Span: issuer.Span, Of: "Google Cloud"}
	for _, condition := range texts(find(n, "attributecondition")) {
		switch {
		case condition.Style != Plain:
			s.asked(condition.Value)
		case condition.Value != "null":
			s.Limit = LimitsUnknown
		}
	}
	t.bound(s, find(n, "workloadidentitypoolid"))
	s.Admin = t.granted(address)
	return s
}

// asked notes a condition in the language of Google. A claim that it speaks of is taken to be asked for.
func (s *TrustStatement) asked(condition string) {
	names, all := claimNames(condition)
	for _, name := range names {
		s.limitBy(name)
	}
	if !all && s.Limit < ToRepository {
		s.Limit = LimitsUnknown
	}
}

// claimNames returns the claims that a condition reads; all is false where a variable of the file may bring in others. A name that only
// has to begin as said counts as that of its owner.
func claimNames(condition string) (names []string, all bool) {
	quote := byte(0)
	variable := false
	for i := 0; i < len(condition); {
		start := i
		for i < len(condition) && (wordByte(condition[i]) || condition[i] == '.') {
			i++
		}
		if of, name, ok := strings.Cut(condition[start:i], "."); ok && quote == 0 && (of == "assertion" || of == "attribute" || of == "google") {
			name, method, _ := strings.Cut(name, ".")
			if name == "repository" && method == "startsWith" {
				name = "repository_owner"
			}
			names = append(names, name)
		}
		if i > start {
			continue
		}
		switch c := condition[i]; {
		case quote == 0 && (c == '\'' || c == '"'):
			quote = c
		case c == quote:
			quote = 0
		case quote == 0 && c == '$':
			variable = true
		}
		i++
	}
	return names, len(names) > 0 && !variable
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

// pools begins the address of a pool.
const pools = "google_iam_workload_identity_pool."

// member is a principal of identities of a pool in a binding.
type member struct {
	pool  string // its address; "" when none is named
	limit Limit
}

// bound reads the bindings of the file that let identities of a pool act, without which a provider gives nothing. What the widest of
// them asks for is asked, too.
func (t *truster) bound(s *TrustStatement, pool *Node) {
	address := ""
	for _, v := range texts(pool) {
		address = poolIn(v.Value)
	}
	widest, found := LimitsUnknown, false
	for _, m := range t.links().members {
		if m.pool == "" || m.pool == address {
			widest, found = min(widest, m.limit), true
		}
	}
	s.Elsewhere = !found
	if found {
		s.Limit = max(s.Limit, widest)
	}
}

// members returns the principals of pools in a binding.
func members(binding *Node) []member {
	var out []member
	for _, m := range texts(find(binding, "member", "members")) {
		if strings.HasPrefix(m.Value, "principal") && strings.Contains(m.Value, "://") {
			out = append(out, member{poolIn(m.Value), bindingLimit(m.Value)})
		}
	}
	return out
}

// poolIn returns the address of the pool that an expression speaks of, "" for none.
func poolIn(text string) string {
	for _, r := range references(text) {
		if strings.HasPrefix(r, pools) {
			return r
		}
	}
	return ""
}

// bindingLimit tells how far the principal of a binding narrows the identities of its pool.
func bindingLimit(member string) Limit {
	switch {
	case strings.Contains(member, "/subject/"):
		return ToSubject
	case strings.Contains(member, "/attribute.repository_owner"):
		return ToOwner
	case strings.Contains(member, "/attribute.repository"):
		return ToRepository
	case strings.HasSuffix(member, "/*"):
		return Unlimited
	}
	return LimitsUnknown
}
