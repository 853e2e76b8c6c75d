package catalog

import "testing"

func TestRisky(t *testing.T) {
	for _, tt := range []struct {
		program, word, does string
	}{
		{"find", "", "runs commands and deletes files"},
		{"git", "fetch", "runs commands"},
		{"git", "status", ""},
		{"gh", "api", "reads files and sends them elsewhere"},
		{"echo", "", ""},
	} {
		o, _ := Risky(tt.program, tt.word)
		if o.Does != tt.does {
			t.Errorf("%s %s: %q, want %q", tt.program, tt.word, o.Does, tt.does)
		}
	}
}

func TestTakesValue(t *testing.T) {
	for _, tt := range []struct {
		program, sub, word string
		want               bool
	}{
		{"curl", "", "-sSL", false},
		{"curl", "", "-X", true},
		{"curl", "", "-sX", true},
		{"curl", "", "--fail", false},
		{"curl", "", "--unknown", true},
		{"curl", "", "--header=a", false},
		{"curl", "", "https", false},
		{"git", "fetch", "--depth", true},
		{"git", "fetch", "--quiet", false},
	} {
		o, _ := Risky(tt.program, tt.sub)
		if got := o.TakesValue(tt.word); got != tt.want {
			t.Errorf("%s %s %s: %v", tt.program, tt.sub, tt.word, got)
		}
	}
}

func TestCodeVariable(t *testing.T) {
	for name, want := range map[string]bool{"LD_PRELOAD": true, "Path": true, "GIT_CONFIG_COUNT": true, "npm_config_registry": true, "MY_PATH": false, "": false} {
		if _, got := CodeVariable(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestOneLine(t *testing.T) {
	for field, want := range map[string]bool{
		"event.head_commit.author.name": true, "event.pull_request.head.label": true, "event.pull_request.title": false, "event.comment.body": false, "": false,
	} {
		if got := OneLine(field); got != want {
			t.Errorf("%s: %v", field, got)
		}
	}
}

func TestLoadsEnvironment(t *testing.T) {
	file, loads := LoadsEnvironment("falti/dotenv-action@v1", func(string) (string, bool, bool) { return "", false, false })
	if file != ".env" || !loads {
		t.Errorf("%q %v", file, loads)
	}
	if _, loads := LoadsEnvironment("actions/checkout@v6", nil); loads {
		t.Error("a checkout loads no variables")
	}
}
