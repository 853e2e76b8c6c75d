package catalog

import (
	"strings"
	"testing"
)

// FuzzLeaders compares the quick answers by the first word of a command with the full ones.
func FuzzLeaders(f *testing.F) {
	for _, t := range [...]*table{installTable(), insecureTable()} {
		t.all(func(row []string) {
			words := strings.NewReplacer("*", "x", "|", " ").Replace(row[1])
			f.Add(row[0] + " " + words + " pkg")
			f.Add("/usr/bin/" + strings.ToUpper(row[0]) + ".exe " + words + " pkg")
			f.Add("poetry run " + row[0] + " " + words + " pkg")
			f.Add("python3 -m " + row[0] + " " + words + " pkg")
		})
	}
	for _, script := range [...]string{"pip3.12 install x", "python3.11 -m pip install x", "pypy3 -m pip install x", "PY -m pip install x", "corepack pnpm dlx x", `C:\pip install x`,
		"mvn -Dmaven.wagon.http.ssl.insecure=true deploy", "./mvnw -DAETHER.connector.https.securityMode=insecure", "\u212Aubectl --insecure-skip-tls-verify", "bundle exec npm set strict-ssl false",
		"pdm run pip install x", "npm.cmd install x", "bunx x", "docker run x", "$PIP install x"} {
		f.Add(script)
	}
	f.Fuzz(func(t *testing.T, script string) {
		words := strings.Fields(script)
		if len(words) == 0 {
			return
		}
		if _, ok := Installs(words); ok && !MayInstall(words[0]) {
			t.Errorf("%q installs something, but no command that begins so may", words)
		}
		if meaning, _, _ := Insecure(Manager(words)); meaning != "" && !MayBeInsecure(words[0]) {
			for _, w := range words {
				if InsecureOption(w) {
					return
				}
			}
			t.Errorf("%q is insecure, but no command that begins so may be", words)
		}
	})
}
