package catalog

import (
	"encoding/base64"
	"hash/crc32"
	"math/rand/v2"
	"strings"
	"testing"
)

// random returns text that looks as if a program had made it, the same in every run: no credential stands in a file.
func random(alphabet string, n int) string {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

const (
	hexDigits = "0123456789abcdef"
	capitals  = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	alnums    = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// sampleOf makes a credential of a row.
func sampleOf(row []string, least int) string {
	switch row[4] {
	case "crc":
		body := random(alnums, 30)
		return row[0] + body + base62(crc32.ChecksumIEEE([]byte(body)))
	case "jwt":
		return token(`{"alg":"HS256","typ":"JWT"}`, `{"sub":"7"}`)
	case "pat":
		return row[0] + random(alnums, 22) + "_" + random(alnums, 59)
	case "openai":
		return row[0] + random(alnums, 20) + "T3BlbkFJ" + random(alnums, 20)
	case "sendgrid":
		return row[0] + random(alnums, 22) + "." + random(alnums, 43)
	case "slack":
		return row[0] + "123412341234-" + random(alnums, 30)
	}
	switch row[1] {
	case "hex":
		return row[0] + random(hexDigits, least)
	case "upper":
		return row[0] + random(capitals, least)
	case "lower":
		return row[0] + random("0123456789abcdefghijklmnopqrstuvwxyz", least)
	}
	return row[0] + random(alnums, least)
}

func token(head, body string) string {
	enc := base64.RawURLEncoding.EncodeToString
	return enc([]byte(head)) + "." + enc([]byte(body)) + "." + random(alnums, 43)
}

func TestCredentialForms(t *testing.T) {
	load(credentialText, 6).all(func(row []string) {
		x := credentialForm{}
		for _, list := range credentialsByKey().byKey {
			for _, f := range list {
				if f.begin == row[0] {
					x = f
				}
			}
		}
		for _, f := range credentialsByKey().dotted {
			if f.begin == row[0] {
				x = f
			}
		}
		if x.least+len(x.begin) < shortestRun || x.most < x.least {
			t.Errorf("%s: from %d to %d characters", row[0], x.least, x.most)
			return
		}
		sample := sampleOf(row, x.least)
		for _, text := range []string{sample, "  A: " + sample + " # b", "-H 'x: " + sample + "'", "a=" + sample + "\n", `"` + sample + `"`, "https://x:" + sample + "@a/"} {
			got := Credentials(text)
			if len(got) != 1 || text[got[0].Start:got[0].End] != sample || got[0].What != x.what || got[0].Example || !strings.HasPrefix(sample, got[0].Shown) {
				t.Errorf("%s: %q holds %+v", row[0], text, got)
			}
		}
		if x.check == "crc" {
			wrong := sample[:len(sample)-1] + string(alnums[(strings.IndexByte(alnums, sample[len(sample)-1])+1)%62])
			if got := Credentials(wrong); len(got) > 0 {
				t.Errorf("%s: %q has a wrong checksum", row[0], wrong)
			}
		}
		if got := Credentials("x" + sample); len(got) > 0 && got[0].Start < 2 {
			t.Errorf("%s: found within a word: %+v", row[0], got)
		}
	})
}

func TestCredentialsOfOtherShapes(t *testing.T) {
	key := strings.Repeat(random(alnums, 64)+"\n", 3)
	begin, end := "-----BEGIN RSA PRIVATE ", "-----END RSA PRIVATE "
	azure := base64.StdEncoding.EncodeToString([]byte(random(alnums, 64)))
	for _, tt := range []struct{ text, what string }{
		{begin + "KEY-----\n" + key + end + "KEY-----\n", "rsa private key"},
		{"  k: |\n    " + strings.ReplaceAll(begin+"KEY-----\n"+key+end, "\n", "\n    "), "rsa private key"},
		{"\"" + begin + `KEY-----\n` + strings.ReplaceAll(key, "\n", `\n`) + end, "rsa private key"},
		{"grep '" + begin + "KEY-----' x\n" + strings.Repeat("a b\n", 30) + end, ""},
		{begin + "KEY-----\n$KEY\n" + end, ""},
		{"https://hooks.slack." + "com/services/T0123456/B0123456/" + random(alnums, 24), "webhook of Slack"},
		{"https://discord" + ".com/api/webhooks/123456789012345678/" + random(alnums, 68), "webhook of Discord"},
		{"https://example.com/services/T0123456/B0123456/" + random(alnums, 24), ""},
		{"bot123456789:AA" + random(alnums, 33), "token of a Telegram bot"},
		{"a1b8Q~" + random(alnums, 34), "client secret of Entra ID"},
		{"DefaultEndpointsProtocol=https;AccountName=a;AccountKey=" + azure + ";Endpoint", "key of Azure"},
		{"ghs_" + token(`{"alg":"RS256"}`, `{"a":1}`), "token of GitHub"},
		{token(`{"typ":"JWT"}`, `{}`), ""},
		{"uses: actions/checkout@" + random(hexDigits, 40), ""},
		{"sha256:" + random(hexDigits, 64), ""},
		{"sk-" + random(alnums, 48), ""},
		{"some-quite-long-name-of-a-step-or-a-file", ""},
		{strings.Repeat("a", 100_000), ""},
		{strings.Repeat("-", 1000), ""},
		{"", ""},
	} {
		what := ""
		if got := Credentials(tt.text); len(got) > 0 {
			what = got[0].What
		}
		if what != tt.what {
			t.Errorf("%.80q is %q, not %q", tt.text, what, tt.what)
		}
	}
	for _, text := range []string{
		"AKIAIOSFODNN7" + "EXAMPLE", "ghp_" + strings.Repeat("x", 36), "ghp_" + "1234567890abcdefghijklmnopqrstuvwxyz", "sk_live_" + strings.Repeat("0", 24),
		token(`{"alg":"HS256"}`, `{"name":"John Doe"}`),
	} {
		if got := Credentials(text); len(got) != 1 || !got[0].Example {
			t.Errorf("%q is no example: %+v", text, got)
		}
	}
}

func FuzzCredentials(f *testing.F) {
	f.Add("AKIA" + strings.Repeat("A", 16))
	f.Add("-----BEGIN PRIVATE KEY-----\n-----END ")
	f.Add("eyJhbGciOiJub25lIn0.e30." + strings.Repeat("a", 30))
	f.Add("SG." + strings.Repeat("a", 22) + "." + strings.Repeat("b", 43))
	f.Add("AccountKey=" + strings.Repeat("/a", 60))
	f.Add("--------------------AA")
	f.Add("0Q~" + strings.Repeat("a", 32))
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, c := range Credentials(text) {
			if c.Start < 0 || c.End <= c.Start || c.End > len(text) || c.What == "" {
				t.Fatalf("%q: %+v", text, c)
			}
			last = max(last, c.End)
		}
		Password(text)
		CredentialName(text)
	})
}

func TestPassword(t *testing.T) {
	for value, want := range map[string]bool{
		random(alnums, 20): true, "vK7#" + random(alnums, 12): true, random(alnums, 8): false, "postgres-1234-abcd": false, "changeme12345678": false, "${{ secrets.A }}xK92jfLq81": false,
		"my-api-token-name-v2": false, "us-east-1-production-2": false, "registry.example.com/a": false, "/run/secrets/a1b2c3d4e5": false, "1234567890123456": false, "encrypted:" + random(alnums, 30): false,
	} {
		if got := Password(value); got != want {
			t.Errorf("Password(%q) = %v", value, got)
		}
	}
	for name, want := range map[string]bool{
		"PASSWORD": true, "dbPassword": true, "API_KEY": true, "npm_config_//x/:_authToken": true, "GITHUB_TOKEN": true, "AWS_SECRET_ACCESS_KEY": true, "pass": true,
		"cache-key": false, "KEY": false, "TOKEN_URL": false, "SECRET_NAME": false, "PASSWORD_FILE": false, "TEST_PASSWORD": false, "PUBLIC_KEY": false, "compass": false, "": false,
	} {
		if got := CredentialName(name); got != want {
			t.Errorf("CredentialName(%q) = %v", name, got)
		}
	}
}

func BenchmarkCredentials(b *testing.B) {
	text := strings.Repeat("      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1\n        with:\n          persist-credentials: false\n      - run: |\n          make build && make test --some-long-option-name\n", 5000)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		Credentials(text)
	}
}
