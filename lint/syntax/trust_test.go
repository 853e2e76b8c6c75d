package syntax

import "testing"

func FuzzTrust(f *testing.F) {
	for _, s := range []string{
		"data aws_iam_policy_document x {\n statement {\n actions = [\"sts:AssumeRoleWithWebIdentity\"]\n condition {\n variable = \"" + Issuer + ":sub\"\n values = [\"*\"]\n }\n }\n}",
		`{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": {"Federated": "github"}, "Condition": {"StringLike": {"x:sub": ["*", null]}}}]}`,
		"Statement:\n- Action: sts:AssumeRoleWithWebIdentity\n  Condition: &a\n    StringLike:\n      " + Issuer + ":sub: *a\n",
		"issuer: https://" + Issuer + "\nsubject: repo:a/b:pull_request\n",
		"module m {\n source = \"github-oidc\"\n subjects = [\"a\"]\n policies = { a = \"policy/AdministratorAccess\" }\n}",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range []string{"x.tf", "x.json", "x.yml"} {
			file := Parse(NewSource(name, text), KindTrust)
			within := func(s Span) {
				if s.Start < 0 || s.End < s.Start || s.End > len(text) {
					t.Fatalf("%s: %v is outside the file", name, s)
				}
			}
			for _, s := range file.Trust.Statements {
				within(s.Span)
				for _, subject := range s.Subjects {
					within(subject.Span)
				}
				if s.Admin != nil {
					within(s.Admin.Span)
				}
			}
		}
	})
}
