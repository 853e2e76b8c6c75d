package shell

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"mvdan.cc/sh/v3/syntax"
)

// FuzzReader compares the trees of the two readers.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		"", "\n", "make", "npm ci\nnpm run build --if-present\n", "  go  test\t./...  \n\n\ncd a/b", "a=b c", "export A=b", "echo a=b,c+d@e:f%", "if a\nthen b\nfi",
		"time make", "in x", "a\\b", "x\r\ny", "test -f a\n", "function f", "-x", "=", "+", "2 a",
		"A=\"$B\" c 'd e' $'f\\'' \"g ${H:-i} \\\" $(j k) $\" l$ m[1] {n,o} p[q]r[s] # t\n",
		"! a && b || c | d |& e; f & g\\\n  h\n", "a >b 2>&1 <c &>d >>e 3<>f >|g <<<h $i 2 >j\n", "(a; b) | { c; d; } >e\n",
		"cat <<EOF >x\n$A ${B} $(c) \\$d $ e\nEOF\ncat <<'E' <<-F\na\\\nE\nb\nF\n", "cat <<A\nA\n", "x=$(cat <<E\na\nE\n)\n",
		"if a; then b; elif c; then d; else e; fi\n", "while a; do b; done <c\nuntil a\ndo\nb\ndone", "for i in a \"$@\" ${b[@]}; do c; done\n",
		"case $a in a|b) c;; (d) e;& f*) ;;& *)\nesac\n", "f() {\n a; }\nf () ( b )\n", "[[ -f $a && ! ( b == c* || $d =~ ^e$ ) ]] || g\n", "[[ a =~ ^(b|c).$d ]]\n",
		"a=(b \"$c\" # d\n e)\na+=(f)\nb+=g c= d\n", "export A B=c $D -x\nlocal e=$(f)\n", "${a#b} ${a##*/} ${a%.*} ${a/b/c} ${a//\\//-} ${a:1:2} ${#a} ${!a} ${#a[@]} ${a^^} ${a,} ${1:-b} ${?}\n",
		"diff <(a) >(b)\n", "echo \"a\"#b `c`", "a &&\n# b\n\nc |\nd\n", "{ a; }; }", "a=[b] c={d[e] f={\n", "{a}>b {a[1]}>c a>b", "=(a) a=(b)c", "\"a\\\nb\"", "a\\\nb", "a \\\nb",
		"# a\\\nb", "é=ü ö", "if ! a; then :; fi; done", "a;; b", "$((1+2)) $[a] ((b))", "((a == 1 && !b || (c+-d)*e % 2 < $f))", "$(( i = j += 1 )) $((i++)) $((${a[0]} - \"$b\"10)) ${a: -1:$b} ${a[i+1]}\n((a--)) >b", "\"a\\\n\\\n b $c\\\n\"", "\"${a:-\"b\"}\" ${a:-'b c'} ${a:-$'d'}",
	} {
		f.Add(seed)
	}
	offset := cmp.Comparer(func(a, b syntax.Pos) bool { return a.Offset() == b.Offset() && a.IsValid() == b.IsValid() })
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := new(reader).file(text)
		if !ok {
			return
		}
		want, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(&guardedReader{text: text}, "")
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if diff := cmp.Diff(want, got, offset, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("%q: (-parser +reader)\n%s", text, diff)
		}
	})
}
