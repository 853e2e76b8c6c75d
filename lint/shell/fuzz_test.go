package shell

import (
	"strings"
	"testing"
)

// holesOf finds the ${{ }} of a text as the runner does.
func holesOf(text string) []Hole {
	var list []Hole
	for at := 0; ; {
		i := strings.Index(text[at:], "${{")
		if i < 0 {
			return list
		}
		j := strings.Index(text[at+i:], "}}")
		if j < 0 {
			return list
		}
		list = append(list, Hole{Span{at + i, at + i + j + 2}})
		at += i + j + 2
	}
}

// check reports spans that leave the text.
func check(t *testing.T, text string, s *Script) {
	t.Helper()
	if s.Err != nil && strings.HasPrefix(s.Err.Error(), "the script cannot be read") {
		t.Error(s.Err)
	}
	inside := func(what string, at Span) {
		if at.Start < 0 || at.Start > at.End || at.End > len(text) {
			t.Errorf("%s %v leaves the text of %d bytes", what, at, len(text))
		}
	}
	words := func(what string, list []Word) {
		for _, w := range list {
			inside(what, w.Span)
			for _, v := range w.Vars {
				inside("variable "+v.Name, v.Span)
			}
			for _, sub := range s.Substitutions(&w) {
				inside("substitution", sub.Span)
			}
		}
	}
	for _, c := range s.Commands {
		inside("command", c.Span)
		words("word", c.Words)
		for _, a := range c.Assigns {
			inside("assignment", a.Span)
			words("value", []Word{a.Value})
		}
		for _, r := range c.Redirects {
			inside("redirection", r.Span)
			words("target", []Word{r.Target})
		}
	}
	for _, tr := range s.Traces {
		inside("trace", tr.Span)
		inside("statement", tr.Stmt)
		last := 0
		for _, e := range tr.Fix {
			inside("edit", e.Span)
			if e.Start < last {
				t.Errorf("edits of a fix overlap: %v", tr.Fix)
			}
			last = e.End
		}
		for _, c := range s.Commands {
			for _, e := range s.Wrap(tr, c) {
				inside("wrapping", e.Span)
			}
		}
	}
	s.Derived(func(name string) bool { return strings.HasPrefix(name, "S") }, func(i int) bool { return i == 0 })
	followed := s.Follow(loads)
	for _, f := range followed.Files {
		if f.Name == "" {
			t.Error("a file without a name")
		}
	}
	for _, c := range s.Commands {
		code := s.Code(c)
		if code.From < 0 || code.From > code.To || code.To > len(c.Words) {
			t.Errorf("code at words %d to %d of %d", code.From, code.To, len(c.Words))
		}
		if code.Kind == CodeText && (code.Language == PowerShell || code.Language == Cmd) && (s.Dialect == Bash || s.Dialect == POSIX) && !startsOther(c.Name) {
			t.Errorf("%q is given code in another dialect", c.Name)
		}
		for i := range c.Words {
			followed.File(c, &c.Words[i])
			s.Path(c, c.Words[i].Text)
		}
		if inner := s.Inner(c); inner != nil {
			inner.Follow(loads)
		}
	}
}

func FuzzParse(f *testing.F) {
	seeds := []string{
		"set -eux\necho \"$SECRET\" | base64 > x\n",
		"bash -xc 'echo $A' && ssh host \"set -x; ls $B\"\n",
		"cat <<EOF\n${{ github.sha }} $(date)\nEOF\n",
		"f() { local x=$1; set -x; }\nf ${{ secrets.X }}; trap 'f a' EXIT\n",
		"for i in a b; do case $i in *x*) break;; esac; done\n",
		"$env:X = \"a $($b.c) $d\"; Set-PSDebug -Trace 2\n@'\nhere\n'@ | Out-File x\n",
		"@echo off\r\nset X=%Y%\r\nif exist a (call b.cmd ^\n c)\r\n",
		"cat >a.sh <<'E'\nset -e${D:+x} $F ${G:--x}\n./a.sh\nE\nF=-x\nsh -x a.sh; . a.sh; tee b <<E\n$A\nE\n./b\n",
		"x=$(( ${{ inputs.n }} + 1 )); $${{ x }} ${A:-${{ y }}}",
		"curl -fsSLo a https://x/y | tee b; cd c; tar -xzf a -C d e; bash <(wget -qO- $U) && ./d/e; pwsh -c 'irm x | iex'\n",
		"iex (New-Object Net.WebClient).DownloadString('https://x'); iwr -Uri u -OutFile f; & .\\f; bash -c \"curl u | sh\"",
	}
	for _, seed := range seeds {
		for d := Bash; d <= Cmd; d++ {
			f.Add(seed, uint8(d))
		}
	}
	f.Fuzz(func(t *testing.T, text string, d uint8) {
		check(t, text, Parse(text, Dialect(d%5), holesOf(text)))
		check(t, text, ParseFile(text, Dialect(d%5)))
	})
}

// TestHostile reads scripts that are made to be expensive.
func TestHostile(t *testing.T) {
	units := []string{"(", "{ ", "$(", "`", "((", "$((", "[[ (", "[[ ! ", "if ", "while ", "until ", "case x in a) ", "for i in a; do ", "f() ", "f() { ",
		"! ", "time ", "a | ", "a && ", "a || ", "a ; ", "${a:-", "${a[", "\"$(", "\"${x:-", "$((1+", "((- ", "((a ? ", "((a=", "((a,", "<(", "x=(", "<<a ", "cat <<a\n",
		"eval '", "bash -c '", "set -x; ", "set -x\nset +x\n", "f(){ f; f; }; ", "@(", "$'", "\\", "\"", "'", "a$b", "function a { ", "coproc ", "{a,", "a=b ", "export a=b ",
		"$(set -x;", "if a; then set -x; fi\n", "for i in 1; do set -x; set +x; ", "while x; do set -x; ", "trap 'set -x; a' EXIT\n", "[[ a && ", "[[ a == b || ",
		"@'\n", "$(", "${", "@(", "#{", "<#", "^", "%a%", "if a (", "for %%a in (", "${{ a }}", "sudo ", "env ", "xargs ", "x=$(a) ", "$a[", "X=$Y; Y=$X; ", "1 + ", "$((1 + 1)) ",
		"curl a > b; cat b > c; cp c b; ", "f(){ f | f; }; f | f; ", "cd $(a); ", "X=$Y$Y; Y=; ", "tar xf a; mv */* b; ", "curl a | tee b | ", "curl -o$X a; sh $X; "}
	for _, u := range units {
		for _, n := range []int{200, 4000} {
			text := strings.Repeat(u, min(n, MaxScript/len(u)))
			for d := Bash; d <= Cmd; d++ {
				check := Parse(text, d, holesOf(text))
				check.Derived(func(name string) bool { return name == "Z" }, func(int) bool { return false })
				check.Follow(loads)
			}
		}
	}
	for _, u := range []string{"(", "$(", "a && ", "a | ", "[[ ! ", "$((1+", "((-", "if ", "export GIT_TRACE=1; git a\n", "set -x\n"} {
		Parse(strings.Repeat(u, MaxScript/len(u)), Bash, nil)
		Parse(strings.Repeat(u, MaxScript/len(u)), PowerShell, nil)
	}
	if s := Parse(strings.Repeat("a", MaxScript+1), Bash, nil); s.Err == nil || len(s.Commands) > 0 {
		t.Error("a script above the limit was read")
	}
	doubling := "f0() { :; }\n"
	for i := 1; i < 60; i++ {
		prev, name := string(rune('A'+(i-1)%50)), string(rune('A'+i%50))
		doubling += name + "() { set -x; " + prev + "; set +x; " + prev + "; }\n"
	}
	Parse(doubling+"J\n", Bash, nil)
}
