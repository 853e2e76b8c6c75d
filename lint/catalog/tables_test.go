package catalog

import (
	"slices"
	"strings"
	"testing"
)

// tables are the files, their columns, their keys' least number, and how many columns make a row unique.
var tables = []struct {
	name, text          string
	cols, least, unique int
}{
	{"agentclis.tsv", agentCLIText, 6, 15, 1},
	{"agentflags.tsv", agentFlagText, 5, 15, 4},
	{"agentinputs.tsv", agentInputText, 5, 10, 4},
	{"agents.tsv", agentText, 4, 15, 1},
	{"advisories.tsv", advisoryText, 7, 35, 5},
	{"api.tsv", apiText, 4, 40, 2},
	{"apptokens.tsv", appTokenText, 5, 15, 5},
	{"approvers.tsv", approverText, 4, 10, 1},
	{"argsecrets.tsv", argSecretText, 4, 45, 3},
	{"archived.tsv", archivedText, 2, 140, 1},
	{"authors.tsv", authorText, 2, 5, 1},
	{"buildargs.tsv", buildArgText, 3, 14, 2},
	{"builders.tsv", builderText, 4, 7, 1},
	{"checkactions.tsv", checkActionText, 3, 30, 1},
	{"checkcommands.tsv", checkCommandText, 4, 35, 2},
	{"caches.tsv", cacheText, 6, 75, 3},
	{"cloudinputs.tsv", cloudInputText, 4, 12, 3},
	{"cloudkeys.tsv", cloudKeyText, 2, 30, 1},
	{"codevars.tsv", codeVarText, 2, 40, 1},
	{"commands.tsv", commandText, 6, 80, 4},
	{"compromised.tsv", compromisedText, 4, 3, 2},
	{"debugenv.tsv", debugEnvText, 3, 20, 1},
	{"debugs.tsv", debugText, 4, 15, 2},
	{"credentials.tsv", credentialText, 6, 80, 1},
	{"credentialfiles.tsv", credentialFileText, 3, 25, 1},
	{"deploys.tsv", deployText, 4, 80, 2},
	{"envloaders.tsv", envLoaderText, 3, 6, 1},
	{"downloads.tsv", downloadText, 7, 12, 1},
	{"events.tsv", eventText, 7, 32, 1},
	{"federations.tsv", federationText, 3, 15, 1},
	{"fields.tsv", fieldText, 4, 50, 1},
	{"heads.tsv", headText, 2, 6, 2},
	{"gitusers.tsv", gitUserText, 3, 40, 2},
	{"indicators.tsv", indicatorText, 3, 4, 2},
	{"insecure.tsv", insecureText, 3, 30, 2},
	{"insecureenv.tsv", insecureEnvText, 3, 15, 1},
	{"installs.tsv", installText, 7, 25, 2},
	{"labelers.tsv", labelerText, 1, 10, 1},
	{"installscripts.tsv", installScriptText, 4, 8, 2},
	{"logins.tsv", loginText, 5, 40, 2},
	{"mints.tsv", mintText, 4, 10, 4},
	{"octokit.tsv", octokitText, 3, 10, 2},
	{"outputs.tsv", outputText, 5, 12, 3},
	{"pins.tsv", pinText, 3, 100, 2},
	{"popular.tsv", popularText, 1, 100, 1},
	{"posts.tsv", postText, 3, 20, 1},
	{"programs.tsv", programText, 3, 80, 1},
	{"riskyoptions.tsv", riskyOptionText, 6, 35, 2},
	{"runners.tsv", runnerText, 3, 20, 1},
	{"runnerlabels.tsv", runnerLabelText, 2, 20, 1},
	{"runners.tsv", runnerText, 3, 60, 1},
	{"publishers.tsv", publisherText, 5, 18, 2},
	{"publishes.tsv", publishText, 8, 18, 2},
	{"scopes.tsv", scopeText, 4, 200, 2},
	{"scripts.tsv", scriptText, 5, 15, 2},
	{"services.tsv", serviceText, 2, 10, 1},
	{"secretfiles.tsv", secretFileText, 3, 60, 1},
	{"sources.tsv", sourceText, 2, 20, 1},
	{"superfluous.tsv", superfluousText, 2, 15, 1},
	{"thirdparty.tsv", thirdPartyText, 3, 20, 3},
	{"tokens.tsv", tokenText, 4, 10, 3},
	{"tools.tsv", toolText, 7, 60, 1},
	{"workspace.tsv", workspaceText, 3, 110, 1},
	{"wrappers.tsv", wrapperText, 4, 20, 2},
}

func TestTablesAreWellFormed(t *testing.T) {
	for _, tt := range tables {
		lines := strings.Split(strings.TrimSuffix(tt.text, "\n"), "\n")
		if !strings.HasPrefix(lines[0], "# ") || !strings.HasPrefix(lines[1], "# Source: ") {
			t.Errorf("%s: the first two lines must say what it holds and where from", tt.name)
		}
		var keys []string
		seen := map[string]bool{}
		last := []string{}
		for i, line := range lines {
			if strings.HasPrefix(line, "#") {
				continue
			}
			row := strings.Split(line, "\t")
			if len(row) != tt.cols {
				t.Errorf("%s:%d: %d columns, want %d", tt.name, i+1, len(row), tt.cols)
				continue
			}
			for _, field := range row {
				if field == "" || field != strings.TrimSpace(field) || strings.Contains(field, "  ") {
					t.Errorf("%s:%d: bad field %q", tt.name, i+1, field)
				}
			}
			if slices.Compare(last, row) >= 0 {
				t.Errorf("%s:%d: out of order", tt.name, i+1)
			}
			last = row
			id := strings.Join(row[:tt.unique], "\t")
			if seen[id] {
				t.Errorf("%s:%d: twice: %s", tt.name, i+1, id)
			}
			seen[id] = true
			if len(keys) == 0 || keys[len(keys)-1] != row[0] {
				keys = append(keys, row[0])
			}
			if tt.name != "commands.tsv" && tt.name != "credentials.tsv" && row[0] != strings.ToLower(row[0]) {
				t.Errorf("%s:%d: key %q is not in lower case", tt.name, i+1, row[0])
			}
		}
		if len(keys) < tt.least {
			t.Errorf("%s: %d keys, want at least %d", tt.name, len(keys), tt.least)
		}
	}
}

func TestFieldsAreKnown(t *testing.T) {
	kind := func(table, s string) {
		if !slices.Contains(kindNames[:], s) {
			t.Errorf("%s: unknown kind %q", table, s)
		}
	}
	strength := func(table, s string) {
		if !slices.Contains(strengthNames[:], s) {
			t.Errorf("%s: unknown strength %q", table, s)
		}
	}
	deployTable().all(func(row []string) {
		conditions(t, row[0], row[1])
		kind("deploys.tsv", row[2])
		strength("deploys.tsv", row[3])
	})
	commandTable().all(func(row []string) {
		kind("commands.tsv", row[4])
		strength("commands.tsv", row[5])
		if p := programOf(row[0]); p.name != row[0] {
			t.Errorf("commands.tsv: %q is an alias of %q", row[0], p.name)
		}
		for cond := range strings.FieldsSeq(row[3]) {
			if strings.Contains(cond, "|") {
				t.Errorf("commands.tsv: %s: %q: what rules out is separated by blanks", row[0], cond)
			}
		}
	})
	scopeTable().all(func(row []string) {
		conditions(t, row[0], row[1])
		scopeList(t, row[0], row[3])
	})
	appTokenTable().all(func(row []string) {
		for _, conds := range row[3:] {
			if conds != "never" {
				conditions(t, row[0], conds)
			}
		}
	})
	publisherTable().all(func(row []string) { conditions(t, row[0], row[1]) })
	cacheTable().all(func(row []string) {
		conditions(t, row[0], row[2])
		if !slices.Contains([]string{"both", "restore", "save"}, row[4]) {
			t.Errorf("caches.tsv: %s: %q is nothing that an action does", row[0], row[4])
		}
	})
	runnerTable().all(func(row []string) { conditions(t, row[0], row[1]) })
	downloadTable().all(func(row []string) { conditions(t, row[0], row[5]) })
	cloudInputTable().all(func(row []string) { conditions(t, row[0], row[1]) })
	gitUserTable().all(func(row []string) {
		conditions(t, row[0], row[1])
		if row[2] != "push" && row[2] != "fetch" {
			t.Errorf("gitusers.tsv: %s: unknown verb %q", row[0], row[2])
		}
	})
	tokenTable().all(func(row []string) { scopeList(t, row[0], row[3]) })
	apiTable().all(func(row []string) { scopeList(t, row[0], row[2]); scopeList(t, row[0], row[3]) })
	octokitTable().all(func(row []string) { scopeList(t, row[0], row[2]) })
	loginTable().all(func(row []string) { conditions(t, row[0], row[1]) })
	toolTable().all(func(row []string) { conditions(t, row[0], row[5]) })
	pinTable().all(func(row []string) {
		if v, ok := parseVersion(row[1]); !ok || v.n < 2 || len(row[2]) != 40 || strings.Trim(row[2], "0123456789abcdef") != "" {
			t.Errorf("pins.tsv: bad row %q", row)
		}
	})
	wrapperTable().all(func(row []string) {
		if !slices.Contains([]string{"next", "pkg", "module", "path", "env", "dash", "flag", "exec"}, row[2]) {
			t.Errorf("wrappers.tsv: %s: unknown way %q", row[0], row[2])
		}
	})
}

func TestEveryCommandHasAnAnchor(t *testing.T) {
	a := newAnchors()
	commandTable().all(func(row []string) {
		if word, _ := anchorOf(row[0]); word == "" && !a.addWords(row[1]) && !a.addNeed(row[2]) {
			t.Errorf("commands.tsv: %s %s: no word of it can stand for it", row[0], row[1])
		}
	})
}

func conditions(t *testing.T, key, conds string) {
	t.Helper()
	if conds == "" {
		return
	}
	for cond := range strings.SplitSeq(conds, "; ") {
		name, op, values := splitCond(cond)
		ok := name != "" && name == strings.ToLower(name) && (values != "" || strings.HasSuffix(op, "?"))
		if !ok || !slices.Contains([]string{"?", "!?", "=", "!=", "~", "!~", "^=", "!^=", "*=", "!*="}, op) {
			t.Errorf("%s: bad condition %q", key, cond)
		}
	}
}

func scopeList(t *testing.T, key, list string) {
	t.Helper()
	if list == "*" {
		return
	}
	known := ScopeNames()
	for item := range strings.FieldsSeq(list) {
		name, level, _ := strings.Cut(strings.TrimRight(item, "?~"), ":")
		if !slices.Contains(known, name) || level != "read" && level != "write" || name == "id-token" && level != "write" {
			t.Errorf("%s: bad scope %q", key, item)
		}
	}
}

func TestTokensOfGit(t *testing.T) {
	for _, row := range tokenTable().of("git") {
		first, _, _ := strings.Cut(row[1], " ")
		for word := range strings.SplitSeq(first, "|") {
			if !tokenGit(word) {
				t.Errorf("git %s is in the table, but tokenGit rules it out", word)
			}
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		for _, tt := range tables {
			load(tt.text, tt.cols)
		}
	}
}

func BenchmarkAnchors(b *testing.B) {
	for b.Loop() {
		newAnchors()
	}
}

func BenchmarkMayDeploy(b *testing.B) {
	script := strings.Repeat("set -euo pipefail\nnpm ci\nnpm run build -- --mode test\necho \"done with ${GITHUB_SHA}\" | tee log.txt\n", 20)
	MayDeploy(script)
	b.SetBytes(int64(len(script)))
	for b.Loop() {
		MayDeploy(script)
	}
}

func BenchmarkDeployCommand(b *testing.B) {
	words := strings.Fields("npx -y wrangler@4 deploy --env prod")
	b.ReportAllocs()
	for b.Loop() {
		DeployCommand(words)
	}
}
