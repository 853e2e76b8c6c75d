package catalog

import "testing"

func TestAdvisories(t *testing.T) {
	for _, test := range []struct {
		name, version string
		want          string // the first advisory
	}{
		{"tj-actions/changed-files", "v45", "GHSA-mrrh-fwg8-r2c3"},
		{"TJ-actions/Changed-Files", "45.0.7", "GHSA-mrrh-fwg8-r2c3"},
		{"tj-actions/changed-files", "v46", ""}, // its tag stands for the newest release
		{"tj-actions/changed-files", "v46.0.0", "GHSA-mrrh-fwg8-r2c3"},
		{"tj-actions/changed-files", "v46.0.1", ""},
		{"actions/download-artifact", "v4", ""},
		{"actions/download-artifact", "v4.1.2", "GHSA-cxww-7g56-2vh6"},
		{"actions/download-artifact", "v3", ""},
		{"reviewdog/action-setup", "v1", ""}, // was moved back
		{"actions/download-artifact", "main", ""},
		{"github/codeql-action/analyze", "v3.28.2", "GHSA-vqf5-2xx6-9wfm"},
	} {
		got := ""
		if all := Advisories(test.name, test.version); len(all) > 0 {
			got = all[0].ID
		}
		if got != test.want {
			t.Errorf("%s@%s: %q, want %q", test.name, test.version, got, test.want)
		}
	}
}

func TestLookAlike(t *testing.T) {
	for slug, want := range map[string]string{
		"actons/checkout":     "actions/checkout",
		"action/checkout":     "actions/checkout",
		"acitons/checkout":    "actions/checkout",
		"actlons/checkout":    "actions/checkout",
		"Actions/Checkout":    "",
		"actions/checkouts":   "", // the owner is who he says
		"octo-org/checkout":   "",
		"d0cker/login-action": "docker/login-action",
		"ruby/setup-ruby":     "",
	} {
		if got := LookAlike(slug); got != want {
			t.Errorf("%s: %q, want %q", slug, got, want)
		}
	}
}

func TestCompromised(t *testing.T) {
	if _, ok := Compromised("tj-actions/changed-files", "0E58ED8671d6b60d0890c21b07f8835ace038e67"); !ok {
		t.Error("a known commit is not found")
	}
	if _, ok := Compromised("tj-actions/changed-files", "9426d40962ed5378910ee2e21d5f8c6fcbf2dd96"); ok {
		t.Error("a good commit is taken for a bad one")
	}
}
