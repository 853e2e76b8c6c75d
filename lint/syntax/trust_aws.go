package syntax

import (
	"slices"
	"strings"
)

// amazon reads a statement of an IAM policy that lets identities of GitHub assume a role, in JSON, CloudFormation or Terraform.
func (t *truster) amazon(n *Node, up *level) *TrustStatement {
	action := anyText(find(n, "action", "actions"), containsFold("assumerolewithwebidentity"))
	if action == nil || anyText(find(n, "effect"), func(s string) bool { return strings.EqualFold(s, "deny") }) != nil || !t.github(n) {
		return nil
	}
	s := &TrustStatement{Span: action.Span, Of: "AWS"}
	for _, p := range n.Pairs {
		switch key := strings.ToLower(p.Key.Value); {
		case key == "condition":
			t.condition(s, p.Value.Resolve())
		case strings.HasPrefix(key, "dynamic "):
			s.Limit = LimitsUnknown
		}
	}
	s.Admin = t.admin(up)
	return s
}

// github reports a statement whose principal or conditions name GitHub.
func (t *truster) github(n *Node) bool {
	if strings.Contains(t.f.Text[n.Start:n.End], Issuer) {
		return true
	}
	for _, p := range n.Pairs {
		if key := strings.ToLower(p.Key.Value); strings.HasPrefix(key, "principal") {
			if who := p.Value.Resolve(); who != nil && strings.Contains(strings.ToLower(t.f.Text[who.Start:who.End]), "github") {
				return true
			}
		}
	}
	return false
}

// condition reads a Condition: operators with claims, or one block of Terraform with test, variable and values.
func (t *truster) condition(s *TrustStatement, n *Node) {
	if n == nil || n.Kind != Mapping {
		s.Limit = LimitsUnknown
		return
	}
	if variable := find(n, "variable"); variable != nil {
		test := texts(find(n, "test"))
		for _, name := range texts(variable) {
			t.compared(s, operator(test), name.Value, find(n, "values"))
		}
		return
	}
	for _, op := range n.Pairs {
		claims := op.Value.Resolve()
		if claims == nil || claims.Kind != Mapping {
			s.Limit = LimitsUnknown
			continue
		}
		for _, c := range claims.Pairs {
			t.compared(s, op.Key.Value, c.Key.Value, c.Value)
		}
	}
}

func operator(test []Str) string {
	if len(test) == 0 {
		return ""
	}
	return test[0].Value
}

// compared notes one comparison. One that only rules something out limits nothing.
func (t *truster) compared(s *TrustStatement, operator, claim string, values *Node) {
	operator = strings.ToLower(operator)
	if strings.Contains(operator, "not") || operator == "null" {
		return
	}
	t.claim(s, claim, values, strings.Contains(operator, "like"))
}

// admin finds a policy that lets the role do everything whose trust stands at a place: of the role around it, or in Terraform of a
// role that names the policy document.
func (t *truster) admin(up *level) *Str {
	for ; up != nil; up = up.up {
		key := strings.ToLower(strings.ReplaceAll(up.key, "_", ""))
		if key == "assumerolepolicydocument" || key == "assumerolepolicy" {
			if up.up != nil {
				if name, ok := strings.CutPrefix(up.up.key, "resource aws_iam_role "); ok {
					return t.attached(up.node, "aws_iam_role."+name)
				}
			}
			return t.attachedTo(up.node)
		}
		if name, ok := strings.CutPrefix(up.key, "data aws_iam_policy_document "); ok {
			return t.links().documents["aws_iam_policy_document."+name]
		}
	}
	return nil
}

// attached finds a policy that a role of Terraform has, or that another resource of the file attaches to it.
func (t *truster) attached(role *Node, address string) *Str {
	if s := t.attachedTo(role); s != nil {
		return s
	}
	return t.links().attached[address]
}

// attachedBy finds the policy in a resource that attaches one to a role.
func attachedBy(n *Node) *Str {
	if s := anyText(find(n, "policyarn"), adminPolicy); s != nil {
		return s
	}
	return allows(find(n, "policy"))
}

// attachedTo finds a policy among the keys of a role.
func (t *truster) attachedTo(role *Node) *Str {
	s, ok := t.own[role]
	if !ok {
		s = ownPolicy(role)
		t.own[role] = s
	}
	return s
}

func ownPolicy(role *Node) *Str {
	if s := anyText(find(role, "managedpolicyarns"), adminPolicy); s != nil {
		return s
	}
	for _, key := range [...]string{"policies", "inlinepolicy"} {
		list := find(role, key)
		if list == nil {
			continue
		}
		for _, p := range slices.Concat(list.Items, []*Node{list}) {
			if s := allows(find(p, "policydocument", "policy")); s != nil {
				return s
			}
		}
	}
	return nil
}

// adminPolicy knows the managed policies with which a role may do everything, or give itself leave to.
func adminPolicy(arn string) bool {
	return strings.HasSuffix(arn, "policy/AdministratorAccess") || strings.HasSuffix(arn, "policy/IAMFullAccess")
}

// allows finds the statement of a policy that allows every action on everything.
func allows(policy *Node) *Str {
	list := find(policy, "statement")
	if list == nil {
		return nil
	}
	for _, s := range slices.Concat(list.Items, []*Node{list}) {
		every := func(v string) bool { return v == "*" || v == "*:*" }
		if anyText(find(s, "effect"), containsFold("allow")) == nil || anyText(find(s, "resource"), every) == nil {
			continue
		}
		if action := anyText(find(s, "action"), every); action != nil {
			return action
		}
	}
	return nil
}
