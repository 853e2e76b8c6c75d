package syntax

import "strings"

// azure reads a federated credential: an issuer and a subject, in Terraform, Bicep or a template. An issuer that is a variable is
// GitHub's where the subject names a repository.
func (t *truster) azure(n *Node, address string) *TrustStatement {
	field := find(n, "issuer")
	issuer := anyText(field, containsFold(Issuer))
	if issuer == nil && t.opaque && field != nil && anyText(find(n, "subject"), isRepository) != nil {
		issuer = anyText(field, func(string) bool { return true })
	}
	if issuer == nil {
		return nil
	}
	s := &TrustStatement{Span: issuer.Span, Of: "Azure", Limit: LimitsUnknown}
	if subject := find(n, "subject"); subject != nil {
		s.Limit = Unlimited
		t.subjects(s, subject, false, "")
	}
	expression := find(n, "claimsmatchingexpression")
	if value := find(expression, "value"); value != nil {
		expression = value
	}
	for _, e := range texts(expression) {
		if _, rest, ok := strings.Cut(e.Value, "matches"); ok {
			if parts := strings.Split(rest, "'"); len(parts) > 1 {
				e.Value = parts[1]
				s.Subjects = append(s.Subjects, Subject{e, true})
			}
		}
	}
	s.Admin = t.granted(address)
	return s
}

func isRepository(subject string) bool { return strings.HasPrefix(subject, "repo:") }

// vault reads a role of Vault's login with identity tokens in Terraform, in a file that speaks of GitHub.
func (t *truster) vault(n *Node) *TrustStatement {
	if !strings.Contains(t.f.Text, Issuer) {
		return nil
	}
	name := find(n, "rolename")
	if name == nil {
		return nil
	}
	s := &TrustStatement{Span: name.Span, Of: "Vault"}
	pattern := anyText(find(n, "boundclaimstype"), containsFold("glob")) != nil
	if subject := find(n, "boundsubject"); subject != nil {
		t.subjects(s, subject, false, "")
	}
	claims := find(n, "boundclaims")
	switch {
	case claims == nil:
	case claims.Kind != Mapping:
		s.Limit = LimitsUnknown
	default:
		for _, c := range claims.Pairs {
			t.claim(s, c.Key.Value, c.Value, pattern)
		}
	}
	return s
}

// module reads a module of Terraform that makes a role for GitHub, by its source.
func (t *truster) module(n *Node) *TrustStatement {
	source := anyText(find(n, "source"), func(s string) bool {
		return strings.Contains(s, "github-oidc") || strings.Contains(s, "oidc-github")
	})
	if source == nil {
		return nil
	}
	s := &TrustStatement{Span: source.Span, Of: "AWS", Limit: LimitsUnknown}
	for _, name := range [...]string{"subjects", "oidcsubjects", "oidcwildcardsubjects", "githubrepositories", "repositories"} {
		if list := find(n, name); list != nil {
			t.subjects(s, list, true, "repo:")
		}
	}
	for _, p := range n.Pairs {
		if policies := p.Value.Resolve(); strings.Contains(p.Key.Value, "polic") && policies != nil {
			s.Admin = adminIn(policies)
		}
	}
	return s
}

// adminIn finds a policy that gives everything among the values of a list or a map.
func adminIn(n *Node) *Str {
	if s := anyText(n, adminPolicy); s != nil {
		return s
	}
	for _, p := range n.Pairs {
		if s := anyText(p.Value, adminPolicy); s != nil {
			return s
		}
	}
	return nil
}
