// Package sarifschema gives tests the official JSON Schema of SARIF 2.1.0.
package sarifschema

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Compile returns the schema, formats included. Its text is a constant in the source of the module go-sarif, which does not export
// it: what the module itself validates is its own types, and they have no room for what a document has too much.
func Compile(t testing.TB) *jsonschema.Schema {
	t.Helper()
	text, err := read()
	if err != nil {
		t.Fatalf("the SARIF schema cannot be found: %v", err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("sarif.json", doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

var _ sarif.Report // makes the module a requirement of this one

// read finds the constant. The modules of a test are on the machine before it runs, so nothing is fetched.
func read() (string, error) {
	pkg, err := build.Import("github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif", ".", build.FindOnly)
	if err != nil {
		return "", err
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(pkg.Dir, "schema.go"), nil, parser.SkipObjectResolution)
	if err != nil {
		return "", err
	}
	for decl := range ast.Preorder(file) {
		spec, ok := decl.(*ast.ValueSpec)
		if !ok || spec.Names[0].Name != "schema" || len(spec.Values) != 1 {
			continue
		}
		if text, ok := spec.Values[0].(*ast.BasicLit); ok {
			return strconv.Unquote(text.Value)
		}
	}
	return "", fmt.Errorf("no constant schema in %s", pkg.Dir)
}
