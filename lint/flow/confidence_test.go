package flow_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/repo"
)

// confidences name the answers of Need.Of.
var confidences = [...]string{"unused", "unseen", "hinted", "unknown", "likely", "certain"}

func TestConfidence(t *testing.T) {
	const (
		ours  = "{GH_TOKEN: '${{ github.token }}'}"
		plain = "- uses: actions/checkout@v6\n"
		quiet = "- {uses: actions/checkout@v6, with: {persist-credentials: false}}\n"
		login = "- {uses: docker/login-action@v3, with: {registry: ghcr.io, password: '${{ github.token }}'}}\n"
	)
	tests := []struct{ name, steps, scope, want string }{
		{"nothing", "- run: echo", "contents:write", "unused"},
		{"a level below", "- {run: gh release create v1, env: " + ours + "}", "contents:read", "certain"},
		{"a level above", "- {run: gh release view v1, env: " + ours + "}", "contents:write", "unused"},
		{"another scope", "- {run: gh release create v1, env: " + ours + "}", "packages:write", "unused"},
		{"its twin", "- {run: gh issue close 1, env: " + ours + "}", "pull-requests:write", "certain"},
		{"letter case", "- {run: gh release create v1, env: " + ours + "}", "Contents:write", "certain"},
		{"some uses", "- {uses: goreleaser/goreleaser-action@v6, with: {args: release}, env: {GITHUB_TOKEN: '${{ github.token }}'}}", "packages:write", "likely"},
		{"action", "- uses: octo/unheard@v1", "id-token:write", "unknown"},
		{"script with the token", "- {run: node x.js, env: " + ours + "}", "checks:write", "unknown"},
		{"script without", "- run: node x.js", "checks:write", "unused"},
		{"script, identity", "- run: node x.js", "id-token:write", "unseen"},
		{"script that publishes, identity", "- run: npm run publish-all", "id-token:write", "unknown"},
		{"script that deploys, identity", "- run: ./deploy.sh", "id-token:write", "hinted"},
		{"script that asks for one", "- run: ./x $ACTIONS_ID_TOKEN_REQUEST_URL", "id-token:write", "unknown"},
		{"environment that asks for one", "- {run: ./x, env: {LOGIN: oidc}}", "id-token:write", "unknown"},
		{"program that asks for one", "- run: vault write x", "id-token:write", "unknown"},
		{"blind program, identity", "- run: sudo apt-get install -y jq", "id-token:write", "unused"},
		{"trusted publishing", "- run: npm publish", "id-token:write", "likely"},
		{"provenance", "- run: npm publish --provenance", "id-token:write", "certain"},
		{"signature", "- run: cosign sign x", "id-token:write", "certain"},
		{"signature with a key", "- run: cosign sign --key env://K x", "id-token:write", "unused"},
		{"script beside credentials", plain + "- run: make test", "contents:write", "unseen"},
		{"script without credentials", quiet + "- run: make test", "contents:write", "unused"},
		{"release beside credentials", plain + "- run: make release", "contents:write", "unknown"},
		{"version beside credentials", plain + "- run: poetry version patch", "contents:write", "hinted"},
		{"push", plain + "- run: git push", "contents:write", "certain"},
		{"push with what is not seen", quiet + "- run: git push", "contents:write", "unknown"},
		{"push with another token", "- {uses: actions/checkout@v6, with: {token: '${{ secrets.PAT }}'}}\n- run: git push", "contents:write", "unused"},
		{"push by an action", plain + "- uses: stefanzweifel/git-auto-commit-action@v5", "contents:write", "certain"},
		{"push by an action, another token", "- {uses: actions/checkout@v6, with: {token: '${{ secrets.PAT }}'}}\n- uses: stefanzweifel/git-auto-commit-action@v5", "contents:write", "unused"},
		{"gh with what is not seen", "- run: gh release create v1", "contents:write", "unknown"},
		{"gh after a login, by a script", "- run: echo ${{ github.token }} | gh auth login --with-token\n- run: ./triage", "issues:write", "hinted"},
		{"gh after the login of another", "- run: echo ${{ secrets.PAT }} | gh auth login --with-token\n- run: gh release create v1", "contents:write", "unused"},
		{"another token for gh, ours beside it", "- {run: gh release create v1, env: {GH_TOKEN: '${{ secrets.PAT }}', X: '${{ github.token }}'}}", "contents:write", "unused"},
		{"another token in the script", "- {run: 'GH_TOKEN=$P gh release create v1', env: {GH_TOKEN: '${{ github.token }}', P: '${{ secrets.PAT }}'}}", "contents:write", "unused"},
		{"call of nobody", "- {run: curl -X POST https://api.github.com/repos/$GITHUB_REPOSITORY/releases, env: " + ours + "}", "contents:write", "unused"},
		{"call by wget", "- {run: 'wget --method POST --header \"Authorization: Bearer $GH_TOKEN\" https://api.github.com/repos/$GITHUB_REPOSITORY/releases', env: " + ours + "}", "contents:write", "certain"},
		{"token in a file", "- {run: 'echo //npm.pkg.github.com/:_authToken=$T > ~/.npmrc', env: {T: '${{ github.token }}'}}\n- run: npm ci", "packages:read", "hinted"},
		{"registry, by a script", login + "- run: make images", "packages:write", "hinted"},
		{"registry, pushed by a script", login + "- run: ./push-images.sh", "packages:write", "unknown"},
		{"registry, login by an expression", "- {run: 'echo $T | helm registry login ${{ env.HOST }} --password-stdin', env: {T: '${{ github.token }}', HOST: ghcr.io}}\n- run: helm push x oci://ghcr.io/o", "packages:write", "certain"},
		{"another registry beside it", login + "- {uses: docker/login-action@v3, with: {password: '${{ secrets.HUB }}'}}\n- {uses: docker/build-push-action@v6, with: {push: true, tags: o/x}}", "packages:write", "likely"},
		{"another registry beside it, but pushed to ours", login + "- {uses: docker/login-action@v3, with: {password: '${{ secrets.HUB }}'}}\n- {uses: docker/build-push-action@v6, with: {push: true, tags: ghcr.io/o/x}}", "packages:write", "certain"},
		{"known action with the token by another way", "- {uses: actions/setup-go@v6, env: " + ours + "}", "issues:write", "hinted"},
		{"known action with another token", "- {uses: actions/attest@v3, with: {github-token: '${{ secrets.PAT }}'}}", "attestations:write", "unused"},
		{"known action with another token, identity", "- {uses: actions/attest@v3, with: {github-token: '${{ secrets.PAT }}'}}", "id-token:write", "certain"},
		{"script of an action", "- {uses: nick-fields/retry@v3, with: {command: gh release create v1}, env: " + ours + "}", "contents:write", "certain"},
		{"script of an action, nothing", "- {uses: nick-fields/retry@v3, with: {command: echo}}", "contents:write", "unused"},
		{"client", "- {uses: actions/github-script@v8, with: {script: 'await github.rest.issues.create({})'}}", "contents:write", "unused"},
		{"client, identity", "- {uses: actions/github-script@v8, with: {script: 'await core.getIDToken()'}}", "id-token:write", "certain"},
		{"client with a file of the repository", "- {uses: actions/github-script@v8, with: {script: \"await require('./close.js')({github})\"}}", "issues:write", "certain"},
		{"client with a file that is not there", "- {uses: actions/github-script@v8, with: {script: \"await require('./gone.js')({github})\"}}", "checks:write", "unknown"},
		{"client that runs programs", plain + "- {uses: actions/github-script@v8, with: {script: \"await exec.exec('make')\"}}", "contents:write", "hinted"},
		{"function", "- {run: 'f() { \"$@\"; }; f gh release create v1', env: " + ours + "}", "contents:write", "certain"},
		{"function that does nothing", "- {run: 'f() { echo; }; f', env: " + ours + "}", "contents:write", "unused"},
		{"docker action", "- uses: docker://alpine:3", "id-token:write", "unknown"},
		{"output of several lines", "- {id: a, run: \"{ echo 't<<E'; echo ${{ github.token }}; echo E; } >> $GITHUB_OUTPUT\"}\n- {run: gh release create v1, env: {GH_TOKEN: '${{ steps.a.outputs.t }}'}}", "contents:write", "certain"},
		{"output of a variable with a longer name", "- {id: a, run: 'echo \"t=$TAG\" >> $GITHUB_OUTPUT', env: {T: '${{ github.token }}'}}\n- {run: node x.js, env: {X: '${{ steps.a.outputs.t }}'}}", "checks:write", "unused"},
		{"output of a composite action", "- {id: a, uses: ./token}\n- {run: gh release create v1, env: {GH_TOKEN: '${{ steps.a.outputs.ours }}'}}", "contents:write", "certain"},
		{"another output of a composite action", "- {id: a, uses: ./token}\n- {run: gh release create v1, env: {GH_TOKEN: '${{ steps.a.outputs.theirs }}'}}", "contents:write", "unused"},
		{"composite step that is left out", "- uses: ./maybe", "contents:write", "unused"},
		{"composite step that is asked for", "- {uses: ./maybe, with: {release: true, token: '${{ github.token }}'}}", "contents:write", "certain"},
	}
	more := fstest.MapFS{
		"close.js": {Data: []byte("module.exports = ({github}) => github.rest.issues.update({})\n")},
		"token/action.yml": {Data: []byte("name: x\noutputs:\n  ours: {value: '${{ github.token }}'}\n  theirs: {value: '${{ steps.app.outputs.token }}'}\n" +
			"runs: {using: composite, steps: [{id: app, uses: actions/create-github-app-token@v2}]}\n")},
		"maybe/action.yml": {Data: []byte("name: x\ninputs: {release: {default: 'false'}, token: {}}\nruns:\n  using: composite\n  steps:\n" +
			"    - {if: inputs.release == 'true', run: gh release create v1, shell: bash, env: {GH_TOKEN: '${{ inputs.token }}'}}\n")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fsys := fstest.MapFS{".github/workflows/w.yml": {Data: []byte("on: push\njobs:\n  a:\n    runs-on: x\n    permissions: write-all\n    steps:\n      " +
				strings.ReplaceAll(strings.TrimSuffix(tt.steps, "\n"), "\n", "\n      ") + "\n")}}
			for name, file := range more {
				fsys[name] = file
			}
			r := repo.Load(fsys, repo.Options{})
			file := r.File(".github/workflows/w.yml")
			scope, level, _ := strings.Cut(tt.scope, ":")
			l := catalog.Read
			if level == "write" {
				l = catalog.Write
			}
			got := flow.New(r).Needs(file, file.Workflow.Jobs[0]).Of(scope, l)
			if diff := cmp.Diff(tt.want, confidences[got]); diff != "" {
				t.Error(diff)
			}
		})
	}
}
