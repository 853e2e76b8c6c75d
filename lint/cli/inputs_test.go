package cli

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

func TestArguments(t *testing.T) {
	tests := map[string]struct {
		env  map[string]string
		want []string
	}{
		"nothing":          {nil, []string{"--format=text", "--"}},
		"defaults":         {map[string]string{"INPUT_STRICT": "false", "INPUT_FAIL_ON": "low", "INPUT_ONLY_CHANGED": "false"}, []string{"--fail-on=low", "--format=text", "--"}},
		"strict":           {map[string]string{"INPUT_STRICT": " true\n"}, []string{"--strict", "--format=text", "--"}},
		"paths":            {map[string]string{"INPUT_PATHS": "a b\r\n\n --strict\n$(x)"}, []string{"--format=text", "--", "a b", "--strict", "$(x)"}},
		"formats":          {map[string]string{"INPUT_FORMAT": "concise\njson=a b.json"}, []string{"--format=concise", "--format=json=a b.json", "--"}},
		"sarif":            {map[string]string{"INPUT_SARIF_FILE": "a=b.sarif"}, []string{"--format=text", "--format=sarif=a=b.sarif", "--"}},
		"sarif and format": {map[string]string{"INPUT_SARIF_FILE": "x", "INPUT_FORMAT": "json"}, []string{"--format=json", "--format=sarif=x", "--"}},
		"args":             {map[string]string{"INPUT_ARGS": "--ignore=a,b\n-j=1\n--config=my file.yml"}, []string{"--format=text", "--ignore=a,b", "-j=1", "--config=my file.yml", "--"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			in, err := readInputs(func(name string) string { return tt.env[name] })
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, in.arguments()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestInputFaults(t *testing.T) {
	tests := []struct{ name, value, want string }{
		{"STRICT", "yes", `the input strict is "yes"; write true or false`},
		{"ONLY_CHANGED", "True", `the input only-changed is "True"; write true or false`},
		{"PATHS", "a\n-\n", "no standard input"},
		{"SARIF_FILE", "a\nfindings=0", "one file"},
		{"SARIF_FILE", "-", "one file"},
		{"ARGS", "a/path", "takes flags"},
		{"ARGS", "--", "takes flags"},
		{"ARGS", "--select a", "one flag a line"},
	}
	for _, tt := range tests {
		_, err := readInputs(func(name string) string {
			if name == "INPUT_"+tt.name {
				return tt.value
			}
			return ""
		})
		if err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s = %q: %v", tt.name, tt.value, err)
		}
	}
}

// FuzzInputs checks that no input becomes another one: only args gives flags, paths stand behind all of them, and what is
// written to the outputs has one line.
func FuzzInputs(f *testing.F) {
	f.Add("a\nb c", "json\nconcise", "out.sarif", "--ignore=x", "low")
	f.Add("--strict\r\n-", "=\n--", "a\x00b", "--\n-", "\n--config=x")
	f.Fuzz(func(t *testing.T, paths, formats, sarif, args, failOn string) {
		env := map[string]string{"INPUT_PATHS": paths, "INPUT_FORMAT": formats, "INPUT_SARIF_FILE": sarif, "INPUT_ARGS": args, "INPUT_FAIL_ON": failOn}
		in, err := readInputs(func(name string) string { return env[name] })
		if err != nil {
			return
		}
		got := in.arguments()
		end := len(got) - len(in.paths)
		if got[end-1] != "--" || !slices.Equal(got[end:], in.paths) {
			t.Fatalf("the paths %q do not stand behind --: %q", in.paths, got)
		}
		for _, flag := range got[:end-1] {
			if !strings.HasPrefix(flag, "-") || flag == "--" {
				t.Errorf("%q is no flag: %q", flag, got)
			}
		}
		if strings.ContainsFunc(in.sarifFile, unicode.IsControl) {
			t.Errorf("sarif-file %q", in.sarifFile)
		}
	})
}
