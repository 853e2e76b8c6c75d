package catalog

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestInstalls(t *testing.T) {
	tests := []struct {
		line string // words are split at blanks, "_" stands for a blank inside a word
		want string // the packages without an exact version
	}{
		{"npm install", ""},
		{"npm ci", ""},
		{"npm install -g typescript", "typescript"},
		{"npm --prefix sub i --save-dev @scope/a b@1.2.3 c@^2 d@latest", "@scope/a c@^2 d@latest"},
		{"npm isntall a@1", "a@1"},
		{"npm i ./a.tgz a-1.0.0.tgz file:../b . ../c", ""},
		{"npm i alias@npm:real@1.2.3 alias@npm:real", "alias@npm:real"},
		{"npm i owner/repo owner/repo#0123456789abcdef0123456789abcdef01234567 github:o/r", "owner/repo github:o/r"},
		{"npm i $PACKAGE a@$VERSION a@${{_matrix.a_}}", ""},
		{"npm run add a", ""},
		{"npm.cmd install a", "a"},
		{"yarn add -D a b@1.2.3", "a"},
		{"yarn global add a", "a"},
		{"yarn install", ""},
		{"yarn run add", ""},
		{"yarn dlx a b", "a"},
		{"pnpm add -g a", "a"},
		{"pnpm -C sub add a", "a"},
		{"pnpm dlx a@1.2.3 b", ""},
		{"bun add a", "a"},
		{"bun install --network-concurrency 8", ""},
		{"bunx a@latest x", "a@latest"},
		{"npx -y a@1 b", "a@1"},
		{"npx --package=a --package b@1.2.3 c", "--package=a"},
		{"npx --no-install a", ""},
		{"npm exec -y -- a b", "a"},
		{"npm create vite@latest my-app", "vite@latest"},
		{"npm init -y", ""},
		{"corepack prepare pnpm@latest --activate", "pnpm@latest"},
		{"corepack pnpm add a", "a"},
		{"pip install a", "a"},
		{"pip3.12 install -U a>=1 b==1.2 c~=1.0 d[x]==1.2.3", "a>=1 c~=1.0"},
		{"python3 -m pip install a==1.* b", "a==1.* b"},
		{"python -W ignore -m pip install a", ""},
		{"pip install -r requirements.txt", "requirements.txt"},
		{"pip install -c constraints.txt a", ""},
		{"pip install --require-hashes -r a.txt", ""},
		{"pip install . -e .[test] ./a dist/a.whl a.whl", ""},
		{"pip install a@git+https://x.example/a@main git+https://x.example/a@0123456789abcdef0123456789abcdef01234567#egg=a", "a@git+https://x.example/a@main"},
		{"pip install git+https://x.example/a", "git+https://x.example/a"},
		{"pip install a==${V} $B c==1.0;python_version<'3'", ""},
		{"pip download a", ""},
		{"pip install a[x]_@_. scripts/a packages/b[test] --group x/pyproject.toml:dev", ""},
		{"uvx --generate-shell-completion bash", ""},
		{"poetry run pip install a", "a"},
		{"pipx install a==1.2.3", ""},
		{"pipx run a b", "a"},
		{"pipx run --spec a==1.0 b", ""},
		{"pipx inject a b c==1.0.0", "b"},
		{"uv pip install a --python 3.12", "a"},
		{"uv sync", ""},
		{"uv run --with a --with b==1.2.3 python x.py", "a"},
		{"uv run x.py", ""},
		{"uv tool install a", "a"},
		{"uvx a@1.2.3 b", ""},
		{"uvx --from a b", "a"},
		{"uvx a", "a"},
		{"gem install a b:1.2.3", "a"},
		{"gem install a -v 1.2", ""},
		{"gem install a -v ~>1.2", "a"},
		{"gem install pkg/a-1.0.gem", ""},
		{"bundle install", ""},
		{"bundle add a", "a"},
		{"bundle add a --version 1.2.3 --skip-install", ""},
		{"cargo install a", "a"},
		{"cargo install --locked a@1.2.3 b", "b"},
		{"cargo install a --version 1.2.3", ""},
		{"cargo install --path .", ""},
		{"cargo install --git https://x.example/a --rev 0123abc a", ""},
		{"cargo install --git https://x.example/a", "https://x.example/a"},
		{"cargo install a --git https://x.example/a", "https://x.example/a"},
		{"cargo install --git https://x.example/a --branch main a b", "https://x.example/a"},
		{"cargo install --git=https://x.example/a a --tag v1.2.3", ""},
		{"cargo install --root r --version ${{_env.V_}} a", ""},
		{"cargo install --version $V a", ""},
		{"cargo +nightly install a", "a"},
		{"cargo binstall -y a", "a"},
		{"cargo build", ""},
		{"go install x.example/a@latest", "x.example/a@latest"},
		{"go install x.example/a@v1.2.3", ""},
		{"go install x.example/a@0123456789ab x.example/a@b5bfa59", ""},
		{"go install ./cmd/a", ""},
		{"go install x.example/a", ""},
		{"go run x.example/a@main b", "x.example/a@main"},
		{"go run . b", ""},
		{"go get -u x.example/a@latest ./...", "x.example/a@latest"},
		{"dotnet tool install -g a", "a"},
		{"dotnet tool install -g a --version 1.2.3", ""},
		{"dotnet tool install a --version 1.*", "a"},
		{"dotnet tool restore", ""},
		{"dotnet add x.csproj package a", "a"},
		{"composer global require a/b:1.2.3 c/d", "c/d"},
		{"dart pub global activate a", "a"},
		{"dart pub global activate a 1.2.3", ""},
		{"sudo apt-get install a", ""},
		{"apt-get install -y a=1.2.3-1 b", "b"},
		{"brew install a", "a"},
		{"choco install a --version 1.2", ""},
		{"echo npm install a", ""},
		{"make install a", ""},
		{"npm", ""},
		{"", ""},
	}
	for _, tt := range tests {
		words := strings.Fields(tt.line)
		for i := range words {
			words[i] = strings.ReplaceAll(words[i], "_", " ")
		}
		in, ok := Installs(words)
		var got []string
		for _, i := range append(in.Packages, in.Listed...) {
			got = append(got, words[i])
		}
		if diff := cmp.Diff(tt.want, strings.Join(got, " ")); diff != "" || ok != (tt.want != "") {
			t.Errorf("%q (-want +got):\n%s", tt.line, diff)
		}
	}
}
