package flow_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/repo"
)

// needs renders what the first job of a workflow needs: scopes, "maybe" and further scopes, "unknown" and what is not known.
func needs(t *testing.T, text string, more map[string]string) string {
	t.Helper()
	fsys := fstest.MapFS{".github/workflows/w.yml": {Data: []byte(text)}}
	for name, text := range more {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	r := repo.Load(fsys, repo.Options{})
	file := r.File(".github/workflows/w.yml")
	n := flow.New(r).Needs(file, file.Workflow.Jobs[0])
	list := func(scopes map[string]catalog.Level) (out string) {
		for _, name := range slices.Sorted(maps.Keys(scopes)) {
			out += fmt.Sprintf("%s:%s ", name, scopes[name])
		}
		return out
	}
	out := list(n.Scopes(flow.Certain))
	if maybe := n.Scopes(flow.Likely); len(maybe) > 0 {
		out += "maybe " + list(maybe)
	}
	if doubts := n.Doubts(); len(doubts) > 0 {
		out += "unknown"
		for _, u := range doubts {
			out += " " + u.What.String()
		}
	}
	return strings.TrimSpace(out)
}

func TestNeeds(t *testing.T) {
	const (
		ours     = "{GH_TOKEN: '${{ github.token }}'}"
		checkout = "- uses: actions/checkout@v6"
		other    = "\n- {uses: actions/checkout@v6, with: {repository: o/other, path: out, token: '${{ secrets.PAT }}'}}"
		quiet    = "- {uses: actions/checkout@v6, with: {persist-credentials: false}}"
	)
	tests := []struct {
		name, steps, want string
	}{
		{"nothing", "- run: echo", ""},
		{"checkout", checkout, "contents:read"},
		{"tests", checkout + "\n- run: make test", "contents:read"},
		{"push", checkout + "\n- run: git push", "contents:write"},
		{"push without credentials", quiet + "\n- run: git push", "contents:read"},
		{"push with another token", "- {uses: actions/checkout@v6, with: {token: '${{ secrets.PAT }}'}}\n- run: git push", ""},
		{"push with a key", "- {uses: actions/checkout@v6, with: {ssh-key: '${{ secrets.KEY }}'}}\n- run: git push", "contents:read"},
		{"push after set-url", quiet + "\n- run: git remote set-url origin https://x:${{ github.token }}@github.com/o/r\n- run: git push", "contents:write"},
		{"local git", checkout + "\n- run: git commit -am x && git tag v1", "contents:read"},
		{"gh", "- {run: gh pr edit 1 --title x, env: " + ours + "}", "pull-requests:write maybe contents:read issues:write"},
		{"gh with another token", "- {run: gh pr edit 1 --title x, env: {GH_TOKEN: '${{ secrets.PAT }}'}}", ""},
		{"gh with an app's token", "- {run: gh pr edit 1 --title x, env: {GH_TOKEN: '${{ steps.app.outputs.token }}'}}", ""},
		{"gh with a fallback", "- {run: gh release create v1, env: {GH_TOKEN: '${{ secrets.PAT || github.token }}'}}", "contents:write"},
		{"gh with a token by another variable", "- {run: gh release create v1, env: {T: '${{ github.token }}', GH_TOKEN: '${{ env.T }}'}}", "contents:write"},
		{"gh after an export", "- run: echo GH_TOKEN=${{ github.token }} >> $GITHUB_ENV\n- run: gh release create v1", "contents:write"},
		{"api", "- {run: 'gh api -X POST repos/$GITHUB_REPOSITORY/issues/1/labels', env: " + ours + "}", "maybe issues:write pull-requests:write"},
		{"graphql", "- {run: gh api graphql -f query=x, env: " + ours + "}", "unknown `gh`"},
		{"curl of the API", "- run: 'curl -X POST -H \"Authorization: Bearer ${{ github.token }}\" https://api.github.com/repos/${{ github.repository }}/statuses/x'", "statuses:write"},
		{"curl of something else", "- run: 'curl -H \"X: ${{ github.token }}\" https://example.com'", "unknown `curl`"},
		{"script with the token", "- {run: python x.py, env: " + ours + "}", "unknown `python`"},
		{"python shell", "- {run: 'print(1)', shell: python, env: " + ours + "}", "unknown the script"},
		{"computed command with the token", "- {run: 'C=\"node x.js\"; $C', env: " + ours + "}", "unknown `$C`"},
		{"assignment with the token", "- {run: 'X=1', env: " + ours + "}", ""},
		{"harmless with the token", "- {run: 'echo a | sed s/a/b/ | jq .', env: " + ours + "}", ""},
		{"release task beside credentials", checkout + "\n- run: npm run release", "contents:read unknown `npm`"},
		{"release task without credentials", quiet + "\n- run: npm run release", "contents:read"},
		{"publish to a registry", checkout + "\n- run: npm publish", "contents:read maybe id-token:write"},
		{"release flag", checkout + "\n- run: cargo build --release", "contents:read"},
		{"gh-pages", checkout + "\n- run: mkdocs gh-deploy", "contents:write"},
		{"known script", checkout + "\n- run: ./push.sh", "contents:write"},
		{"known harmless release script", checkout + "\n- run: ./release.sh", "contents:read"},
		{"unknown release script", checkout + "\n- run: ./tools/release.sh", "contents:read unknown `release.sh`"},
		{"unknown action", "- uses: octo/unheard@v1", "unknown octo/unheard"},
		{"github-script", "- {uses: actions/github-script@v7, with: {script: x}}", ""},
		{"github-script that hides what it does", "- {uses: actions/github-script@v7, with: {script: 'await github.graphql(q)'}}", "unknown actions/github-script"},
		{"github-script that says what it does", "- {uses: actions/github-script@v7, with: {script: 'await github.rest.pulls.create({owner})'}}", "pull-requests:write"},
		{"github-script with another token", "- {uses: actions/github-script@v7, with: {github-token: '${{ secrets.PAT }}', script: x}}", ""},
		{"github-script with another token and ours", "- {uses: actions/github-script@v7, with: {github-token: '${{ secrets.PAT }}', script: x}, env: " + ours + "}", "unknown actions/github-script"},
		{"docker action", "- uses: docker://alpine:3", ""},
		{"docker action with the token", "- {uses: 'docker://alpine:3', env: " + ours + "}", "unknown docker://alpine:3"},
		{"labeler", "- uses: actions/labeler@v5", "contents:read pull-requests:write maybe issues:write"},
		{"labeler with another token", "- {uses: actions/labeler@v5, with: {repo-token: '${{ secrets.PAT }}'}}", ""},
		{"labeler with a variable", "- {uses: actions/labeler@v5, with: {repo-token: '${{ env.T }}'}, env: {T: '${{ github.token }}'}}", "contents:read pull-requests:write maybe issues:write"},
		{"registry, push by action", "- {uses: docker/login-action@v3, with: {registry: ghcr.io, password: '${{ github.token }}'}}\n- {uses: docker/build-push-action@v6, with: {push: true}}", "packages:write maybe contents:read"},
		{"registry, no push", "- {uses: docker/login-action@v3, with: {registry: ghcr.io, password: '${{ github.token }}'}}\n- run: docker pull ghcr.io/o/x", "packages:read"},
		{"registry with another token", "- {uses: docker/login-action@v3, with: {registry: ghcr.io, password: '${{ secrets.PAT }}'}}\n- run: docker push ghcr.io/o/x", ""},
		{"registry, push by command", "- run: echo ${{ github.token }} | docker login ghcr.io --password-stdin\n- run: docker push ghcr.io/o/x", "packages:write"},
		{"registry, push of something", "- run: echo ${{ github.token }} | docker login ghcr.io --password-stdin\n- run: docker push $IMAGE", "packages:read maybe packages:write"},
		{"another registry", "- run: echo ${{ secrets.HUB }} | docker login --password-stdin\n- run: docker push o/x", ""},
		{"composite", "- uses: ./.github/actions/plain", ""},
		{"composite, given the token", "- {uses: ./.github/actions/comment, with: {token: '${{ github.token }}'}}", "issues:write"},
		{"composite, given another token", "- {uses: ./.github/actions/comment, with: {token: '${{ secrets.PAT }}'}}", ""},
		{"composite, default token", "- uses: ./.github/actions/comment", "issues:write"},
		{"composite, from the job's env", "- {uses: ./.github/actions/ambient, env: " + ours + "}", "contents:write"},
		{"composite by its own folder", "- uses: $/.github/actions/comment", "issues:write"},
		{"composite that checks out", "- uses: ./.github/actions/checkout\n- run: git push", "contents:write"},
		{"local node action", "- uses: ./.github/actions/node", "unknown ./.github/actions/node"},
		{"local node action without token", "- uses: ./.github/actions/node-plain", ""},
		{"missing local action", "- uses: ./nowhere", "unknown ./nowhere"},
		{"step that never runs", "- {if: false, run: gh release create v1, env: " + ours + "}", ""},
		{"same name in an outer environment", "- {run: gh release create $T, env: {T: '${{ env.t }}', GH_TOKEN: '${{ secrets.PAT }}'}}", ""},
		{"all secrets", "- {run: ./x, env: {ALL: '${{ toJSON(secrets) }}'}}", "unknown `x`"},
		{"the whole context", "- {run: node x.js, env: {CONTEXT: '${{ toJSON(github) }}'}}", "unknown `node`"},
		{"the whole context, printed", "- {run: 'echo \"$CONTEXT\"', env: {CONTEXT: '${{ toJSON(github) }}'}}", ""},
		{"the whole context, beside gh", "- {run: gh release create v1, env: {CONTEXT: '${{ toJSON(github) }}', GH_TOKEN: '${{ secrets.PAT }}'}}", ""},
		{"script with an output made by the token", "- {id: a, run: 'echo \"n=$(curl -H \"X: ${{ github.token }}\" https://api.github.com/repos/$GITHUB_REPOSITORY/releases)\" >> $GITHUB_OUTPUT'}\n- {run: 'node x.js ${{ steps.a.outputs.n }}'}", "contents:read"},
		{"the payload", "- {run: node x.js, env: {EVENT: '${{ toJSON(github.event) }}'}}", ""},
		{"gh by an output", "- {id: a, run: 'echo \"t=${{ github.token }}\" >> $GITHUB_OUTPUT'}\n- {run: gh release create v1, env: {GH_TOKEN: '${{ steps.a.outputs.t }}'}}", "contents:write"},
		{"gh by an output of a variable", "- {id: a, run: 'echo \"t=$X\" >> $GITHUB_OUTPUT', env: {X: '${{ github.token }}'}}\n- {run: gh release create v1, env: {GH_TOKEN: '${{ steps.a.outputs.t }}'}}", "contents:write"},
		{"script with another output", "- {id: a, run: 'echo \"n=$(gh release view)\" >> $GITHUB_OUTPUT', env: " + ours + "}\n- {run: node x.js, env: {N: '${{ steps.a.outputs.n }}'}}", "contents:read"},
		{"script after another export", "- {run: 'echo \"N=$(gh release view)\" >> $GITHUB_ENV', env: " + ours + "}\n- {run: node x.js, env: {M: '${{ env.N }}'}}", "contents:read"},
		{"gh after a login", "- run: echo ${{ github.token }} | gh auth login --with-token\n- run: gh release create v1", "contents:write"},
		{"gh after the login of another", "- run: echo ${{ secrets.PAT }} | gh auth login --with-token\n- run: gh release create v1", ""},
		{"find", "- {run: 'find . -exec gh issue close {} +', env: " + ours + "}", "issues:write"},
		{"find without another program", "- {run: find . -delete, env: " + ours + "}", ""},
		{"gh, repository by a variable", "- {run: 'gh pr merge 1 --repo \"$REPO\"', env: {GH_TOKEN: '${{ github.token }}', REPO: '${{ github.repository }}'}}", "contents:write pull-requests:write"},
		{"gh, another repository by a variable", "- {run: gh pr merge 1 -R $REPO, env: {GH_TOKEN: '${{ github.token }}', REPO: octo/other}}", "maybe contents:write pull-requests:write"},
		{"gh, another repository by its own variable", "- {run: gh pr merge 1, env: {GH_TOKEN: '${{ github.token }}', GH_REPO: octo/other}}", "maybe contents:write pull-requests:write"},
		{"gh, this repository by its own variable", "- {run: gh pr merge 1, env: {GH_TOKEN: '${{ github.token }}', GH_REPO: '${{ github.repository }}'}}", "contents:write pull-requests:write"},
		{"push in another checkout", checkout + other + "\n- run: |\n    cd out\n    git push", "contents:read"},
		{"push in another checkout by folder", checkout + other + "\n- {working-directory: out, run: git push}", "contents:read"},
		{"push in another checkout by option", checkout + other + "\n- run: git -C out push", "contents:read"},
		{"push after a subshell", checkout + other + "\n- run: |\n    (cd out; git status)\n    git push", "contents:write"},
		{"push after going back", checkout + other + "\n- run: |\n    cd out\n    cd ..\n    git push", "contents:write"},
		{"push in an uncertain folder", checkout + other + "\n- run: |\n    if x; then cd out; fi\n    git push", "contents:write"},
		{"script with an argument that speaks of commits", checkout + "\n- run: python plan.py --file /tmp/commit.txt commit", "contents:read"},
		{"script named like a deployment", checkout + "\n- run: python -u tools/deploy_site.py x", "contents:read unknown `python`"},
		{"program text that pushes", checkout + "\n- run: python tools/go.py", "contents:read unknown `python`"},
		{"program text that does not", checkout + "\n- run: python tools/stay.py", "contents:read"},
		{"deployment in another language", checkout + "\n- {shell: 'Rscript {0}', run: 'pkgdown::deploy_to_branch()'}", "contents:read unknown the script"},
		{"parallel", "- parallel:\n    - uses: actions/checkout@v6", "contents:read"},
	}
	composite := func(steps string) string {
		return "name: x\ninputs: {token: {default: '${{ github.token }}'}}\nruns:\n  using: composite\n  steps:\n" + steps
	}
	more := map[string]string{
		"push.sh":                               "#!/bin/sh\ngit push\n",
		"release.sh":                            "#!/bin/sh\necho released\n",
		"tools/go.py":                           "subprocess.run(['git', 'push'])\n",
		"tools/stay.py":                         "# see github\nstack.push(1)\n",
		".github/actions/plain/action.yml":      composite("    - {run: echo, shell: bash}\n"),
		".github/actions/comment/action.yml":    composite("    - {run: gh issue comment 1 -b x, shell: bash, env: {GH_TOKEN: '${{ inputs.token }}'}}\n"),
		".github/actions/ambient/action.yml":    composite("    - {run: gh release create v1, shell: bash}\n"),
		".github/actions/checkout/action.yml":   composite("    - uses: actions/checkout@v6\n"),
		".github/actions/node/action.yml":       "name: x\ninputs: {token: {default: '${{ github.token }}'}}\nruns: {using: node24, main: x.js}\n",
		".github/actions/node-plain/action.yml": "name: x\nruns: {using: node24, main: x.js}\n",
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      " + strings.ReplaceAll(tt.steps, "\n", "\n      ") + "\n"
			if diff := cmp.Diff(tt.want, needs(t, text, more)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNeedsOfCalls(t *testing.T) {
	more := map[string]string{
		".github/workflows/declared.yml": "on: workflow_call\npermissions: {packages: write}\njobs: {a: {runs-on: x, steps: [{run: echo}]}}\n",
		".github/workflows/mixed.yml":    "on: workflow_call\njobs:\n  a: {runs-on: x, permissions: {issues: write}, steps: [{run: echo}]}\n  b: {runs-on: x, steps: [{uses: actions/checkout@v6}]}\n",
		".github/workflows/all.yml":      "on: workflow_call\npermissions: write-all\njobs: {a: {runs-on: x, steps: [{run: echo}]}}\n",
		".github/workflows/nested.yml":   "on: workflow_call\njobs: {a: {uses: ./.github/workflows/mixed.yml}}\n",
		".github/workflows/itself.yml":   "on: workflow_call\njobs: {a: {uses: ./.github/workflows/itself.yml}}\n",
	}
	tests := []struct{ job, want string }{
		{"{uses: ./.github/workflows/declared.yml}", "packages:write"},
		{"{uses: ./.github/workflows/mixed.yml}", "contents:read issues:write"},
		{"{uses: ./.github/workflows/nested.yml}", "contents:read issues:write"},
		{"{uses: ./.github/workflows/all.yml}", "unknown ./.github/workflows/all.yml"},
		{"{uses: ./.github/workflows/itself.yml}", "unknown ./.github/workflows/itself.yml"},
		{"{uses: octo/x/.github/workflows/y.yml@v1}", "unknown octo/x/.github/workflows/y.yml@v1"},
		{"{uses: ./.github/workflows/mixed.yml, secrets: {t: '${{ github.token }}'}}", "contents:read issues:write unknown ./.github/workflows/mixed.yml"},
		{"{runs-on: x, container: {image: ghcr.io/o/x, credentials: {username: x, password: '${{ github.token }}'}}, steps: [{run: echo}]}", "packages:read"},
	}
	for _, tt := range tests {
		t.Run(tt.job, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, needs(t, "on: push\njobs:\n  a: "+tt.job+"\n", more)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
