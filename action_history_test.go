package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// testOnlyChanged runs the action in repositories with a history.
func testOnlyChanged(t *testing.T, binary string) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("there is no git")
	}
	type history struct {
		base, head, merge string // base: of the branch that the pull request is for; head: of its own; merge: both
	}
	// repository has a workflow with one finding, and a pull request that adds one. The base branch has moved on since.
	repository := func(t *testing.T) (*job, history) {
		j := newJob(t)
		j.git(t, "init", "--quiet", "--initial-branch=main")
		j.commit(t, faulty)
		j.git(t, "checkout", "--quiet", "-b", "topic")
		head := j.commit(t, faultier)
		j.git(t, "checkout", "--quiet", "main")
		j.write(t, ".github/workflows/other.yml", "name: other\n"+faulty)
		base := j.commit(t, faulty)
		j.git(t, "merge", "--quiet", "--no-edit", "topic")
		merge := j.git(t, "rev-parse", "HEAD")
		j.git(t, "checkout", "--quiet", "--detach", "HEAD")
		return j, history{base, head, merge}
	}
	pullRequest := func(base, head string) map[string]any {
		return map[string]any{"pull_request": map[string]any{"base": map[string]any{"sha": base}, "head": map[string]any{"sha": head}}}
	}
	const (
		one = "1 finding (1 high) in 2 files"
		all = "3 findings (3 high) in 2 files"
	)
	t.Run("pull request", func(t *testing.T) {
		j, h := repository(t)
		j.event(t, "pull_request", pullRequest(h.base, h.head))
		out := j.run(t, map[string]string{"binary": binary, "only-changed": "true"})
		out.check(t, "1", one, "1")
		out.contains(t, "octo-org/deploy")
	})
	t.Run("pull request of an older base", func(t *testing.T) {
		j, h := repository(t)
		j.event(t, "pull_request", pullRequest(j.git(t, "rev-parse", h.base+"^"), h.head))
		out := j.run(t, map[string]string{"binary": binary, "only-changed": "true"})
		out.check(t, "1", one, "1")
	})
	t.Run("head of a pull request", func(t *testing.T) {
		j, h := repository(t)
		j.git(t, "checkout", "--quiet", h.head)
		j.event(t, "pull_request", pullRequest(h.base, h.head))
		out := j.run(t, map[string]string{"binary": binary, "only-changed": "true"})
		out.check(t, "1", "1 finding (1 high) in 1 file", "1")
	})
	for _, depth := range []string{"1", "2"} {
		t.Run("checkout of depth "+depth, func(t *testing.T) {
			j, h := repository(t)
			origin := j.workspace
			j.workspace = filepath.Join(t.TempDir(), "clone")
			j.clone(t, origin, h.merge, depth)
			j.event(t, "pull_request", pullRequest(h.base, h.head))
			out := j.run(t, map[string]string{"binary": binary, "only-changed": "true"})
			out.check(t, "1", one, "1")
			if strings.Contains(out.log, "::notice") {
				t.Errorf("the log has a notice:\n%s", out.log)
			}
		})
	}
	t.Run("clone without files of the base", func(t *testing.T) {
		j, h := repository(t)
		origin := j.workspace
		j.git(t, "config", "uploadpack.allowFilter", "true")
		j.workspace = filepath.Join(t.TempDir(), "clone")
		j.clone(t, origin, h.merge, "2", "--filter=blob:none")
		j.event(t, "pull_request", pullRequest(h.base, h.head))
		out := j.run(t, map[string]string{"binary": binary, "only-changed": "true"})
		out.check(t, "3", all, "1")
		out.contains(t, "::notice title=sekisho::everything is reported: ", "this clone lacks some of it")
	})
	t.Run("history", func(t *testing.T) {
		j, h := repository(t)
		j.git(t, "checkout", "--quiet", h.head)
		j.event(t, "pull_request", pullRequest(h.base, h.head))
		j.run(t, map[string]string{"binary": binary, "only-changed": "true"})
		if got := j.git(t, "status", "--porcelain") + j.git(t, "rev-parse", "--is-shallow-repository"); got != "false" {
			t.Errorf("the clone is changed: %s", got)
		}
	})
	t.Run("base that cannot be had", func(t *testing.T) {
		j, h := repository(t)
		origin := j.workspace
		j.workspace = filepath.Join(t.TempDir(), "clone")
		j.clone(t, origin, h.merge, "1")
		if err := os.RemoveAll(origin); err != nil {
			t.Fatal(err)
		}
		j.event(t, "pull_request", pullRequest(h.base, h.head))
		out := j.run(t, map[string]string{"binary": binary, "only-changed": "true"})
		out.check(t, "3", all, "1")
		out.contains(t, "::notice title=sekisho::everything is reported: ", "fetch")
	})
	t.Run("push", func(t *testing.T) {
		j, h := repository(t)
		j.event(t, "push", map[string]any{"before": h.base, "after": h.merge})
		out := j.run(t, map[string]string{"binary": binary, "only-changed": "true"})
		out.check(t, "1", one, "1")
	})
	t.Run("merge group", func(t *testing.T) {
		j, h := repository(t)
		j.event(t, "merge_group", map[string]any{"merge_group": map[string]any{"base_sha": h.base}})
		out := j.run(t, map[string]string{"binary": binary, "only-changed": "true"})
		out.check(t, "1", one, "1")
	})
	wholes := map[string]struct {
		name    string
		payload func(h history) map[string]any
	}{
		"new branch":      {"push", func(history) map[string]any { return map[string]any{"before": strings.Repeat("0", 40)} }},
		"schedule":        {"schedule", func(history) map[string]any { return map[string]any{} }},
		"hostile payload": {"push", func(history) map[string]any { return map[string]any{"before": "--output=pwned"} }},
		"unknown commit":  {"push", func(history) map[string]any { return map[string]any{"before": strings.Repeat("1", 40)} }},
	}
	for name, c := range wholes {
		t.Run(name, func(t *testing.T) {
			j, h := repository(t)
			j.event(t, c.name, c.payload(h))
			out := j.run(t, map[string]string{"binary": binary, "only-changed": "true"})
			out.check(t, "3", all, "1")
			out.contains(t, "::notice title=sekisho::everything is reported: ")
		})
	}
	t.Run("target of a pull request", func(t *testing.T) {
		j, h := repository(t)
		j.git(t, "checkout", "--quiet", h.base)
		j.event(t, "pull_request_target", pullRequest(h.base, h.head))
		out := j.run(t, map[string]string{"binary": binary, "only-changed": "true"})
		out.check(t, "2", "2 findings (2 high) in 2 files", "1")
		out.contains(t, "::notice title=sekisho::everything is reported: ")
	})
	t.Run("no git repository", func(t *testing.T) {
		j := newJob(t)
		j.write(t, workflow, faulty)
		j.event(t, "push", map[string]any{"before": strings.Repeat("1", 40)})
		out := j.run(t, map[string]string{"binary": binary, "only-changed": "true"})
		out.check(t, "1", "1 finding (1 high) in 1 file", "1")
		out.contains(t, "::notice title=sekisho::everything is reported: ")
	})
}

// git runs git in the workspace, with nothing of this machine's configuration, and returns what it prints.
func (j *job) git(t *testing.T, args ...string) string {
	t.Helper()
	cmd := exec.Command("git", append([]string{"-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "protocol.file.allow=always"}, args...)...)
	cmd.Dir = j.workspace
	cmd.Env = append(os.Environ(), "HOME="+j.env["HOME"], "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL="+os.DevNull)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return strings.TrimSpace(string(out))
}

// commit writes the workflow and commits everything.
func (j *job) commit(t *testing.T, text string) string {
	t.Helper()
	j.write(t, workflow, text)
	j.git(t, "add", "--all")
	j.git(t, "commit", "--quiet", "--allow-empty", "--message=x")
	return j.git(t, "rev-parse", "HEAD")
}

// clone makes the workspace what actions/checkout makes of a commit.
func (j *job) clone(t *testing.T, origin, commit, depth string, more ...string) {
	t.Helper()
	if err := os.MkdirAll(j.workspace, 0o777); err != nil {
		t.Fatal(err)
	}
	j.git(t, "init", "--quiet")
	j.git(t, "remote", "add", "origin", "file://"+filepath.ToSlash(origin))
	j.git(t, append([]string{"fetch", "--quiet", "--no-tags", "--depth=" + depth}, append(more, "origin", commit)...)...)
	j.git(t, "checkout", "--quiet", "--detach", commit)
}

// event sets what starts the run.
func (j *job) event(t *testing.T, name string, payload map[string]any) {
	t.Helper()
	data, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "event.json")
	if err := os.WriteFile(file, data, 0o666); err != nil {
		t.Fatal(err)
	}
	j.env["GITHUB_EVENT_NAME"], j.env["GITHUB_EVENT_PATH"] = name, file
}
