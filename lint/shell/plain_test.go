package shell

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"mvdan.cc/sh/v3/syntax"
)

// FuzzPlainFile compares the trees of the two readers.
func FuzzPlainFile(f *testing.F) {
	for _, seed := range []string{
		"", "\n", "make", "npm ci\nnpm run build --if-present\n", "  go  test\t./...  \n\n\ncd a/b", "a=b c", "export A=b", "echo a=b,c+d@e:f%", "if a\nthen b\nfi",
		"time make", "in x", "a\\b", "x\r\ny", "test -f a\n", "function f", "-x", "=", "+", "2 a",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := plainFile(text)
		if !ok {
			return
		}
		for _, variant := range []syntax.LangVariant{syntax.LangBash, syntax.LangPOSIX} {
			want, err := syntax.NewParser(syntax.Variant(variant)).Parse(&guardedReader{text: text}, "")
			if err != nil {
				t.Fatalf("%q: %v", text, err)
			}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(syntax.Pos{})); diff != "" {
				t.Errorf("%q: (-parser +plain)\n%s", text, diff)
			}
		}
	})
}
