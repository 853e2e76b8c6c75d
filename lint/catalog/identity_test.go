package catalog

import (
	"strings"
	"testing"
)

func TestGitCommand(t *testing.T) {
	for text, want := range map[string]bool{
		"git push":                                            true,
		"/usr/bin/git push origin HEAD":                       true,
		"git.exe fetch":                                       true,
		"git -C x -c a.b=c pull":                              true,
		"git push https://x:$TOKEN@github.com/$R":             true,
		"git fetch https://github.com/octo-org/other main":    false,
		"git clone https://github.com/octo-org/other":         false,
		"git ls-remote --tags origin":                         true,
		"git remote add upstream https://example.com/o/r.git": false,
		"git remote show origin":                              true,
		"git submodule update --init":                         true,
		"git submodule status":                                false,
		"git lfs pull":                                        true,
		"git subtree push --prefix x origin y":                true,
		"git status":                                          false,
		"git":                                                 false,
		"npx semantic-release":                                true,
		"mike deploy --push 1":                                true,
		"gh pr checkout 1":                                    true,
		"gh pr create":                                        false,
		"curl https://api.github.com/repos/o/r/contents/x":    false,
		"goreleaser release":                                  false,
		"make push":                                           false,
		"":                                                    false,
	} {
		if got := GitCommand(strings.Fields(text)); got != want {
			t.Errorf("GitCommand(%q) is %v", text, got)
		}
	}
}

func TestThirdParty(t *testing.T) {
	for text, want := range map[string]string{
		"npm ci":                            "npm ci",
		"npm --prefix web install":          "npm install",
		"npm ci --ignore-scripts":           "",
		"npm install -g npm@latest":         "",
		"npm publish":                       "",
		"npx --yes eslint .":                "npx",
		"yarn":                              "yarn",
		"yarn --version":                    "",
		"yarn install --mode=skip-build":    "",
		"python -m pip install -r x.txt":    "pip install",
		"pip3 install build":                "pip3 install",
		"pip install --only-binary=:all: x": "",
		"./gradlew build":                   "gradle",
		"cargo test --workspace":            "cargo test",
		"poetry run pytest":                 "poetry run",
		"go build ./...":                    "",
		"go test ./...":                     "go test",
		"docker build .":                    "",
		"uv tool run twine":                 "uv tool run",
		"C:\\tools\\npm.cmd ci":             "npm ci",
		"":                                  "",
		"mvn --version":                     "",
		"bundle exec rake":                  "",
		"corepack pnpm install":             "pnpm install",
	} {
		if got, _ := ThirdParty(strings.Fields(text)); got != want {
			t.Errorf("ThirdParty(%q) is %q, want %q", text, got, want)
		}
	}
}

func TestRegistryIs(t *testing.T) {
	for url, want := range map[string]bool{
		"https://upload.pypi.example/legacy/": true, "https://test.pypi.example": true, "PYPI.EXAMPLE": true, "https://user:pw@upload.pypi.example:443/x": true,
		"//upload.pypi.example/:_authToken": true, "https://pypi.internal.example/simple": false, "https://pypi.pkg.github.com/o": false,
		"https://example.com/pypi.example": false, "pypi": false, "": false, "https://pypi.example.evil.example": false,
	} {
		if got := Registry("pypi").Is(url); got != want {
			t.Errorf("%q is of the registry: %v", url, got)
		}
	}
}

func TestPublishCommand(t *testing.T) {
	for text, want := range map[string]string{
		"npm publish":                              "npmjs npm publish",
		"npm --registry x publish":                 "npmjs npm publish x",
		"npm publish --dry-run":                    "",
		"npx -y npm@11 publish":                    "npmjs npm publish",
		"bunx npm publish":                         "npmjs npm publish",
		"yarn npm publish":                         "npmjs yarn npm publish",
		"python3.12 -m twine upload -r x dist/a":   "pypi twine upload x",
		"uv publish --trusted-publishing=always":   "",
		"uv tool run twine upload dist/a":          "pypi twine upload",
		"cargo publish -p a --registry internal":   "crates cargo publish internal",
		"cargo publish --dry-run":                  "",
		"dotnet nuget push a.nupkg -s feed -k key": "nuget dotnet nuget push feed",
		"nuget.exe push a.nupkg -source feed":      "nuget nuget push feed",
		"bundle exec gem push a.gem --host x":      "rubygems gem push x",
		"vsce publish -p x":                        "",
		"yarn vsce publish":                        "",
		"pnpm exec pkg-pr-new publish --pnpm":      "",
		"npm":                                      "",
		"":                                         "",
	} {
		got := ""
		if p, ok := PublishCommand(strings.Fields(text)); ok {
			got = strings.TrimSpace(string(p.Registry) + " " + p.What + " " + strings.Join(p.Targets, " "))
		}
		if got != want {
			t.Errorf("PublishCommand(%q) is %q, want %q", text, got, want)
		}
	}
}

func TestCloudKey(t *testing.T) {
	for name, want := range map[string]string{
		"AWS_SECRET_ACCESS_KEY": "aws", "PROD-AWS-SECRET-ACCESS-KEY": "aws", "aws_secret_key": "aws", "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_NAME": "",
		"GCP_SA_KEY": "gcp", "GOOGLE_APPLICATION_CREDENTIALS_JSON": "gcp", "GCP_SERVICE_ACCOUNT": "", "GOOGLE_API_KEY": "", "GCLOUD_SERVICE_KEY": "gcp",
		"AZURE_CREDENTIALS": "azure", "ARM_CLIENT_SECRET": "azure", "AZURE_CLIENT_ID": "", "AZURE_OPENAI_KEY": "", "AZURE_WEBAPP_PUBLISH_PROFILE": "azure",
		"VAULT_TOKEN": "vault", "VAULT_ADDR": "", "KUBECONFIG_B64": "kube", "KUBE_CONFIG": "kube", "KUBE_NAMESPACE": "", "": "",
	} {
		if got, _ := CloudKey(name); string(got) != want {
			t.Errorf("CloudKey(%q) is %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"aws", "gcp", "azure", "vault", "kube"} {
		if c := Cloud(name); c.Name() == name || c.Instead() == "" {
			t.Errorf("nothing is known of %q", name)
		}
	}
	for _, table := range []*table{cloudKeyTable(), cloudInputTable().table} {
		table.all(func(row []string) {
			if c := Cloud(row[len(row)-1]); c.Name() == string(c) {
				t.Errorf("%s: unknown cloud %q", row[0], c)
			}
		})
	}
}

func TestPersonalToken(t *testing.T) {
	for name, want := range map[string]string{
		"GH_PAT": "sure likely", "PERSONAL_ACCESS_TOKEN": "sure likely", "MY_PAT": "sure likely", "BOT_GITHUB_TOKEN": "likely", "GH_TOKEN": "likely",
		"NPM_TOKEN": "", "VSCE_PAT": "", "DOCKER_PAT": "", "CODECOV_TOKEN": "", "PATH": "", "PATTERN": "", "TOKEN": "", "REPO_ACCESS_TOKEN": "likely", "": "",
	} {
		sure, likely := PersonalToken(name)
		got := ""
		if sure {
			got = "sure "
		}
		if likely {
			got += "likely"
		}
		if strings.TrimSpace(got) != want {
			t.Errorf("PersonalToken(%q) is %q, want %q", name, got, want)
		}
	}
}
