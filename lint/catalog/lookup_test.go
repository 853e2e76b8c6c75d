package catalog

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// inputs reads "name=value, name=value"; values that hold "$" are no literals.
func inputs(s string) With {
	return func(name string) (string, bool, bool) {
		for pair := range strings.SplitSeq(s, ", ") {
			if n, v, ok := strings.Cut(pair, "="); ok && strings.EqualFold(n, name) {
				return v, !strings.Contains(v, "$"), true
			}
		}
		return "", false, false
	}
}

func TestEvent(t *testing.T) {
	for name, want := range map[string]string{
		"push": "insider", "pull_request": "outsider", "pull_request_target": "privileged", "workflow_run": "privileged",
		"issue_comment": "privileged", "issues": "privileged", "discussion": "privileged", "discussion_comment": "privileged",
		"fork": "privileged", "watch": "privileged", "workflow_call": "caller", "workflow_dispatch": "insider",
		"repository_dispatch": "insider", "schedule": "insider", "release": "insider", "merge_group": "insider", "create": "insider",
		"pull_request_review": "privileged", "nonsense": "", "Push": "",
	} {
		got := ""
		if e, ok := Event(name); ok {
			got = e.Class.String()
		}
		if got != want {
			t.Errorf("Event(%q) is %q, want %q", name, got, want)
		}
	}
	e, _ := Event("pull_request")
	if diff := cmp.Diff([]string{"opened", "synchronize", "reopened"}, e.Types[:e.Defaults]); diff != "" {
		t.Error(diff)
	}
	if e, _ := Event("issue_comment"); e.Association != "comment" || !e.DefaultBranch || e.Fork {
		t.Errorf("issue_comment: %+v", e)
	}
	n := 0
	Events(func(string) { n++ })
	if n < 32 {
		t.Errorf("%d events", n)
	}
}

func TestDeploy(t *testing.T) {
	tests := []struct{ uses, with, want string }{
		{"docker/build-push-action@v6", "push=true", "publish certain"},
		{"Docker/Build-Push-Action@v6", "push=True", "publish certain"},
		{"docker/build-push-action@v6", "push=false", ""},
		{"docker/build-push-action@v6", "", ""},
		{"docker/build-push-action@v6", "push=true, tags=localhost:5000/x", ""},
		{"docker/build-push-action@v6", "push=${{ github.event_name != 'pull_request' }}", "publish likely push"},
		{"docker/build-push-action@v6", "outputs=type=image,name=x,push=true", "publish certain"},
		{"docker/build-push-action@v6", "outputs=type=docker", ""},
		{"docker/build-push-action@v6", "push=true, tags=${{ x }}", "publish certain"},
		{"docker/build-push-action@v6", "outputs=type=docker${{ x }}", ""},
		{"goreleaser/goreleaser-action@v6", "@env.github_token=x, args=release ${{ x }}", "release likely args"},
		{"goreleaser/goreleaser-action@v6", "args=release --clean", ""}, // without a token
		{"goreleaser/goreleaser-action@v6", "@env.github_token=x, args=release --clean", "release certain"},
		{"goreleaser/goreleaser-action@v6", "args=release --snapshot --clean", ""},
		{"goreleaser/goreleaser-action@v6", "args=build", ""},
		{"goreleaser/goreleaser-action@v6", "", ""},
		{"softprops/action-gh-release@v2", "", "release certain"},
		{"softprops/action-gh-release@v2", "draft=true", "release likely"},
		{"ncipollo/release-action@v1", "draft=false", "release certain"},
		{"pypa/gh-action-pypi-publish@release/v1", "", "publish certain"},
		{"pypa/gh-action-pypi-publish@release/v1", "repository-url=https://test.pypi.example/legacy/", "publish likely"},
		{"actions/deploy-pages@v4", "", "pages certain"},
		{"cloudflare/wrangler-action@v3", "command=deploy --dry-run", ""},
		{"cloudflare/wrangler-action@v3", "command=deploy --env prod", "deploy certain"},
		{"cloudflare/wrangler-action@v3", "command=types", ""},
		{"FirebaseExtended/action-hosting-deploy@v0", "channelId=live", "deploy certain"},
		{"FirebaseExtended/action-hosting-deploy@v0", "", ""},
		{"pulumi/actions@v6", "command=preview", ""},
		{"pulumi/actions@v6", "command=up", "deploy certain"},
		{"amondnet/vercel-action@v25", "vercel-args=--prod", "deploy certain"},
		{"amondnet/vercel-action@v25", "", ""},
		{"superfly/flyctl-actions/setup-flyctl@master", "", ""},
		{"azure/webapps-deploy@v3", "", "deploy certain"},
		{"azure/bicep-deploy@v2", "operation=whatIf", ""},
		{"changesets/action@v1", "publish=pnpm release", "publish certain"},
		{"changesets/action@v1", "", ""},
		{"JamesIves/github-pages-deploy-action@v4", "dry-run=true", ""},
		{"peaceiris/actions-gh-pages@v4", "", "pages certain"},
		{"dflook/terraform-plan@v2", "", ""},
		{"actions/checkout@v6", "", ""},
		{"./deploy", "", ""},
		{"docker://alpine:3", "", ""},
		{"", "", ""},
	}
	for _, tt := range tests {
		got := ""
		if d, ok := Deploy(tt.uses, inputs(tt.with)); ok {
			got = strings.Join(append([]string{d.Kind.String(), d.Strength.String()}, d.Open...), " ")
		}
		if got != tt.want {
			t.Errorf("Deploy(%q, %q) = %q, want %q", tt.uses, tt.with, got, tt.want)
		}
	}
	if _, ok := Deploy("actions/deploy-pages", nil); !ok {
		t.Error("without inputs")
	}
}

func show(scopes []Scope, known bool) string {
	if !known {
		return "unknown"
	}
	var parts []string
	for _, s := range scopes {
		p := s.Name + ":" + s.Level.String()
		if s.Maybe {
			p += "?"
		}
		parts = append(parts, p)
	}
	return strings.Join(parts, " ")
}

func TestScopes(t *testing.T) {
	tests := []struct{ uses, with, want string }{
		{"actions/checkout@v6", "", "contents:read"},
		{"actions/checkout@v6", "repository=o/r", "contents:read?"},
		{"actions/cache/restore@v4", "", ""},
		{"actions/setup-go@v6", "", ""},
		{"actions/labeler@v6", "", "contents:read issues:write? pull-requests:write"},
		{"github/codeql-action/analyze@v4", "", "actions:read? contents:read packages:read? security-events:write"},
		{"softprops/action-gh-release@v2", "discussion_category_name=x", "contents:write discussions:write"},
		{"aws-actions/configure-aws-credentials@v5", "role-to-assume=x", "id-token:write"},
		{"aws-actions/configure-aws-credentials@v5", "aws-access-key-id=${{ secrets.X }}", ""},
		{"google-github-actions/auth@v3", "workload_identity_provider=x", "id-token:write"},
		{"google-github-actions/auth@v3", "credentials_json=${{ secrets.X }}", ""},
		{"azure/login@v2", "client-id=x", "id-token:write"},
		{"azure/login@v2", "creds=${{ secrets.X }}", ""},
		{"codecov/codecov-action@v5", "", ""},
		{"codecov/codecov-action@v5", "use_oidc=true", "id-token:write"},
		{"codecov/codecov-action@v5", "use_oidc=${{ x }}", "id-token:write?"},
		{"docker/login-action@v3", "", ""},
		{"docker/login-action@v3", "registry=ghcr." + "io", "packages:write?"},
		{"goreleaser/goreleaser-action@v6", "args=release --snapshot", "contents:read?"},
		{"goreleaser/goreleaser-action@v6", "args=--clean", "contents:write discussions:write? id-token:write? issues:write? packages:write?"},
		{"goreleaser/goreleaser-action@v6", "args=check", "contents:read?"},
		{"goreleaser/goreleaser-action@v6", "install-only=true", ""},
		{"crowdin/github-action@v2", "upload_sources=true, download_translations=false", ""},
		{"crowdin/github-action@v2", "download_translations=true", "contents:write pull-requests:write"},
		{"crowdin/github-action@v2", "download_translations=true, create_pull_request=false", "contents:write"},
		{"megalinter/megalinter/flavors/go@v8", "", "contents:write? issues:write? pull-requests:write? statuses:write?"},
		{"EnricoMi/publish-unit-test-result-action/composite@v2", "", "actions:read? checks:write contents:read? issues:read? pull-requests:write"},
		{"actions/github-script@v7", "", "unknown"},
		{"someone/something@v1", "", "unknown"},
		{"./local", "", "unknown"},
	}
	for _, tt := range tests {
		need, known := Scopes(tt.uses, inputs(tt.with))
		if got := show(need.Scopes, known); got != tt.want {
			t.Errorf("Scopes(%q, %q) = %q, want %q", tt.uses, tt.with, got, tt.want)
		}
	}
	if need, _ := Scopes("actions/checkout@v6", nil); need.Token != "token" {
		t.Errorf("token input %q", need.Token)
	}
}

func TestReadClient(t *testing.T) {
	tests := []struct{ script, want string }{
		{"await github.rest.issues.createComment({owner})", "issues:write"},
		{"github.issues.addLabels ({})", "issues:write"},
		{"octokit.rest.pulls.get({}); octokit.rest.pulls.merge({})", "contents:write pull-requests:write"},
		{"github.paginate(github.rest.pulls.list, {state})", "pull-requests:read"},
		{"github.paginate.iterator(\n  github.rest.pulls.list)", "pull-requests:read"},
		{"github.paginate('GET /repos/{owner}/{repo}/issues', {})", "issues:read"},
		{"github.paginate(endpoint)", ""},
		{"github.paginate.x", ", more"},
		{"github.request('POST /repos/{owner}/{repo}/statuses/{sha}')", "statuses:write"},
		{"github.request(route)", ", more"},
		{"github.request('nothing')", ", more"},
		{"const { request } = github", ", more"},
		{"// the pull request, please", ""},
		{"const {rest} = github; rest.actions.createWorkflowDispatch({})", ", more"},
		{"const { issues } = github.rest", ", more"},
		{"github['rest'].issues.create({})", ", more"},
		{"github.graphql(query)", ", more"},
		{"github.rest.repos.getCollaboratorPermissionLevel({})", ""},
		{"github.rest.repos.createRelease({}); github.rest.git.getRef({})", "contents:write"},
		{"github.rest.repos.createCommitStatus({})", "statuses:write"},
		{"github.rest.repos.createUsingTemplate({})", ", more"},
		{"github.rest.search.issuesAndPullRequests({})", ""},
		{"github.rest.teams.listMembersInOrg({})", ", more"},
		{"context.payload.issue.number", ""},
		{"github.rest.issues", ", more"},
		{"mygithub.issues.createComment({})", ""},
		{"github.rest.issues.createComment.endpoint", ""},
		{"github..issues.x(", ", more"},
		{"github.rest.issues.", ", more"},
		{"core.setOutput('x', `https://github.com/${context.repo.owner}`)", ""},
		{"user.login === 'github-actions[bot]'", ""},
		{"const x = ${{ github.event.number }}", ""},
		{"const run = require('./a.js'); await run({github, context})", ", loads ./a.js"},
		{"const fs = require('node:fs'), path = require(\"path\")", ""},
		{"require(name)", ", loads , more"},
		{"const {x} = await import(`${process.env.GITHUB_WORKSPACE}/x.mjs`)", ", loads ${process.env.GITHUB_WORKSPACE}/x.mjs"},
		{"await exec.exec('make')", ", runs programs"},
		{"await core.getIDToken()", "id-token:write"},
		{"eval(x)", ", more"},
		{"new Function(x)", ", more"},
		{"", ""},
	}
	for _, tt := range tests {
		c := ReadClient(tt.script)
		got := show(c.Scopes, true)
		if len(c.Modules) > 0 {
			got += ", loads " + strings.Join(c.Modules, " ")
		}
		if c.Programs {
			got += ", runs programs"
		}
		if !c.Whole {
			got += ", more"
		}
		if got != tt.want {
			t.Errorf("ReadClient(%q) = %q, want %q", tt.script, got, tt.want)
		}
	}
}

func TestCommandScopes(t *testing.T) {
	tests := []struct{ line, want string }{
		{"gh pr create --fill", "contents:read contents:write? pull-requests:write"},
		{"gh pr comment 1 -b x", "contents:read? issues:write? pull-requests:write"},
		{"gh pr merge --auto --squash $PR", "contents:write pull-requests:write"},
		{"gh pr view 1", "checks:read? contents:read? pull-requests:read statuses:read?"},
		{"gh pr close 1 --delete-branch", "contents:write pull-requests:write"},
		{"gh issue create -t x", "issues:write"},
		{"gh issue comment 1 -R other/repo -b x", "issues:write?"},
		{"gh -R ${{github.repository}} issue close 1", "issues:write"},
		{"gh release create v1", "contents:write"},
		{"gh release download v1", "contents:read"},
		{"gh run rerun 1", "actions:write"},
		{"gh pr view 1 --json number,title", "pull-requests:read"},
		{"gh pr view 1 --json number,statusCheckRollup", "checks:read? contents:read? pull-requests:read statuses:read?"},
		{"gh pr list --json=number", "pull-requests:read"},
		{"gh pr status", "checks:read? pull-requests:read statuses:read?"},
		{"gh run list", "actions:read"},
		{"gh run view 1", "actions:read checks:read?"},
		{"gh run view 1 --json jobs", "actions:read"},
		{"gh workflow run x.yml", "actions:write"},
		{"gh secret set X", "unknown"},
		{"gh auth status", ""},
		{"gh --version", ""},
		{"gh api repos/{owner}/{repo}/releases", "contents:read"},
		{"gh api -X POST /repos/${{github.repository}}/issues/1/comments -f body=x", "issues:write? pull-requests:write?"},
		{"gh api repos/$GITHUB_REPOSITORY/pulls/1/files --paginate", "pull-requests:read"},
		{"gh api repos/$OWNER/$REPO/pulls/1 -X PATCH -f state=closed", "pull-requests:write"},
		{"gh api repos/$REPO/git/refs -f ref=x", "contents:write"},
		{"gh api repos/o/r/contents/x", "contents:read?"},
		{"gh api --method PUT repos/$GITHUB_REPOSITORY/actions/secrets/X", "unknown"},
		{"gh api graphql -f query=x", "unknown"},
		{"gh api rate_limit", ""},
		{"gh api user", "unknown"},
		{"gh api repos/$GITHUB_REPOSITORY/commits/$SHA/check-runs", "checks:read"},
		{"gh api repos/$GITHUB_REPOSITORY/statuses/$SHA -f state=success", "statuses:write"},
		{"gh api repos/$GITHUB_REPOSITORY/dispatches -f event_type=x", "contents:write"},
		{"curl -X POST https://api.github.com/repos/$GITHUB_REPOSITORY/statuses/x", "statuses:write"},
		{"curl -d x $GITHUB_API_URL/repos/$GITHUB_REPOSITORY/issues", "issues:write"},
		{"curl -s https://api.github.com/repos/o/r/releases/latest", "contents:read?"},
		{"curl -sSL https://example.org/x", "unknown"},
		{"git push origin HEAD", "contents:write"},
		{"git push", "contents:write"},
		{"git push heroku main", "contents:write?"},
		{"git push https://x@example.org/o/r main", "contents:write?"},
		{"git -C x fetch --tags", "contents:read"},
		{"git commit -m x", ""},
		{"git status", ""},
		{"npx semantic-release", "contents:write id-token:write? issues:write? pull-requests:write?"},
		{"goreleaser release --snapshot", ""},
		{"goreleaser --clean", "contents:write discussions:write? id-token:write? packages:write?"},
		{"goreleaser check", ""},
		{"find . -name x -delete", ""},
		{"find . -name x -exec chmod +x {} ;", ""},
		{"find . -name x -exec gh issue close {} ;", "issues:write"},
		{"find . -name x -execdir make {} ;", "unknown"},
		{"goreleaser release", "contents:write discussions:write? id-token:write? packages:write?"},
		{"npm publish --provenance", "id-token:write packages:write?"},
		{"cosign sign --yes x", "id-token:write packages:write?"},
		{"cosign sign --key k x", "packages:write?"},
		{"make test", "unknown"},
		{"", "unknown"},
	}
	for _, tt := range tests {
		if got := show(CommandScopes(strings.Fields(tt.line))); got != tt.want {
			t.Errorf("CommandScopes(%q) = %q, want %q", tt.line, got, tt.want)
		}
	}
}

func TestLogin(t *testing.T) {
	tests := []struct{ uses, with, want string }{
		{"docker/login-action@v3", "", " |  | ~/.docker/config.json"},
		{"actions/checkout@v6", "", " |  | .git/config"},
		{"actions/checkout@v6", "persist-credentials=false", "none"},
		{"actions/setup-node@v6", "", "none"},
		{"actions/setup-node@v6", "registry-url=x", "NODE_AUTH_TOKEN NPM_CONFIG_USERCONFIG |  | $RUNNER_TEMP/.npmrc"},
		{"actions/create-github-app-token@v2", "", " | token | "},
		{"actions/setup-go@v6", "", "none"},
	}
	for _, tt := range tests {
		got := "none"
		if l, ok := Login(tt.uses, inputs(tt.with)); ok {
			got = strings.Join([]string{strings.Join(l.Env, " "), strings.Join(l.Outputs, " "), strings.Join(l.Files, " ")}, " | ")
		}
		if got != tt.want {
			t.Errorf("Login(%q, %q) = %q, want %q", tt.uses, tt.with, got, tt.want)
		}
	}
	app, _ := Login("actions/create-github-app-token@v2", nil)
	holds := func(output string) bool {
		return slices.ContainsFunc(app.Outputs, func(p string) bool { return glob(p, output) })
	}
	if !holds("token") || holds("app-slug") {
		t.Error("outputs of create-github-app-token")
	}
}

func TestPin(t *testing.T) {
	for _, tt := range []struct {
		action, ref string
		want        bool
	}{
		{"actions/checkout", "v4", true},
		{"Actions/Checkout@v4", "v4.1", true},
		{"actions/checkout", "v4.1.1", true},
		{"actions/checkout", "4.1.1", true},
		{"actions/checkout", "v4.1.99", false},
		{"actions/checkout", "v99", false},
		{"actions/checkout", "main", false},
		{"actions/checkout", "v4-beta", false},
		{"actions/checkout", "", false},
		{"actions/cache/save", "v4", true},
		{"nobody/nothing", "v1", false},
	} {
		pin, ok := Pin(tt.action, tt.ref)
		if ok != tt.want {
			t.Errorf("Pin(%q, %q) = %v, want %v", tt.action, tt.ref, ok, tt.want)
		}
		if !ok {
			continue
		}
		if v, ok := PinVersion(tt.action, strings.ToUpper(pin.Commit)); !ok || v != pin.Version {
			t.Errorf("PinVersion(%q, %q) = %q, want %q", tt.action, pin.Commit, v, pin.Version)
		}
	}
	major, _ := Pin("actions/checkout", "v4")
	old, _ := Pin("actions/checkout", "v4.1.1")
	a, _ := parseVersion(old.Version)
	b, _ := parseVersion(major.Version)
	if !a.less(b) {
		t.Errorf("v4 is %s, older than %s", major.Version, old.Version)
	}
}

func TestNames(t *testing.T) {
	for name, want := range map[string]bool{
		"deploy": true, "Deploy to production": true, "release": true, "publish-npm": true, "deployProd": true, "prod": true, "promote": true,
		"PyPI publish": true, "deploy_docs": true, "rollout": true, "predeploy-check": false, "test-release": false, "deploy-preview": false,
		"release-notes": false, "publish-test-results": false, "check-release": false, "undeploy": false, "product-tests": false, "build": false,
		"release-drafter": false, "build-release": false, "": false, "reproduce": false, "deployment-status": false, "is-release": false,
	} {
		if got := DeployName(name); got != want {
			t.Errorf("DeployName(%q) = %v", name, got)
		}
	}
	for name, want := range map[string]bool{"PROD_DB_URL": true, "DEPLOY_KEY": true, "NPM_TOKEN": false, "PRODUCT_ID": false, "DEPLOY_KEY_STAGING": false} {
		if got := DeploySecret(name); got != want {
			t.Errorf("DeploySecret(%q) = %v", name, got)
		}
	}
	for uses, want := range map[string]bool{"actions/checkout@v4": true, "GitHub/codeql-action/init@v3": true, "actionsx/y@v1": false, "./actions": false, "": false} {
		if got := Official(uses); got != want {
			t.Errorf("Official(%q) = %v", uses, got)
		}
	}
}

func TestLocalCluster(t *testing.T) {
	for line, want := range map[string]bool{
		"kind create cluster --name x": true, "k3d cluster create": true, "minikube start": true, "kind load docker-image x": false,
		"make kind-cluster": true, "just setup_minikube": true, "make deploy": false, "curl -sfL https://get.k3s.io": true, "curl https://example.com": false,
		"kubectl get nodes": false, "go run sigs.k8s.io/kind@v0.30.0 create cluster": true, "": false,
	} {
		if got := LocalCluster(strings.Fields(line)); got != want {
			t.Errorf("LocalCluster(%q) = %v", line, got)
		} else if got && !Clues(line).Has(ClueCluster) {
			t.Errorf("Clues does not see %q", line)
		}
	}
	if !LocalClusterAction("Helm/kind-action@v1") || LocalClusterAction("azure/setup-helm@v4") {
		t.Error("actions")
	}
}

func TestSecretFor(t *testing.T) {
	for _, tt := range []struct {
		name string
		want SecretUse
	}{
		{"CODECOV_TOKEN", ReportSecret},
		{"SLACK_CHANNEL_ID", ReportSecret},
		{"AWS_ACCESS_KEY_ID", IdentifierSecret},
		{"VAULT_ADDR", IdentifierSecret},
		{"VAULT_ROLE_ID", IdentifierSecret},
		{"VAULT_SECRET_ID", AccessSecret},
		{"APPLE_API_ISSUER", IdentifierSecret},
		{"SITE_URL", IdentifierSecret},
		{"DATABASE_URL", AccessSecret},
		{"STAGING_DB_URL", AccessSecret},
		{"DB_URL", AccessSecret},
		{"DB_HOST", IdentifierSecret},
		{"PROD_REDIS_URI", TargetSecret},
		{"CHAT_HOOK_URL", AccessSecret},
		{"user", IdentifierSecret},
		{"STORE_LOGIN", AccessSecret},
		{"MAVEN_SIGNING_KEYID", IdentifierSecret},
		{"API_KEY", AccessSecret},
		{"DEPLOY_KEY", TargetSecret},
		{"", AccessSecret},
	} {
		if got := SecretFor(tt.name); got != tt.want {
			t.Errorf("SecretFor(%q) = %d, want %d", tt.name, got, tt.want)
		}
	}
	if !Identifier("SLACK_CHANNEL_ID") || Identifier("SLACK_WEBHOOK_URL") || Identifier("") {
		t.Error("a name is told from a hook whatever service it belongs to")
	}
}

func TestKindName(t *testing.T) {
	for name, want := range map[string]Kind{"deploy": Deploys, "make-release": Releases, "publishToMaven": Publishes, "push-images": Publishes, "": Deploys} {
		if got := KindName(name); got != want {
			t.Errorf("KindName(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestHandsOver(t *testing.T) {
	if !HandsOver("Peter-Evans/create-pull-request@v7") || HandsOver("actions/checkout@v6") {
		t.Error("an action that opens a pull request hands over, others do not")
	}
	for words, want := range map[string]bool{
		"gh pr create --fill": true, "release-please release-pr": true,
		"release-please github-release": false, "gh pr view": false, "gh": false, "": false,
	} {
		if got := HandsOverCommand(strings.Fields(words)); got != want {
			t.Errorf("HandsOverCommand(%q) = %v, want %v", words, got, want)
		}
	}
}
