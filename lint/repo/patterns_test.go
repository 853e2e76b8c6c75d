package repo

import (
	"testing"
	"testing/fstest"

	"sekisho/lint/syntax"
)

func files(texts map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range texts {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func TestIgnored(t *testing.T) {
	r := Load(files(map[string]string{
		".gitignore":     "# c\n.env\n/root\nbuild/\n*.log  \n!keep.log\ndoc/*.txt\n**/deep/x\n\\#odd\n\\!not\n[ab].c\n{a,b}.d\nspace\\ \n[\n",
		"sub/.gitignore": "!.env\r\nlocal\n",
	}), Options{})
	for name, want := range map[string]bool{
		".env": true, "a/.env": true, "sub/.env": false, "sub/in/.env": false, "root": true, "a/root": false, "root/a": true,
		"build": false, "build/x": true, "a/build/b/c": true, "x.log": true, "keep.log": false, "build/keep.log": true,
		"doc/a.txt": true, "doc/a/b.txt": false, "deep/x": true, "a/b/deep/x": true, "#odd": true, "!not": true, "a.c": true, "c.c": false,
		"a.d": false, "{a,b}.d": true, "sub/local": true, "local": false, "space ": true, "README": false,
	} {
		if got := r.Ignored(name); got != want {
			t.Errorf("Ignored(%q) = %v", name, got)
		}
	}
}

func TestAttribute(t *testing.T) {
	r := Load(files(map[string]string{
		".gitattributes":   "*.env filter=git-crypt diff=git-crypt\n\"a b.env\" -filter\n[attr]x filter=y\nvault/** filter=transcrypt\nset.env filter\nvault/open !filter\n*.txt text\ndir/ filter=no\n",
		"s/.gitattributes": "x.env filter=other text filter=last\n",
	}), Options{})
	for name, want := range map[string]string{
		"a.env": "git-crypt", "b/a.env": "git-crypt", "a b.env": "", "vault/a/b": "transcrypt", "vault/open": "", "set.env": "true", "x.txt": "", "dir/x": "", "s/x.env": "last", "s/y.env": "git-crypt",
	} {
		if got := r.Attribute(name, "filter"); got != want {
			t.Errorf("the filter of %q is %q, not %q", name, got, want)
		}
	}
}

func FuzzPatterns(f *testing.F) {
	for _, line := range []string{"", "a", "!", "/", "**", "[a", `\`, `"a" b`, `"`, "a/**/b/", "{", "*.x filter=y"} {
		f.Add(line, "a/b.x")
	}
	f.Fuzz(func(t *testing.T, line, name string) {
		for _, read := range []func(string) (pattern, bool){ignoreLine, attributeLine} {
			if p, ok := read(line); ok {
				p.matches(name, false)
				p.attribute("filter")
			}
		}
	})
}

func TestOwners(t *testing.T) {
	const text = "# all\n*  @o/all # everybody\n*.js a@example.com\n/build/ @o/build\ndocs/* @o/docs\n/apps/ @o/apps\n/apps/open\n**/logs @o/logs\n!/x @o/x\nb[c]d @o/b\n/caf\u00e9/ @o/cafe\n/bad owner\n"
	for _, tt := range []struct {
		name string
		want Ownership
		line int
	}{
		{"README", Owned, 2}, {"a/b.js", Owned, 3}, {"build/x", Owned, 4}, {"a/build/x", Owned, 2}, {"docs/a", Owned, 5}, {"docs/a/b", Owned, 2},
		{"apps/x/y", Owned, 6}, {"apps/open", Unowned, 7}, {"apps/open/x", Unowned, 7}, {"apps/opened", Owned, 6}, {"a/logs/x", Owned, 8},
		{"x", Owned, 2}, {"bcd", Owned, 2}, {"caf\u00e9/a", OwnerUnknown, 11}, {"bad", OwnerUnknown, 12},
	} {
		o := Load(files(map[string]string{".github/CODEOWNERS": text, "CODEOWNERS": "* @o/other\n"}), Options{}).Owners()
		got, span := o.Of(tt.name)
		if got != tt.want || o.File.Position(span.Start).Line != tt.line {
			t.Errorf("%s: %d by line %d, not %d by line %d", tt.name, got, o.File.Position(span.Start).Line, tt.want, tt.line)
		}
	}
	if Load(files(map[string]string{"x/CODEOWNERS": text, "codeowners": text}), Options{}).Owners() != nil {
		t.Error("a file that GitHub does not read is taken for CODEOWNERS")
	}
	o := Load(files(map[string]string{"docs/CODEOWNERS": "#\n\n"}), Options{}).Owners()
	if got, span := o.Of("a"); !o.Empty() || got != Unowned || span != (syntax.Span{}) {
		t.Errorf("an empty file says %d at %v", got, span)
	}
}

func FuzzOwners(f *testing.F) {
	for _, text := range []string{"", "* @a", "@a", "/ @a", "a\\ b @c", "*** @a", "#", "\\", "a @b#c", "**/ @x", "a\t@b\r\n"} {
		f.Add(text, ".github/workflows/a.yml")
	}
	f.Fuzz(func(t *testing.T, text, name string) {
		o := Load(files(map[string]string{"CODEOWNERS": text}), Options{}).Owners()
		if _, span := o.Of(name); span.Start < 0 || span.End < span.Start || span.End > len(text) {
			t.Errorf("%q: the line %v is outside", text, span)
		}
	})
}

func TestNested(t *testing.T) {
	r := Load(files(map[string]string{
		".github/workflows/a.yml":             "on: push\njobs: {}\n",
		".github/actions/a/action.yml":        "runs: {}\n",
		"apps/x/.github/actions/b/action.yml": "runs: {}\n",
		"apps/y/.github/dependabot.yml":       "updates: []\n",
		"apps/y/tool/action.yml":              "runs: {}\n",
		"apps/z/.github/workflows/a.yml":      "on: push\njobs: {}\n",
		"apps/z/action.yml":                   "runs: {}\n",
	}), Options{})
	for name, want := range map[string]bool{
		".github/workflows/a.yml": true, ".github/actions/a/action.yml": true, "apps/x/.github/actions/b/action.yml": true, "apps/y/tool/action.yml": false, "apps/z/action.yml": false,
	} {
		if got := r.File(name) != nil; got != want {
			t.Errorf("%s is loaded: %v", name, got)
		}
	}
}

func TestLoadFindsCredentials(t *testing.T) {
	r := Load(files(map[string]string{
		".env": "A=b", "a/.env.production": "", ".env.example": "", "x.env": "", ".ENV": "", "prod.env.sample": "", ".aws/credentials": "", "credentials": "", "b/.docker/config.json": "", "config.json": "",
		"id_rsa": "", "id_rsa.pub": "", "k.p12": "\x00", "truststore.jks": "", "debug.keystore": "", ".npmrc": "", "env": "", "node_modules/x/.env": "", "src/env.ts": "", ".env.d.ts": "",
	}), Options{})
	got := map[string]bool{}
	for _, f := range r.Files {
		got[f.Path] = f.Kind == syntax.KindCredentials
	}
	want := []string{".env", "a/.env.production", "x.env", ".ENV", ".aws/credentials", "b/.docker/config.json", "id_rsa", "k.p12", ".npmrc"}
	for _, name := range want {
		if !got[name] {
			t.Errorf("%s is not loaded", name)
		}
		delete(got, name)
	}
	for name := range got {
		t.Errorf("%s is loaded", name)
	}
}
