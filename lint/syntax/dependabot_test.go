package syntax

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func messages(f *File) []string {
	var out []string
	for _, e := range f.Errs {
		out = append(out, e.Message)
	}
	return out
}

func TestDependabot(t *testing.T) {
	const text = `version: 2
registries:
  private:
    type: npm-registry
    url: https://npm.example.com
    token: ${{secrets.NPM}}
updates:
  - package-ecosystem: github-actions
    directories: [/, /actions/*]
    schedule: {interval: weekly, day: monday}
    cooldown:
      default-days: 7
      semver-major-days: 30
    insecure-external-code-execution: allow
  - package-ecosystem: npm
    directory: /
    schedule: {interval: cron, cronjob: "0 3 * * 1"}
    registries: "*"
    groups: {all: {patterns: ["*"]}}
`
	f := Parse(NewSource(".github/dependabot.yml", text), KindDependabot)
	if len(f.Errs) > 0 {
		t.Fatal(messages(f))
	}
	u := f.Dependabot.Updates[0]
	if u.Ecosystem.Value != "github-actions" || len(u.Directories.Values) != 2 || u.Cooldown.DefaultDays != 7 || u.Cooldown.MajorDays != 30 || u.Cooldown.MinorDays != -1 || u.Execution.Value != "allow" {
		t.Errorf("update read as %+v, cooldown %+v", u, u.Cooldown)
	}
	if len(f.Dependabot.Registries) != 1 || f.Dependabot.Registries[0].Name.Value != "private" {
		t.Errorf("registries read as %+v", f.Dependabot.Registries)
	}
}

func TestDependabotFaults(t *testing.T) {
	const text = `version: 1
updates:
  - package-ecosystem: github-action
    directory: /
    directories: [/]
    schedule: {intervall: weekly}
    cooldown: {default-days: seven, semver-major-days: 400}
  - directory: /
    schedule: {interval: cron}
    labels: x
  - none
update: []
`
	want := []string{
		`"version" must be 2, not "1"`,
		`"package-ecosystem" cannot be "github-action"; did you mean "github-actions"?`,
		`an update has either "directory" or "directories"; remove one`,
		`unknown key "intervall" in schedule; did you mean "interval"?`,
		`the schedule has no "interval"; add it`,
		`"default-days" must be a number of days, not a string`,
		`"semver-major-days" must be 0 to 90 days, not "400"`,
		`the update has no "package-ecosystem"; add it`,
		`the schedule has no "cronjob"; add it`,
		`"labels" must be a list of strings, not a string`,
		`an entry of "updates" must be a mapping, not a string`,
		`unknown key "update" in the Dependabot configuration; did you mean "updates"?`,
	}
	f := Parse(NewSource(".github/dependabot.yml", text), KindDependabot)
	if diff := cmp.Diff(want, messages(f)); diff != "" {
		t.Error(diff)
	}
}

func TestPreCommit(t *testing.T) {
	const text = `repos:
  - repo: https://github.com/octo-org/hooks
    rev: v1.2.3
    hooks:
      - id: lint
        additional_dependencies: [x==1]
  - repo: local
    hooks: [{id: own, entry: ./x.sh, language: system}]
  - repo: https://github.com/octo-org/other
    hook: []
    hooks: [{name: nameless}]
`
	f := Parse(NewSource(".pre-commit-config.yaml", text), KindPreCommit)
	want := []string{`the repository has no "rev"; add it`, `the hook has no "id"; add it`}
	if diff := cmp.Diff(want, messages(f)); diff != "" {
		t.Error(diff)
	}
	r := f.PreCommit.Repos
	if len(r) != 3 || r[0].Rev.Value != "v1.2.3" || r[0].Hooks[0].Dependencies.Values[0].Value != "x==1" || r[1].Hooks[0].Entry.Value != "./x.sh" {
		t.Errorf("read as %+v", r)
	}
}
