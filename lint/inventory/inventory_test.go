package inventory_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/flow"
	"sekisho/lint/inventory"
	"sekisho/lint/repo"
)

// take takes stock of files by path; a name without a folder is a workflow.
func take(files map[string]string) *inventory.Inventory {
	fsys := fstest.MapFS{}
	for name, text := range files {
		if !strings.Contains(name, "/") {
			name = repo.WorkflowDir + "/" + name
		}
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	r := repo.Load(fsys, repo.Options{})
	return inventory.New(r, flow.New(r))
}

// reach writes what each action could read: action: credential way by, sorted.
func reach(inv *inventory.Inventory) []string {
	var out []string
	for _, a := range inv.Actions {
		for _, r := range a.Reach {
			out = append(out, strings.TrimSpace(fmt.Sprintf("%s: %s %s %s", a.Name, r.Text(), r.Way, r.By)))
		}
	}
	slices.Sort(out)
	return out
}

func TestReach(t *testing.T) {
	const steps = "on: push\njobs:\n  j:\n    runs-on: x\n    steps:\n"
	cases := []struct {
		name  string
		files map[string]string
		want  []string
	}{
		{"input and variable of the step", map[string]string{"a.yml": steps + "      - uses: o/a@v1\n        with: {token: '${{ secrets.A }}'}\n        env: {B: '${{ secrets[''b''] }}'}\n"},
			[]string{"o/a: A handed token", "o/a: B handed B"}},
		{"token of the workflow is none", map[string]string{"a.yml": steps + "      - uses: o/a@v1\n        with: {token: '${{ secrets.GITHUB_TOKEN || github.token }}'}\n"}, nil},
		{"surroundings", map[string]string{"a.yml": "on: push\nenv: {W: '${{ secrets.W }}'}\njobs:\n  j:\n    runs-on: x\n    env: {J: '${{ secrets.J }}'}\n    container: {image: i, env: {C: '${{ secrets.C }}'}}\n    steps: [{uses: o/a@v1}]\n"},
			[]string{"o/a: C environment C", "o/a: J environment J", "o/a: W environment W"}},
		{"set to something else", map[string]string{"a.yml": "on: push\nenv: {W: '${{ secrets.W }}'}\njobs:\n  j:\n    runs-on: x\n    env: {W: nothing}\n    steps: [{uses: o/a@v1}]\n"},
			[]string{"o/a: W same-runner"}},
		{"through a variable", map[string]string{"a.yml": "on: push\nenv: {W: '${{ secrets.W }}'}\njobs:\n  j:\n    runs-on: x\n    steps: [{uses: o/a@v1, with: {x: '${{ env.w }}'}}]\n"},
			[]string{"o/a: W handed x"}},
		{"only compared", map[string]string{"a.yml": steps + "      - uses: o/a@v1\n        with: {on: '${{ secrets.A != '''' }}', b: '${{ secrets.B && ''x'' }}', c: '${{ !secrets.C }}'}\n"}, nil},
		{"parts of other values", map[string]string{"a.yml": steps + "      - uses: o/a@v1\n        with: {x: '${{ format(''{0}:{1}'', secrets.A, secrets.B) }}', y: '${{ fromJSON(secrets.C).password }}', z: 'a ${{ secrets.D }} b ${{ secrets.E || secrets.F }}'}\n"},
			[]string{"o/a: A handed x", "o/a: B handed x", "o/a: C handed y", "o/a: D handed z", "o/a: E handed z", "o/a: F handed z"}},
		{"all of them", map[string]string{"a.yml": steps + "      - uses: o/a@v1\n        with: {x: '${{ toJSON(secrets) }}', y: '${{ secrets[matrix.name] }}'}\n"},
			[]string{"o/a: every secret handed x", "o/a: secrets[matrix.name] handed y"}},
		{"other steps", map[string]string{"a.yml": steps + "      - uses: o/a@v1\n      - run: x\n        env: {A: '${{ secrets.A }}'}\n"},
			[]string{"o/a: A same-runner"}},
		{"another job", map[string]string{"a.yml": steps + "      - uses: o/a@v1\n  k:\n    runs-on: x\n    steps: [{run: 'x ${{ secrets.A }}'}]\n"}, nil},
		{"written by a script", map[string]string{"a.yml": steps + "      - uses: o/before@v1\n      - run: echo \"T=$A\" >> \"$GITHUB_ENV\"\n        env: {A: '${{ secrets.A }}'}\n      - uses: o/a@v1\n"},
			[]string{"o/a: A written T", "o/before: A same-runner"}},
		{"output of a script", map[string]string{"a.yml": steps + "      - id: s\n        run: echo \"t=${{ secrets.A }}\" >> $GITHUB_OUTPUT\n      - uses: o/a@v1\n        with: {x: '${{ steps.s.outputs.t }}'}\n"},
			[]string{"o/a: A handed x"}},
		{"left by logins", map[string]string{"a.yml": steps + "      - uses: docker/login-action@v3\n        with: {password: '${{ secrets.P }}'}\n      - uses: actions/checkout@v4\n        with: {ssh-key: '${{ secrets.K }}'}\n      - uses: actions/checkout@v4\n        with: {token: '${{ secrets.N }}', persist-credentials: false}\n      - uses: o/a@v1\n"},
			[]string{"actions/checkout: K handed ssh-key", "actions/checkout: N handed token", "actions/checkout: P left docker/login-action",
				"docker/login-action: K same-runner", "docker/login-action: N same-runner", "docker/login-action: P handed password",
				"o/a: K left actions/checkout", "o/a: N same-runner", "o/a: P left docker/login-action"}},
		{"identity", map[string]string{"a.yml": "on: push\npermissions: {id-token: write}\njobs:\n  j:\n    runs-on: x\n    steps:\n      - uses: o/a@v1\n      - uses: aws-actions/configure-aws-credentials@v4\n        with: {role-to-assume: r, aws-region: x}\n"},
			[]string{"aws-actions/configure-aws-credentials: identity for AWS r made", "o/a: identity for AWS r granted"}},
		{"identity without use", map[string]string{"a.yml": "on: push\npermissions: {id-token: write}\njobs:\n  j:\n    runs-on: x\n    steps: [{uses: o/a@v1}]\n"},
			[]string{"o/a: identity of jobs that are not seen to use it granted"}},
		{"app token", map[string]string{"a.yml": steps + "      - id: app\n        uses: actions/create-github-app-token@v2\n        with: {app-id: 7, private-key: '${{ secrets.KEY }}'}\n      - uses: o/a@v1\n        with: {token: '${{ steps.app.outputs.token }}'}\n"},
			[]string{"actions/create-github-app-token: KEY handed private-key", "actions/create-github-app-token: app token 7 made", "o/a: KEY same-runner", "o/a: app token 7 handed token"}},
		{"action of the repository", map[string]string{
			"a.yml":              steps + "      - id: l\n        uses: ./x\n        with: {secret: '${{ secrets.A }}'}\n        env: {E: '${{ secrets.E }}'}\n      - uses: o/after@v1\n        with: {x: '${{ steps.l.outputs.out }}'}\n",
			"x/action.yml":       "inputs: {secret: {}}\noutputs: {out: {value: '${{ inputs.secret }}'}}\nruns:\n  using: composite\n  steps:\n    - uses: ./y\n      with: {deep: '${{ inputs.secret }}'}\n",
			"y/action.yml":       "inputs: {deep: {}}\nruns:\n  using: composite\n  steps:\n    - uses: o/a@v1\n      with: {x: '${{ inputs.deep }}'}\n",
			"example/action.yml": "runs:\n  using: composite\n  steps: [{uses: o/example@v1}]\n"},
			[]string{"o/a: A handed x", "o/a: E environment E", "o/after: A handed x", "o/after: E same-runner"}},
		{"an action that uses itself", map[string]string{
			"a.yml": steps + "      - uses: ./x\n        with: {s: '${{ secrets.A }}'}\n", "x/action.yml": "inputs: {s: {}}\nruns:\n  using: composite\n  steps:\n    - uses: ./x\n      with: {s: '${{ inputs.s }}'}\n    - uses: o/a@v1\n      with: {s: '${{ inputs.s }}'}\n"},
			[]string{"o/a: A handed s"}},
		{"workflow of others", map[string]string{"a.yml": "on: push\nenv: {W: '${{ secrets.W }}'}\njobs:\n  j:\n    uses: o/w/.github/workflows/x.yml@v1\n    secrets: {a: '${{ secrets.A }}'}\n  k:\n    uses: o/w/.github/workflows/y.yml@v1\n    secrets: inherit\n"},
			[]string{"o/w/.github/workflows/x.yml: A handed a", "o/w/.github/workflows/y.yml: every secret handed inherit"}},
		{"names through calls", map[string]string{
			"a.yml": "on: push\njobs:\n  j:\n    uses: ./.github/workflows/b.yml\n    secrets: {inner: '${{ secrets.OUTER }}', tok: '${{ github.token }}'}\n",
			"b.yml": "on: workflow_call\njobs:\n  j:\n    uses: $/.github/workflows/c.yml\n    secrets: inherit\n",
			"c.yml": "on: workflow_call\njobs:\n  j:\n    runs-on: x\n    steps: [{uses: o/a@v1, with: {x: '${{ secrets.inner }}', y: '${{ secrets.tok }}', z: '${{ secrets.unknown }}'}}]\n"},
			[]string{"o/a: OUTER handed x", "o/a: UNKNOWN handed z"}},
		{"steps side by side", map[string]string{"a.yml": steps + "      - parallel:\n          - uses: o/a@v1\n            with: {x: '${{ secrets.A }}'}\n"}, []string{"o/a: A handed x"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, reach(take(c.files))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestStarts(t *testing.T) {
	const run = "    runs-on: x\n    steps: [{run: 'echo ${{ secrets.A }}'}]\n"
	inv := take(map[string]string{
		"a.yml": "on: [push, schedule, pull_request, pull_request_target, issue_comment, workflow_dispatch]\njobs:\n  all:\n" + run +
			"  own:\n    if: github.event.pull_request.head.repo.full_name == github.repository\n" + run +
			"  safe:\n    environment: prod\n" + run + "  never:\n    if: false\n" + run,
		"b.yml":        "on: workflow_call\njobs:\n  elsewhere:\n" + run,
		"c.yml":        "on: {pull_request_target: {types: [labeled]}}\njobs:\n  label:\n" + run,
		"x/action.yml": "runs: {using: composite, steps: [{uses: o/a@v1}]}\n",
	})
	got := map[string]string{}
	for _, j := range inv.Jobs {
		var starts []string
		for _, s := range j.Starts {
			starts = append(starts, s.Event+" "+s.Who.String())
		}
		got[j.Text()] = strings.Join(starts, ", ")
	}
	want := map[string]string{
		"job all":                 "push insiders, schedule clock, pull_request forks, pull_request_target anybody, issue_comment anybody, workflow_dispatch insiders",
		"job own":                 "push insiders, schedule clock, pull_request insiders, pull_request_target insiders, issue_comment anybody, workflow_dispatch insiders",
		"job safe":                "push insiders, schedule clock, pull_request forks, pull_request_target approved, issue_comment approved, workflow_dispatch insiders",
		"job never":               "",
		"job elsewhere":           "workflow_call callers",
		"job label":               "pull_request_target insiders",
		"the action x/action.yml": "uses callers",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTokens(t *testing.T) {
	const run = "    runs-on: x\n    steps: [{run: x}]\n"
	inv := take(map[string]string{
		"a.yml": "on: push\njobs:\n  default:\n" + run + "  none:\n    permissions: {}\n" + run + "  some:\n    permissions: {contents: write, issues: none, id-token: write}\n" + run,
		"b.yml": "on: push\npermissions: read-all\njobs:\n  workflow:\n" + run + "  one:\n    uses: ./.github/workflows/c.yml\n  two:\n    permissions: {packages: write}\n    uses: ./.github/workflows/c.yml\n",
		"c.yml": "on: workflow_call\njobs:\n  called:\n" + run,
		"d.yml": "on: workflow_call\njobs:\n  elsewhere:\n" + run,
		"e.yml": "on: push\npermissions: write-all\njobs:\n  all:\n" + run,
	})
	got := map[string]string{}
	for _, j := range inv.Jobs {
		got[j.ID] = j.Token.Text()
	}
	want := map[string]string{
		"default": "the repository's default rights", "none": "none", "some": "contents: write, id-token: write", "workflow": "read-all", "one": "read-all",
		"two": "packages: write", "called": "read-all, packages: write", "elsewhere": "the rights of its caller", "all": "write-all",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// sample takes stock of a repository with something of everything; lint/report shows in its goldens what it prints of it.
func sample(t *testing.T) *inventory.Inventory {
	t.Helper()
	r := repo.Load(os.DirFS("testdata/sample"), repo.Options{})
	return inventory.New(r, flow.New(r))
}

func TestSample(t *testing.T) {
	inv := sample(t)
	want := inventory.Counts{Files: 6, Jobs: 8, Secrets: 14, Variables: 1, Loaded: 1, Apps: 1, Identities: 2, Trusts: 1, Actions: 13, Unpinned: 11}
	if diff := cmp.Diff(want, inv.Count()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for i, c := range inv.Credentials {
		if i > 0 && c.Exposure > inv.Credentials[i-1].Exposure {
			t.Errorf("%s comes too late", c.Text())
		}
	}
	if first := inv.Actions[0]; first.Compromised == "" {
		t.Errorf("the first action is %s, not the one with a malicious commit", first.Name)
	}
}

func TestAbout(t *testing.T) {
	inv := sample(t)
	names := func(list []inventory.Reach) string {
		var out []string
		for _, r := range list {
			out = append(out, r.Text())
		}
		return strings.Join(out, ", ")
	}
	cases := []struct{ query, uses, now, shared, end, known string }{
		{"docker/login-action", "docker/login-action", "DOCKER_PASSWORD, CACHE_TOKEN, RELEASE_PAT", "NPM_TOKEN, CHAT_WEBHOOK", "identity for AWS arn:aws:iam::123456789012:role/publish", "DOCKER_USERNAME"},
		{"Docker/Login-Action@v3", "docker/login-action", "DOCKER_PASSWORD, CACHE_TOKEN, RELEASE_PAT", "NPM_TOKEN, CHAT_WEBHOOK", "identity for AWS arn:aws:iam::123456789012:role/publish", "DOCKER_USERNAME"},
		{"docker/login-action@v2", "", "", "", "", ""},
		{"octo-org/lint", "octo-org/lint octo-org/lint/deep", "CACHE_TOKEN, LICENSE", "OP_TOKEN, REGISTRY_TOKEN, SIGNING_KEY, secrets that 1password/load-secrets-action loads", "", ""},
		{"octo-org/lin", "", "", "", "", ""},
		{"actions/checkout@v4", "actions/checkout", "RELEASE_PAT, CACHE_TOKEN", "DOCKER_PASSWORD, NPM_TOKEN, CHAT_WEBHOOK", "identity for AWS arn:aws:iam::123456789012:role/publish", "DOCKER_USERNAME"},
		{"docker://alpine", "docker://alpine:3.22", "CACHE_TOKEN, NPM_TOKEN, RELEASE_PAT, DOCKER_PASSWORD", "CHAT_WEBHOOK", "identity for AWS arn:aws:iam::123456789012:role/publish", "DOCKER_USERNAME"},
	}
	for _, c := range cases {
		q, err := inventory.ParseQuery(c.query)
		if err != nil {
			t.Fatal(err)
		}
		about := inv.About(q)
		var uses []string
		for _, a := range about.Actions {
			uses = append(uses, a.Name)
		}
		slices.Sort(uses)
		a := about.Answer()
		got := []string{strings.Join(uses, " "), names(a.Rotate), sortedNames(names(a.Shared)), names(a.End), names(a.Names)}
		want := []string{c.uses, c.now, sortedNames(c.shared), c.end, c.known}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.query, diff)
		}
	}
	if diff := cmp.Diff(reach(sample(t)), reach(inv)); diff != "" {
		t.Errorf("asking changed the inventory:\n%s", diff)
	}
}

func sortedNames(list string) string {
	parts := strings.Split(list, ", ")
	slices.Sort(parts)
	return strings.Join(parts, ", ")
}

func TestNamed(t *testing.T) {
	inv := take(map[string]string{"a.yml": "on: push\njobs:\n  j:\n    runs-on: x\n    steps: [{run: '${{ secrets.DOCKER_USER }} ${{ secrets.TOKEN_OF_SERVER }} ${{ secrets.AWS_ACCESS_KEY_ID }} ${{ secrets.X }}'}]\n"})
	got := map[string]bool{}
	for _, c := range inv.Credentials {
		got[c.Name] = c.Named
	}
	if diff := cmp.Diff(map[string]bool{"DOCKER_USER": true, "TOKEN_OF_SERVER": false, "AWS_ACCESS_KEY_ID": true, "X": false}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseQuery(t *testing.T) {
	for _, text := range []string{"", "a", "a/", "/b", "./a/b", "$/a", "a/b@", "a b/c", "docker://"} {
		if q, err := inventory.ParseQuery(text); err == nil {
			t.Errorf("%q: got %v", text, q)
		}
	}
	for text, want := range map[string]inventory.Query{
		"a/b": {Name: "a/b"}, " a/b/c@v1 ": {Name: "a/b/c", Ref: "v1"}, "docker://x/y": {Name: "docker://x/y"}, "a/b/": {Name: "a/b"},
	} {
		if q, err := inventory.ParseQuery(text); err != nil || q != want {
			t.Errorf("%q: got %v, %v", text, q, err)
		}
	}
}

// TestPlain shows that a token in a file is listed, and nowhere shown.
func TestPlain(t *testing.T) {
	token := "gl" + "pat-" + "x9Kq2Wm7" + "Rt4Zp8Vb3NcD"
	inv := take(map[string]string{"a.yml": "on: push\njobs:\n  j:\n    name: " + token + "\n    environment: " + token + "\n    runs-on: x\n    steps: [{name: 'with " + token + "', run: 'echo " + token + " ${{ secrets.A }}'}]\n"})
	if n := inv.Count().Plain; n != 1 {
		t.Errorf("%d tokens in plain text: %v", n, inv.Credentials)
	}
	if j := inv.Jobs[0]; strings.Contains(j.Name+j.Environment, token) {
		t.Errorf("shown: %v", j)
	}
	for _, c := range inv.Credentials {
		for _, u := range c.Uses {
			if strings.Contains(c.Name+u.Step, token) {
				t.Errorf("shown: %v", u)
			}
		}
	}
}

// TestUnread shows that a file that holds something unknown is told, and an empty one is not.
func TestUnread(t *testing.T) {
	inv := take(map[string]string{"a.yml": "on: push\njobs: {j: {steps: [{run: '${{ secrets.A }}'", "b.yml": "", "c.yml": "# nothing\n", "d.yml": "on: push\njobs: {}\n"})
	var got []string
	for _, p := range inv.Problems {
		got = append(got, p.Path+": "+p.Message)
	}
	if diff := cmp.Diff([]string{".github/workflows/a.yml: cannot be read as YAML to its end; what it holds is missing here"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestMuch gives it more than any person writes: it says so, and stays within bounds.
func TestMuch(t *testing.T) {
	var env, steps strings.Builder
	for i := range 1500 {
		fmt.Fprintf(&env, "  V%d: ${{ secrets.S%d }}\n", i, i)
		fmt.Fprintf(&steps, "      - uses: o/a%d@v1\n        with: {x: '${{ secrets.T%d }}'}\n", i, i)
	}
	inv := take(map[string]string{"a.yml": "on: push\nenv:\n" + env.String() + "jobs:\n  j:\n    runs-on: x\n    steps:\n" + steps.String()})
	if len(inv.Problems) != 1 || !strings.HasPrefix(inv.Problems[0].Message, "only the first") {
		t.Errorf("problems: %v", inv.Problems)
	}
}
