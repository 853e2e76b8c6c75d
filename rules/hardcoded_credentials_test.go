package rules_test

import (
	"encoding/base64"
	"fmt"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint"
	"sekisho/lint/repo"
	"sekisho/lint/report"
	"sekisho/rules"
)

// varied returns letters and digits that look made by a program, the same in every run: no credential stands in a file.
func varied(n int) string {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	r := rand.New(rand.NewPCG(3, uint64(n)))
	b := make([]byte, n)
	for i := range b {
		b[i] = alphabet[r.IntN(len(alphabet))]
	}
	return string(b)
}

// tokenOfGitHub has the checksum that its format asks for.
func tokenOfGitHub() string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	body, sum := varied(30), ""
	for n := crc32.ChecksumIEEE([]byte(body)); len(sum) < 6; n /= 62 {
		sum = string(digits[n%62]) + sum
	}
	return "gh" + "p_" + body + sum
}

const ciHead = "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v7\n"

// TestCredentials checks the two rules about credentials on repositories that have some, and that no report quotes one.
func TestCredentials(t *testing.T) {
	token, password := tokenOfGitHub(), varied(20)
	key := "-----BEGIN RSA PRIVATE " + "KEY-----\n" + varied(64) + "\n" + varied(63) + "x\n-----END RSA PRIVATE " + "KEY-----\n"
	login := base64.StdEncoding.EncodeToString([]byte("me:" + password))
	const ci = ".github/workflows/ci.yml"
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"places of a workflow", map[string]string{ci: "# " + token + "\n" + ciHead + "      - run: |\n          curl -H 'Authorization: token " + token + "' https://api.github.com\n        env:\n          A: '" + token + "'\n"},
			[]string{ci + ":1 critical hardcoded-credentials", ci + ":10 critical hardcoded-credentials", ci + ":12 critical hardcoded-credentials"}},
		{"split and expressions", map[string]string{ci: ciHead + "      - run: echo ${{ format('{0}', '" + token + "') }} \"" + token[:20] + "\"\"" + token[20:] + "\"\n"}, []string{ci + ":8 critical hardcoded-credentials"}},
		{"names", map[string]string{ci: ciHead + "      - run: ./x --password=" + password + "\n        env:\n          DB_PASSWORD: " + password + "\n          NAME: " + password + "\n      - uses: a/b@v1\n        with:\n          api-key: \"" + password + "\"\n          cache-key: " + password + "\n"},
			[]string{ci + ":8 high hardcoded-credentials", ci + ":10 high hardcoded-credentials", ci + ":14 high hardcoded-credentials"}},
		{"services", map[string]string{ci: strings.Replace(ciHead, "    steps:", "    services:\n      db:\n        image: x\n        env:\n          POSTGRES_PASSWORD: "+password+"\n    env:\n      PGPASSWORD: "+password+"\n    steps:", 1)}, nil},
		{"report services", map[string]string{ci: ciHead + "      - run: ./x\n        env:\n          CODECOV_TOKEN: " + password + "\n"}, []string{ci + ":10 medium hardcoded-credentials"}},
		{"address", map[string]string{ci: ciHead + "      - run: git push https://me:" + password + "@example.com/a\n"}, []string{ci + ":8 high hardcoded-credentials"}},
		{"scripts", map[string]string{ci: ciHead + "      - run: cd tools && python3 -u run.py && ./all.sh\n", "tools/run.py": "import os\nTOKEN = '" + token + "'\n", "tools/all.sh": "#!/bin/sh\nnode \"lib/x.mjs\"\n", "tools/lib/x.mjs": "const apiKey = \"" + password + "\"\n", "tools/unused.py": token},
			[]string{ci + ":8 critical hardcoded-credentials tools/run.py:2", ci + ":8 high hardcoded-credentials tools/lib/x.mjs:1"}},
		{"dockerfile", map[string]string{ci: ciHead + "      - uses: docker/build-push-action@v6\n", "Dockerfile": "FROM a\nENV API_TOKEN=" + password + "\n"}, []string{ci + ":8 high hardcoded-credentials Dockerfile:2"}},
		{"action", map[string]string{"x/action.yml": "name: a\ndescription: b\nruns:\n  using: docker\n  image: Dockerfile\n", "x/Dockerfile": "FROM a\nRUN git clone https://" + token + "@github.com/a/b\n"}, []string{"x/action.yml:5 critical hardcoded-credentials x/Dockerfile:2"}},
		{"dependabot", map[string]string{".github/dependabot.yml": "version: 2\nregistries:\n  a:\n    type: npm-registry\n    url: https://npm.example.com\n    token: " + password + "\nupdates: []\n"}, []string{".github/dependabot.yml:6 high hardcoded-credentials"}},
		{"pair of AWS", map[string]string{ci: ciHead + "      - run: aws s3 ls\n        env:\n          AWS_ACCESS_KEY_ID: AKIA" + "Q3RT7WXYZ2ABC4DE" + "\n          AWS_SECRET_ACCESS_KEY: \"" + varied(40) + "\"\n"}, []string{ci + ":10 critical hardcoded-credentials", ci + ":11 critical hardcoded-credentials"}},
		{"half of a pair", map[string]string{ci: ciHead + "      - run: aws s3 ls\n        env:\n          AWS_ACCESS_KEY_ID: AKIA" + "Q3RT7WXYZ2ABC4DE" + "\n          AWS_SECRET_ACCESS_KEY: ${{ secrets.AWS_SECRET_ACCESS_KEY }}\n"}, nil},
		{"checksum", map[string]string{ci: ciHead + "      - run: echo " + token[:39] + "0\n"}, nil},
		{"files", map[string]string{
			".env": "A=b\nexport DB_PASSWORD='" + password + "'\nGH=" + token + "\nAPI_KEY=" + varied(19) + "\n", ".npmrc": "//registry.example.com/:_authToken=" + password + "\n", "a/.netrc": "machine a login b password " + password + "\n",
			".git-credentials": "https://me:" + password + "@example.com\n", ".docker/config.json": "{\"auths\": {\"a\": {\n  \"auth\": \"" + login + "\"\n}}}\n", "id_rsa": key, ".pgpass": "h:5432:d:u:" + password + "\n", ".vault-token": password + "\n",
			".env.keys": "DOTENV_PRIVATE_KEY=" + password + "\n", ".env.vault": "A_TOKEN=" + password, "b/.env": "A_TOKEN=encrypted:" + password + "\n",
		}, []string{
			".docker/config.json:2 high env-file-committed", ".env:2 high env-file-committed", ".env:3 critical hardcoded-credentials", ".env.keys:1 critical env-file-committed", ".git-credentials:1 high env-file-committed",
			".npmrc:1 high env-file-committed", ".pgpass:1 high env-file-committed", ".vault-token:1 high env-file-committed", "a/.netrc:1 high env-file-committed", "id_rsa:1 critical hardcoded-credentials",
		}},
		{"files that are kept out", map[string]string{
			".gitignore": "/.env\n", ".gitattributes": "*.key.env filter=git-crypt\n", ".env": token, "a.key.env": token, "tests/.env": token, "x/.env.sample": token, "examples/id_rsa": key, "p.env": "A_TOKEN=" + password + "\nsops_version=3\n",
		}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			for name, text := range tt.files {
				fsys[name] = &fstest.MapFile{Data: []byte(text)}
			}
			list := slices.DeleteFunc(rules.All(), func(r *lint.Rule) bool { return r.ID != "hardcoded-credentials" && r.ID != "env-file-committed" })
			res := lint.Run(repo.Load(fsys, repo.Options{}), lint.Settings{Rules: list})
			var got []string
			for _, f := range res.Findings {
				line := fmt.Sprintf("%s:%d %s %s", f.Path, res.Sources[f.Path].Position(f.Start).Line, f.Severity, f.Rule)
				for _, p := range f.Related {
					line += fmt.Sprintf(" %s:%d", p.Path, res.Sources[p.Path].Position(p.Start).Line)
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
			var all report.Report
			all.Add("", res)
			for _, format := range slices.DeleteFunc(report.Formats(), func(name string) bool { return name == "template" }) {
				var out strings.Builder
				if err := report.Write(io.Writer(&out), format, &all, report.Options{Version: "1"}); err != nil {
					t.Fatal(err)
				}
				for _, secret := range []string{token[8:], password, varied(19), varied(63), login} {
					if strings.Contains(out.String(), secret) {
						t.Errorf("the format %s quotes a credential", format)
					}
				}
			}
		})
	}
}
