package shell

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDerived follows the variable S and the first hole.
func TestDerived(t *testing.T) {
	tests := []struct {
		script string
		d      Dialect
		want   string
	}{
		{"X=$S; Y=\"a $X\"; Z=b", Bash, "X Y"},
		{"X=$(echo \"$S\" | base64 -w0)", Bash, "X"},
		{"X=$(echo \"$S\" | tr -d '\\r' | cut -d ' ' -f 1 | head -n 1)", Bash, "X"},
		{"echo \"$S\" > f; X=$(cat f); Y=$(cat g)", Bash, "X"},
		{"X=$(curl -H \"$S\" u)", Bash, ""},
		{"X=$(printf %s \"$S\" | curl -d @- u)", Bash, ""},
		{"X=${#S}; Y=${S:+set}; Z=${S:0:3}", Bash, "Z"},
		{"read -r X Y <<< \"$S\"", Bash, "X Y"},
		{"echo $S | while read -r X; do :; done", Bash, "X"},
		{"while read X; do :; done <<< $S", Bash, "X"},
		{"for X in $S; do :; done", Bash, "X"},
		{"printf -v X '%s' \"$S\"", Bash, "X"},
		{"export X=$S; declare -r Y=$S", Bash, "X Y"},
		{"A=(a $S)", Bash, "A"},
		{"f() { local Y=$1; }\nf \"$S\"", Bash, "Y f *,f 1,f @"},
		{"f() { local Y=$2; }\nf \"$S\" b", Bash, "f *,f 1,f @"},
		{"X=${{ a }}; Y=${{ b }}", Bash, "X"},
		{"X=$S make", Bash, ""},
		{"if [ -n \"$S\" ]; then X=1; fi", Bash, ""},
		{"Y=$X; X=$S", Bash, "X Y"},
		{"mapfile -t X < <(echo $S)", Bash, "X"},
		{"X=$(cat <<E\n$S\nE\n)", Bash, "X"},
		{"X=$(jq -n --arg a \"$S\" '{}')", Bash, "X"},
		{"$x = \"a $env:S\"; $y = $x.Trim(); $z = 1", PowerShell, "$x $y"},
		{"$env:T = $env:S", PowerShell, "T"},
		{"set X=a%S%\nset Y=%X%", Cmd, "X Y"},
	}
	for _, tt := range tests {
		s := Parse(tt.script, tt.d, holesOf(tt.script))
		d := s.Derived(func(name string) bool { return name == "S" }, func(i int) bool { return i == 0 })
		var plain, args []string
		for _, name := range slices.Sorted(maps.Keys(d)) {
			if strings.Contains(name, " ") {
				args = append(args, name)
			} else {
				plain = append(plain, name)
			}
		}
		got := strings.TrimSpace(strings.Join(plain, " ") + " " + strings.Join(args, ","))
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("derived in %q (-want +got):\n%s", tt.script, diff)
		}
	}
}
