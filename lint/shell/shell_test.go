package shell

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// render writes a command on one line: function, wrappers, assignments, words, redirections, flags.
func render(c *Command) string {
	var b strings.Builder
	if c.Function != "" {
		fmt.Fprintf(&b, "%s: ", c.Function)
	}
	if len(c.Wrappers) > 0 {
		fmt.Fprintf(&b, "<%s> ", strings.Join(c.Wrappers, " "))
	}
	for _, a := range c.Assigns {
		export := ""
		if a.Export {
			export = "^"
		}
		fmt.Fprintf(&b, "%s%s=%s ", export, a.Name, renderWord(&a.Value))
	}
	if c.Name != "" {
		fmt.Fprintf(&b, "%s", c.Name)
	} else {
		b.WriteByte('-')
	}
	for i := range c.Words {
		fmt.Fprintf(&b, " %s", renderWord(&c.Words[i]))
	}
	for i := range c.Redirects {
		fmt.Fprintf(&b, " %s%s", c.Redirects[i].Op, renderWord(&c.Redirects[i].Target))
	}
	for i := range c.Group {
		fmt.Fprintf(&b, " group%s%s", c.Group[i].Op, renderWord(&c.Group[i].Target))
	}
	if c.Pipe > 0 {
		fmt.Fprintf(&b, " #%d", c.Pipe)
	}
	if c.PipeTo != nil {
		fmt.Fprintf(&b, " |%s", c.PipeTo.Name)
	}
	if c.Subst {
		b.WriteString(" $()")
	}
	if c.Remote {
		b.WriteString(" remote")
	}
	return b.String()
}

func renderWord(w *Word) string {
	text := strings.ReplaceAll(w.Text, "\n", "⏎")
	text = strings.ReplaceAll(text, " ", "·")
	var uses []string
	for _, v := range w.Vars {
		flags := ""
		if v.Quoted {
			flags = "q"
		}
		if v.Length {
			flags += "#"
		}
		uses = append(uses, v.Name+flags)
	}
	for _, h := range w.Holes {
		uses = append(uses, fmt.Sprintf("hole%d", h))
	}
	for _, f := range w.From {
		uses = append(uses, "from "+f.Name)
	}
	if len(uses) > 0 {
		return fmt.Sprintf("%s{%s}", text, strings.Join(uses, ","))
	}
	if !w.Const {
		return text + "{}"
	}
	return text
}

func TestCommands(t *testing.T) {
	tests := []struct {
		name, script string
		dialect      Dialect
		want         []string
	}{
		{"words", `/usr/bin/curl.exe -H "Authorization: $TOKEN" 'a b'"c"\ d`, Bash, []string{`curl /usr/bin/curl.exe -H Authorization:·$TOKEN{TOKENq} a·bc·d`}},
		{"lengths", `echo ${#A} ${B:+set} ${C:-$D} "${E%%x}" $1 $?`, Bash, []string{`echo echo ${#A}{A#} ${B:+set}{B#} ${C:-$D}{C,D} ${E%%x}{Eq} $1{1} $?{?}`}},
		{"wrappers", `sudo -u x -E env A=$B -i nice -n 5 timeout 5m docker push x`, Bash, []string{`<sudo env nice timeout> ^A=$B{B} docker docker push x`}},
		{"more wrappers", "xargs -n1 -I{} npm publish {}\ntime make\nexec ./x\nnohup stdbuf -oL y &\ncommand -v docker\ncommand ls\nsudo -v", Bash,
			[]string{`<xargs> npm npm publish {}`, `<time> make make`, `<exec> x ./x`, `<nohup stdbuf> y y`, `command command -v docker`, `<command> ls ls`, `sudo sudo -v`}},
		{"npx", `npx --yes semantic-release`, Bash, []string{`npx npx --yes semantic-release`}},
		{"assignments", "A=1 B=$(date -u) make\nexport C=$D E\nlocal -r F=x\nG=(a $H)\nI+=x\nK=", Bash,
			[]string{`^A=1 ^B=$(date·-u){from date} make make`, `date date -u $()`, `^C=$D{D} export export E`, `F=x local local -r`, `G=(a·$H){H} -`, `I=x -`, `K= -`}},
		{"pipes", `echo "$A" | base64 -w0 | while read -r x; do cat; done > f`, Bash,
			[]string{`echo echo $A{Aq} |base64`, `base64 base64 -w0 #1 |read`, `read read -r x group>f`, `cat cat group>f`}},
		{"group", "{ echo a; echo b; } >> \"$GITHUB_OUTPUT\" 2>&1", Bash, []string{
			`echo echo a group>>$GITHUB_OUTPUT{GITHUB_OUTPUTq} group2>&1`, `echo echo b group>>$GITHUB_OUTPUT{GITHUB_OUTPUTq} group2>&1`}},
		{"heredoc", "cat <<EOF > f\na $X ${{ y }}\nEOF\ncat <<-'E'\n\t$Z\n\tE\nread a <<< \"$S\"", Bash,
			[]string{"cat cat <<a·$X·${{·y·}}⏎{Xq,hole0} >f", "cat cat <<-\t$Z⏎", "read read a <<<$S{Sq}"}},
		{"function", "f() { echo \"$1\"; }\nf a", Bash, []string{`f: echo echo $1{1q}`, `f f a`}},
		{"substitutions", "x=\"$(a | b \"$(c)\")\"; d <(e) `f`", Bash,
			[]string{`x=$(a·|·b·"$(c)"){from a,from b} -`, `a a |b $()`, `b b $(c){from c} #1 $()`, `c c $()`, "d d <(e){from e} `f`{from f}", `e e $()`, `f f $()`}},
		{"tests", "[[ -n $A && $B == x* ]] && [ \"$C\" = 1 ]; ((D > $E))", Bash, []string{`[[ [[ -n $A{A} && $B{B} == x*`, `[ [ $C{Cq} = 1 ]`, `(( (( D·>·$E{D,E}`}},
		{"loops", "for x in a $B; do echo $x; done\ncase $C in *) d;; esac", Bash, []string{`for for x a $B{B}`, `echo echo $x{x}`, `case case $C{C}`, `d d`}},
		{"holes", "${{ a }} --x=${{ b }} \"$Y${{ c }}\" $((${{ d }}+1)) $${{ e }}\nX=${{ f }}", Bash,
			[]string{`- ${{·a·}}{hole0} --x=${{·b·}}{hole1} $Y${{·c·}}{Yq,hole2} $((${{·d·}}+1)){hole3} $${{·e·}}{hole4}`, `X=${{·f·}}{hole5} -`}},
		{"odd holes", "if [ ${{ a\n && 'it''s' }} = \"${{ b }}\" ]; then echo 'x ${{ c }}'; fi", Bash,
			[]string{`[ [ ${{·a⏎·&&·'it''s'·}}{hole0} = ${{·b·}}{hole1} ]`, `echo echo x·${{·c·}}{hole2}`}},
		{"nested", `bash -c 'echo "$A" | tee b'; eval "export X=$Y"; sh -c "ls \$Z $W"`, Bash,
			[]string{`bash bash -c echo·"$A"·|·tee·b`, `echo echo $A{Aq} |tee`, `tee tee b #1`, `eval eval export·X=$Y{Yq}`, `^X=$Y{Yq} export export`,
				`sh sh -c ls·$Z·$W{Wq}`, `ls ls $Z{Z} $W{Wq}`}},
		{"remote", "ssh -p 22 me@h 'cd x && git pull'\nssh h <<'E'\nls $A\nE\ndocker run --rm x sh -c 'y ${{ a }}'", Bash,
			[]string{`ssh ssh -p 22 me@h cd·x·&&·git·pull`, `cd cd x remote`, `git git pull remote`, `ssh ssh h <<ls·$A⏎`, `ls ls $A{A} remote`,
				`docker docker run --rm x sh -c y·${{·a·}}{hole0}`, `y y ${{·a·}}{hole0} remote`}},
		{"a path with a variable", `"$HOME/bin/kubectl" apply; ${{ github.workspace }}/x.sh`, Bash, []string{`kubectl $HOME/bin/kubectl{HOMEq} apply`, `x.sh ${{·github.workspace·}}/x.sh{hole0}`}},
		{"posix", "export A=$B; command export C=1", POSIX, []string{`^A=$B{B} export export`, `<command> ^C=1 export export`}},
		{"redirection alone", "> f", Bash, []string{`- >f`}},
		{"broken", "echo a\nif x; then\n  docker push $Y\n", Bash, []string{`echo echo a`, `x x`, `docker docker push $Y{Y}`}},
		{"powershell", "$env:A = \"x $($b.c) $d\"; Write-Host 'it''s' $env:TOKEN | Out-File -Path f 2>&1\n& \"C:\\x\\foo.exe\" `\n  -a:$e # no\nif ($f -eq 1) { npm publish }\n$g = Get-Item \"a\"", PowerShell,
			[]string{`^A=x·$($b.c)·$d{$b,$dq,from } -`, `- $b.c{$b} $()`, `Write-Host Write-Host it's $env:TOKEN{TOKEN} |Out-File`, `Out-File Out-File -Path f 2>&1 #1`,
				`foo C:\x\foo.exe -a:$e{$e}`, `- $f{$f} -eq 1 $()`, `npm npm publish`, `$g=Get-Item·"a"{from Get-Item} -`, `Get-Item Get-Item a $()`}},
		{"here-strings", "@'\na $x\n'@ | b\n$c = @\"\n$d ${{ e }}\n\"@\n<# no #>", PowerShell, []string{`- a·$x |b`, `b b #1`, "$c=$d·${{·e·}}{$dq,hole0} -"}},
		{"cmd", "@echo off\r\nset X=%Y% z\r\ncall a.cmd \"b c\" ^\r\n d > f\r\nrem no\r\nnpm publish | e.exe %~dp0\r\nif not exist g (h) else i\r\nif \"%J%\"==\"1\" k", Cmd,
			[]string{`echo echo off`, `^X=%Y%·z{Y} set set X=%Y%{Y} z`, `a.cmd a.cmd b·c d >f`, `npm npm publish |e`, `e e.exe %~dp0 #1`, `h h`, `i i`, `k k`}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := Parse(tt.script, tt.dialect, holesOf(tt.script))
			check(t, tt.script, s)
			var got []string
			for _, c := range s.Commands {
				got = append(got, render(c))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("commands of %q (-want +got):\n%s", tt.script, diff)
			}
			if (s.Err != nil) != (tt.name == "broken") {
				t.Errorf("error: %v", s.Err)
			}
		})
	}
}

// TestSpans looks words up in the text by their spans, also through the quotes of nested scripts.
func TestSpans(t *testing.T) {
	script := "a 'b c' \"$X\"\nbash -c 'echo $Y'\" z\"\nssh h \"ls \\$W ${V}\"\n"
	var got []string
	for _, c := range Parse(script, Bash, nil).Commands {
		for _, w := range c.Words {
			got = append(got, script[w.Start:w.End])
			for _, v := range w.Vars {
				got = append(got, v.Name+"="+script[v.Start:v.End])
			}
		}
	}
	want := []string{"a", "'b c'", `"$X"`, "X=$X", "bash", "-c", `'echo $Y'" z"`, "echo", "$Y", "Y=$Y", "z",
		"ssh", "h", `"ls \$W ${V}"`, "V=${V}", "ls", "$W", "W=$W", "${V}", "V=${V}"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
}

func TestPrinted(t *testing.T) {
	script := "A=$B curl -H \"$C\" ${#D} ${{ a }} > $E <<X\n$F ${{ b }}\nX\n"
	c := Parse(script, Bash, holesOf(script)).Commands[0]
	var got []string
	for _, v := range c.Printed() {
		got = append(got, v.Name)
	}
	if diff := cmp.Diff([]string{"B", "C"}, got); diff != "" {
		t.Errorf("printed variables (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{0}, c.PrintedHoles()); diff != "" {
		t.Errorf("printed holes (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int{0, 1}, c.AllHoles()); diff != "" {
		t.Errorf("all holes (-want +got):\n%s", diff)
	}
}

func TestDialect(t *testing.T) {
	tests := []struct {
		shell   string
		windows bool
		want    Dialect
		traced  string
		fixed   string
	}{
		{shell: "", want: Bash},
		{shell: "", windows: true, want: PowerShell},
		{shell: "bash", want: Bash},
		{shell: "sh", want: POSIX},
		{shell: "pwsh", want: PowerShell},
		{shell: "powershell", want: PowerShell},
		{shell: "cmd", want: Cmd},
		{shell: "bash -x {0}", want: Bash, traced: "-x", fixed: "bash {0}"},
		{shell: "/usr/bin/env bash -eo pipefail {0}", want: Bash},
		{shell: "bash --noprofile --norc -exo pipefail {0}", want: Bash, traced: "-exo", fixed: "bash --noprofile --norc -eo pipefail {0}"},
		{shell: "bash -e -o xtrace {0}", want: Bash, traced: "-o xtrace", fixed: "bash -e {0}"},
		{shell: "sudo -E bash {0}", want: Bash},
		{shell: "wsl-bash {0}", want: Bash},
		{shell: "msys2 {0}", want: Bash},
		{shell: "nix develop -c bash -e {0}", want: Bash},
		{shell: "alpine.sh {0}", want: POSIX},
		{shell: `C:\msys64\usr\bin\bash.exe -lx {0}`, want: Bash, traced: "-lx", fixed: `C:\msys64\usr\bin\bash.exe -l {0}`},
		{shell: "sh -xe {0}", want: POSIX, traced: "-xe", fixed: "sh -e {0}"},
		{shell: "python {0}", want: Other},
		{shell: "python3 -x {0}", want: Other},
		{shell: "node {0}", want: Other},
		{shell: "${{ matrix.shell }}", want: Other},
	}
	for _, tt := range tests {
		if got := DialectOf(tt.shell, tt.windows); got != tt.want {
			t.Errorf("DialectOf(%q, %v) = %v, want %v", tt.shell, tt.windows, got, tt.want)
		}
		span, ok := Option(tt.shell)
		if ok != (tt.traced != "") || ok && tt.shell[span.Start:span.End] != tt.traced {
			t.Errorf("Option(%q) = %v, %v, want %q", tt.shell, span, ok, tt.traced)
		}
		if fixed := applied(tt.shell, OptionFix(tt.shell)); ok && fixed != tt.fixed {
			t.Errorf("OptionFix(%q) gives %q, want %q", tt.shell, fixed, tt.fixed)
		}
	}
}

// applied is a text after some edits; "none" when there are none.
func applied(text string, edits []Edit) string {
	if edits == nil {
		return "none"
	}
	var b strings.Builder
	at := 0
	for _, e := range edits {
		b.WriteString(text[at:e.Start] + e.New)
		at = e.End
	}
	return b.String() + text[at:]
}

func BenchmarkParse(b *testing.B) {
	script := strings.Repeat(`set -euo pipefail
version="$(git describe --tags | sed 's/^v//')"
echo "version=$version" >> "$GITHUB_OUTPUT"
if [[ "${{ github.event_name }}" == push ]]; then
  docker build -t "app:$version" .
  docker push "app:$version"
fi
`, 3)
	holes := holesOf(script)
	b.SetBytes(int64(len(script)))
	b.ReportAllocs()
	for b.Loop() {
		Parse(script, Bash, holes)
	}
}
