package repo

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/syntax"
)

func TestLoadFindsTrust(t *testing.T) {
	issuer := "https://" + syntax.Issuer
	fsys := fstest.MapFS{}
	for name, text := range map[string]string{
		"infra/main.tf":               `url = "` + issuer + `"`,
		"infra/other.tf":              `a = "b"`,
		"infra/role.tf":               `actions = ["sts:AssumeRoleWithWebIdentity"] # for GitHub`,
		"infra/eks.tf":                `actions = ["sts:AssumeRoleWithWebIdentity"]`,
		"module.tf":                   `source = "x/oidc-github/aws"`,
		"infra/.terraform/m/main.tf":  issuer,
		"node_modules/x/main.tf":      issuer,
		"docs/notes.json":             issuer,
		"policies/trust.json":         issuer,
		"cloudformation.yml":          issuer,
		"main.bicep":                  issuer,
		"federated.tf":                `resource "azurerm_federated_identity_credential" "a" { subject = "repo:a/b:pull_request" }`,
		"policies/trust.json.tpl":     issuer,
		"chart/notes.tpl":             issuer,
		"README.md":                   issuer,
		".github/workflows/infra.yml": "on: push\njobs: {}\n# " + issuer,
		"aws/action.yml":              "runs: {}\n# " + issuer,
		"infra/large.tf":              issuer + strings.Repeat(" ", syntax.MaxFileSize),
	} {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	r := Load(fsys, Options{})
	var got []string
	for _, f := range r.Files {
		if f.Kind == syntax.KindTrust {
			got = append(got, f.Path)
		}
	}
	want := []string{"cloudformation.yml", "federated.tf", "infra/main.tf", "infra/role.tf", "main.bicep", "module.tf", "policies/trust.json", "policies/trust.json.tpl"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	if len(r.Problems) > 0 {
		t.Errorf("problems: %v", r.Problems)
	}
	edited := Load(fsys, Options{Overlay: map[string]string{"infra/other.tf": issuer, "infra/main.tf": "a = 1"}})
	if edited.File("infra/other.tf").Kind != syntax.KindTrust || edited.File("infra/main.tf").Kind != syntax.KindOther {
		t.Error("an overlay does not count")
	}
}

func TestTrustIsBounded(t *testing.T) {
	fsys := fstest.MapFS{}
	var names []string
	for i := range maxTrustFiles + 10 {
		name := fmt.Sprintf("m/%05d.tf", i)
		names = append(names, name)
		fsys[name] = &fstest.MapFile{Data: []byte(syntax.Issuer)}
	}
	if got := len(findTrust(fsys, names, Options{})); got != maxTrustFiles {
		t.Errorf("%d files are read", got)
	}
	large := fstest.MapFS{}
	text := []byte(syntax.Issuer + strings.Repeat(" ", syntax.MaxFileSize-len(syntax.Issuer)))
	for _, name := range names[:40] {
		large[name] = &fstest.MapFile{Data: text}
	}
	if got := len(findTrust(large, names[:40], Options{})); got != maxTrustBytes/syntax.MaxFileSize {
		t.Errorf("%d large files are read", got)
	}
}
