package editors

import (
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// tool is what efm-langserver knows about a linter.
type tool struct {
	Command        string   `yaml:"lint-command"`
	Stdin          bool     `yaml:"lint-stdin"`
	AfterOpen      bool     `yaml:"lint-after-open"`
	IgnoreExitCode bool     `yaml:"lint-ignore-exit-code"`
	Source         string   `yaml:"lint-source"`
	Formats        []string `yaml:"lint-formats"`
}

func efmTool(t *testing.T) tool {
	t.Helper()
	var file struct {
		Version   int
		Tools     map[string]tool
		Languages map[string][]tool
	}
	d := yaml.NewDecoder(strings.NewReader(read(t, "efm.yaml")))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil {
		t.Fatal(err)
	}
	// The languages of Helix's languages.toml that name efm are those that it has the linter for.
	for _, language := range strings.Split(read(t, "languages.toml"), "[[language]]\nname = \"")[1:] {
		name, rest, _ := strings.Cut(language, `"`)
		tools := file.Languages[name]
		if !strings.Contains(rest, `"efm"`) || len(tools) != 1 || tools[0].Command != file.Tools["sekisho"].Command {
			t.Errorf("the language %s: %s: %+v", name, rest, tools)
		}
		delete(file.Languages, name)
	}
	if len(file.Languages) > 0 || len(file.Tools) != 1 {
		t.Errorf("languages.toml does not name %v", file.Languages)
	}
	return file.Tools["sekisho"]
}

// TestEfm runs the command of efm.yaml as efm-langserver does.
func TestEfm(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the command is one for sh")
	}
	tool := efmTool(t)
	if !tool.Stdin || !tool.AfterOpen || !tool.IgnoreExitCode || len(tool.Formats) != 1 {
		t.Errorf("%+v", tool)
	}
	dir := repository(t)
	cmd := exec.Command("sh", "-c", strings.ReplaceAll(tool.Command, "${INPUT}", dir+"/"+workflow))
	cmd.Stdin = strings.NewReader(buffer(t))
	out, _ := cmd.CombinedOutput()
	want := ""
	for line := range strings.Lines(sekisho(t, saved(t), "", "--format", "concise")) {
		if strings.HasPrefix(line, workflow+":") { // and not what stands in the other files
			want += line
		}
	}
	if string(out) != want {
		t.Errorf("got %s, want %s", out, want)
	}
}
