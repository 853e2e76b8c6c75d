package syntax

import (
	"fmt"
	"strings"
	"testing"
)

// TestTrustOfMuch reads files with as much of everything as fits into one, which must not take long.
func TestTrustOfMuch(t *testing.T) {
	role := "data \"aws_iam_policy_document\" \"x\" {\n statement {\n actions = [\"sts:AssumeRoleWithWebIdentity\"]\n principals {\n identifiers = [\"" + Issuer + "\"]\n }\n }\n}\n" +
		"resource \"aws_iam_role\" \"x\" {\n assume_role_policy = data.aws_iam_policy_document.x.json\n}\n"
	provider := "resource \"google_iam_workload_identity_pool_provider\" \"p%[1]d\" {\n workload_identity_pool_id = google_iam_workload_identity_pool.p.id\n oidc {\n issuer_uri = \"" + Issuer + "\"\n }\n}\n" +
		"resource \"google_service_account_iam_member\" \"m%[1]d\" {\n service_account_id = google_service_account.s%[1]d.id\n member = \"principalSet://x/${google_iam_workload_identity_pool.p.id}/*\"\n}\n"
	var providers strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&providers, provider, i)
	}
	for _, tt := range []struct {
		name, text string
		want       int
	}{
		{"roles.tf", strings.Repeat(role, 4000), 4000},
		{"providers.tf", providers.String(), 2000},
		{"shared.yml", "x: &x {Action: sts:AssumeRoleWithWebIdentity, Principal: github, y: " + strings.Repeat("y", 500_000) + "}\nz: [" + strings.Repeat("*x, ", 2000) + "]\n", 1},
		{"calls.tf", "a = " + strings.Repeat("f(", 300_000), 0},
		{"each.tf", "a = " + strings.Repeat("[for x in y : ", 70_000), 0},
		{"concat.tf", "a = " + strings.Repeat("concat([a], ", 80_000), 0},
		{"if.tf", "a = " + strings.Repeat("if (a) ", 100_000), 0},
	} {
		if got := len(Parse(NewSource(tt.name, tt.text), KindTrust).Trust.Statements); got != tt.want {
			t.Errorf("%s: %d statements, want %d", tt.name, got, tt.want)
		}
	}
}

func FuzzTrust(f *testing.F) {
	for _, s := range []string{
		"data aws_iam_policy_document x {\n statement {\n actions = [\"sts:AssumeRoleWithWebIdentity\"]\n condition {\n variable = \"" + Issuer + ":sub\"\n values = [\"*\"]\n }\n }\n}",
		`{"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity", "Principal": {"Federated": "github"}, "Condition": {"StringLike": {"x:sub": ["*", null]}}}]}`,
		"Statement:\n- Action: sts:AssumeRoleWithWebIdentity\n  Condition: &a\n    StringLike:\n      " + Issuer + ":sub: *a\n",
		"issuer: https://" + Issuer + "\nsubject: repo:a/b:pull_request\n",
		"resource google_iam_workload_identity_pool_provider p {\n workload_identity_pool_id = google_iam_workload_identity_pool.p.id\n attribute_condition = \"assertion.ref == '${x}'\"\n oidc {\n issuer_uri = \"" + Issuer + "\"\n }\n}\n" +
			"resource google_service_account_iam_member m {\n service_account_id = google_service_account.a.id\n member = \"principalSet://x/${google_iam_workload_identity_pool.p.name}/*\"\n}\n" +
			"resource google_project_iam_member o {\n role = \"roles/owner\"\n member = google_service_account.a.email\n}",
		"module m {\n source = \"github-oidc\"\n subjects = [\"a\"]\n policies = { a = \"policy/AdministratorAccess\" }\n}",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, name := range []string{"x.tf", "x.json", "x.yml", "x.json.tpl"} {
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
