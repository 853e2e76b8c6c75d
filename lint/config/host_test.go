package config_test

import (
	"strings"
	"testing"

	"sekisho/lint/config"
)

func TestTrusts(t *testing.T) {
	g := config.Given{TrustedHosts: []config.Host{"downloads.example.com", "*.corp.example.com", "10.0.0.5", "FD00::5"}}
	for host, want := range map[string]bool{
		"downloads.example.com": true, "Downloads.Example.com:8443": true, "downloads.example.com.": true, "10.0.0.5": true, "[fd00::5]:443": true,
		"a.corp.example.com": true, "a.b.corp.example.com": true,
		"": false, "example.com": false, "x.downloads.example.com": false, "downloads.example.com.evil.test": false, "corp.example.com": false, ".corp.example.com": false,
		"acorp.example.com": false, "$X.corp.example.com": false, "${{ inputs.a }}.corp.example.com": false, "evil.test\\.corp.example.com": false, "evil.test#.corp.example.com": false,
		"10.0.0.50": false,
	} {
		if got := g.Trusts(host); got != want {
			t.Errorf("Trusts(%q) = %v", host, got)
		}
	}
	if none := (config.Given{}); none.Trusts("example.com") {
		t.Error("a host is trusted though none is named")
	}
}

func FuzzTrusts(f *testing.F) {
	for _, text := range []string{"", "*.", "*.a.b", "a", "[::1]", "a:1", "::", ".", "*.*.a"} {
		f.Add(text, "x.a.b:1")
	}
	f.Fuzz(func(t *testing.T, trusted, host string) {
		h := config.Host(trusted)
		g := config.Given{TrustedHosts: []config.Host{h}}
		own := strings.TrimSpace(trusted)
		if h.Valid() == nil && own[0] != '*' && !g.Trusts(own) {
			t.Errorf("%q does not trust itself", own)
		}
		g.Trusts(host)
	})
}
