package catalog

import (
	"strings"
	"testing"

	"sekisho/lint/expr"
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

func FuzzInstalls(f *testing.F) {
	for _, seed := range []string{
		"npm --prefix x i a@1 @b/c ./d e#f", "python3 -m pip install -r a 'b>1' c@git+https://d@e", "cargo +x install --git a --version", "uvx --from a b",
		"go install a@", "gem install a:1 -v", "git -c http.a.sslverify=false clone http://b", "npx -p", "dotnet add x package", "pip install @ == [ a@npm:",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words := strings.Fields(line)
		in, installs := Installs(words)
		if installs && !ScriptMayInstall(line, in.System) {
			t.Errorf("%q may install something", line)
		}
		_, from, to := Insecure(words)
		for _, i := range append(append(append(in.Packages, in.Listed...), Sources(words)...), from) {
			if i < 0 || i >= max(len(words), 1) {
				t.Errorf("%q has no word %d", line, i)
			}
		}
		if from > to || to > len(words) {
			t.Errorf("%q has no words from %d to %d", line, from, to)
		}
	})
}

func FuzzWorkspace(f *testing.F) {
	for _, seed := range []string{
		"pip install -e .[a] -r", "python -m pip install ./a.whl", "npm --prefix a ci", "make -Ca", "bash +x ./a", "uv pip install --editable=", "cargo install --path=a",
		"source", "node_modules/.bin/x", "~/.aws/*", "/a/.env", "x@", "actions/cache/save@v1", "/@", "docker/Build-Push-Action@v6",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words := strings.Fields(line)
		if name, runs := RunsWorkspace(words); name != "" && !runs {
			t.Errorf("%q executes nothing, but names %q", line, name)
		}
		with := func(string) (string, bool, bool) { return line, len(line)%2 == 0, len(line)%3 == 0 }
		if what, sure, ok := SecretFile(line); sure && !ok || ok != (what != "") {
			t.Errorf("SecretFile(%q) = %q, %v, %v", line, what, sure, ok)
		}
		ActionRunsWorkspace(line, with)
		if d, ok := Downloads(line, with); ok {
			d.TakesForks(line, with)
		}
		if _, caches := CachesAt(line, line, with); caches != expr.False && !KnowsCache(line) {
			t.Errorf("%q caches, but KnowsCache rules it out", line)
		}
	})
}

func FuzzAgentCommand(f *testing.F) {
	for _, seed := range []string{
		"claude -p x --allowedTools Bash(*) Edit", "npx -y @openai/codex@1 exec -s danger-full-access x", "gemini --approval-mode=yolo -p", "copilot --allow-tool shell(git:*) -p x",
		"timeout aider -m", "llm -s a b", "codex exec --", "claude --permission-mode", "kubectl -v 9 get x", "rclone --dump auth", "uvx --from aider-chat aider",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		words := strings.Fields(line)
		c, ok := AgentCommandOf(words)
		for _, w := range c.Words {
			if ok && (w.At < 0 || w.At >= len(words)) {
				t.Errorf("%q has no word %d", line, w.At)
			}
		}
		if meaning, _, from, to := Debugs(words); meaning != "" && (from < 0 || to > len(words) || from >= to) {
			t.Errorf("%q: bad words %d to %d", line, from, to)
		}
		if ToolsPower("Bash, "+line) != ShellTools {
			t.Errorf("%q: more tools give less", line)
		}
		IndicatorText(line)
		IndicatorFile(line)
	})
}
