package runner

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCommands(t *testing.T) {
	for _, tc := range []struct {
		name, out string
		want      []Command
	}{
		{"new form", "x\n \t::error file=a%2Cb%3Ac.yml,line=3,col=2,endColumn=4,title=::100%25%0Abad\n",
			[]Command{{"error", map[string]string{"file": "a,b:c.yml", "line": "3", "col": "2", "endColumn": "4"}, "100%\nbad"}}},
		{"old form", "x ##[warning file=a%5D;line=1]bad", []Command{{"warning", map[string]string{"file": "a]", "line": "1"}, "bad"}}},
		{"no command", ":: error::x\n::nothing::x\nx ::error::x\n::error\n#[error]x\n", nil},
		{"several lines", "::notice line=1,endLine=2,col=1,endColumn=2::", []Command{{"notice", map[string]string{"line": "1", "endLine": "2"}, ""}}},
		{"backwards", "::notice line=2,endLine=1::", []Command{{"notice", map[string]string{}, ""}}},
		{"columns backwards", "::notice line=2,col=3,endColumn=2::", []Command{{"notice", map[string]string{"line": "2"}, ""}}},
		{"no line", "::notice col=3::", []Command{{"notice", map[string]string{}, ""}}},
		{"carriage return", "x\r::group::y", []Command{{"group", map[string]string{}, "y"}}},
	} {
		if diff := cmp.Diff(tc.want, Commands(tc.out)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tc.name, diff)
		}
	}
}
