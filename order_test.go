package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// order lists the packages; each may import only those before it. lint/cli, which stands behind rules, takes the rules as a value.
var order = []string{"lint/expr", "lint/syntax", "lint/shell", "lint/catalog", "lint/repo", "lint/flow", "lint/inventory", "lint/policy", "lint/config", "lint/migrate", "lint", "lint/shellcheck", "lint/report", "lint/linttest", "lint/linttest/runner", "lint/linttest/sarifschema", "rules", "lint/cli", "", ".ci/dist"}

func TestOrder(t *testing.T) {
	rank := map[string]int{}
	for i, p := range order {
		rank[strings.TrimSuffix("sekisho/"+p, "/")] = i
	}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		pkg := strings.TrimSuffix("sekisho/"+filepath.ToSlash(filepath.Dir(path)), "/.")
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		own, known := rank[pkg]
		if !known {
			t.Errorf("%s: package %s has no place in the order", path, pkg)
		}
		for _, spec := range f.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			if to, ours := rank[name]; ours && to >= own || pkg == "sekisho/lint/cli" && name == "sekisho/rules" {
				t.Errorf("%s: %s may not import %s", path, pkg, name)
			} else if name == "gopkg.in/yaml.v3" && pkg != "sekisho/lint/syntax" || strings.HasPrefix(name, "go.yaml.in/yaml/v4") {
				t.Errorf("%s: only lint/syntax reads YAML, and only by yaml.v3", path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
