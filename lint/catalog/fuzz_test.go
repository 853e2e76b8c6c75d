package catalog

import (
	"strings"
	"testing"
)

func FuzzDeployCommand(f *testing.F) {
	for _, seed := range []string{
		"kubectl -n prod apply -f x", "npx -y vercel@latest deploy --prod", "aws s3 cp a s3://b", "rsync -a . ${{ x }}:/y",
		"go run github.com/goreleaser/goreleaser/v2@latest release", "gradlew :a:publishToMavenCentral", "docker buildx build --push -t [::1]/x",
		"git push https://x@heroku.com/y main", "bash ./deploy.sh", "ssh $( ( x", "nix develop -c", "python -m", "uv tool run", "yarn workspace x y publish",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words := strings.Fields(line)
		CommandScopes(words)
		if _, ok := DeployCommand(words); ok && !MayDeploy(line) {
			t.Errorf("DeployCommand knows %q, but MayDeploy rules it out", line)
		}
	})
}

func FuzzReadClient(f *testing.F) {
	for _, seed := range []string{
		"await github.rest.issues.createComment({})", "github.paginate(github.rest.pulls.list)", "github.request('GET /repos/{owner}/{repo}/x')",
		"const { rest } = github", "require('./x.js')({github})", "${{ x", "github.", "github.rest.", "paginate(", "request(`", "import(", "\xff.rest.a.b(",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, script string) {
		c := ReadClient(script)
		for _, s := range c.Scopes {
			if s.Name == "" {
				t.Errorf("a scope without a name in %q", script)
			}
		}
		if again := ReadClient(script + "\ngithub.graphql(q)"); again.Whole && !strings.Contains(script, "${{") {
			t.Errorf("%q hides what follows it", script)
		}
	})
}
