package cli_test

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"sekisho/lint"
	"sekisho/lint/cli"
	"sekisho/lint/linttest/runner"
	"sekisho/lint/syntax"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"shellcheck": func() {
			os.Stdout.WriteString(`{"comments":[{"line":2,"endLine":2,"column":6,"endColumn":8,"level":"warning","code":2086,"message":"Quote it."}]}`)
			os.Exit(1)
		},
		"sekisho": func() { os.Exit(cli.Main(testRules(), "v1.2.3", os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exit":     runExit,
			"commands": runCommands,
			"crlf":     rewrite(func(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }),
			"hidden":   rewrite(func(text string) string { return strings.ReplaceAll(text, "ESC", "\x1b") }),
			"large":    rewrite(func(text string) string { return text + strings.Repeat("# x\n", syntax.MaxFileSize/4) }),
			"deep":     rewrite(func(text string) string { return text + strings.Repeat("[", 100_000) }),
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "root":
				return os.Getuid() == 0, nil
			case "tty":
				return runtime.GOOS == "linux" || runtime.GOOS == "darwin", nil
			}
			return false, nil
		},
		Setup: func(e *testscript.Env) error {
			e.Setenv("TERM", "xterm")
			program, err := exec.LookPath("sekisho") // for scripts that change the PATH
			if err != nil {
				return err
			}
			e.Setenv("SEKISHO", program)
			for _, v := range []string{"GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"} {
				e.Setenv(v, "nobody")
			}
			e.Setenv("GIT_CONFIG_NOSYSTEM", "1")
			e.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(e.WorkDir))
			e.Setenv("TOOLS", filepath.SplitList(e.Getenv("PATH"))[0]) // where sekisho is, and git is not
			// The folder above may lie in a repository.
			return os.MkdirAll(e.WorkDir+"/.git", 0o777)
		},
	})
}

// runExit runs sekisho and checks the exit code: exit 2 sekisho --nope.
func runExit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit CODE COMMAND…")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := "0"
	if err != nil {
		code = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if code != args[0] {
		ts.Fatalf("exit code %s, want %s", code, args[0])
	}
}

// runCommands compares the workflow commands that a runner finds in stdout, or in a file, with those in a file: commands stdout
// FILE. Each is a line with its name, its place and its title, or data for want of one.
func runCommands(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: commands stdout FILE")
	}
	var b strings.Builder
	for _, c := range runner.Commands(ts.ReadFile(args[0])) {
		what := c.Data
		if title := c.Properties["title"]; title != "" {
			place := strings.TrimRight(c.Properties["file"]+":"+c.Properties["line"]+":"+c.Properties["col"], ":")
			what = strings.TrimSpace(place + " " + title)
		}
		fmt.Fprintln(&b, strings.TrimSpace(c.Name+" "+what))
	}
	if diff := cmp.Diff(ts.ReadFile(args[1]), b.String()); diff != "" {
		ts.Fatalf("commands (-%s +%s):\n%s", args[1], args[0], diff)
	}
}

// rewrite is a command that changes the text of files.
func rewrite(change func(string) string) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, _ bool, args []string) {
		for _, name := range args {
			ts.Check(os.WriteFile(ts.MkAbs(name), []byte(change(ts.ReadFile(name))), 0o666))
		}
	}
}

type limits struct {
	Max   int                 `yaml:"max"`
	Words []string            `yaml:"words"`
	Loud  bool                `yaml:"loud"`
	Per   map[string][]string `yaml:"per"`
}

// ownWords are the rules that a configuration defines.
type ownWords map[string]*struct {
	Word string `yaml:"word,required"`
}

func (o *ownWords) Kinds() []string { return slices.Sorted(maps.Keys(*o)) }

func (o *ownWords) Kind(id string) lint.Kind {
	return lint.Kind{Summary: "the word " + (*o)[id].Word, Severity: lint.Medium, Doc: "# custom/" + id + "\n\nThe word " + (*o)[id].Word + ".\n"}
}

// testRules find words.
func testRules() lint.RuleSet {
	rules := lint.RuleSet{
		word("bad-word", "bad", lint.Medium, "good", lint.Safe),
		word("odd-word", "odd", lint.Low, "worse odd", lint.Safe),
		word("strict-word", "picky", lint.Low, "", 0),
		word("worse-word", "worse", lint.High, "better", lint.Unsafe),
		{
			ID: "missing-callee", Summary: "a local action that does not exist", Severity: lint.High,
			Run: func(p *lint.Pass) {
				for _, step := range p.File.Steps() {
					if step.Uses != nil && strings.HasPrefix(step.Uses.Value, "./") && p.Repo.Callee(step.Uses.Value) == nil {
						p.Report(lint.Finding{Span: step.Uses.Span, Message: "there is no such action"})
					}
				}
			},
		},
		{
			ID: "many-lines", Summary: "a file with many lines", Severity: lint.Info, NewOptions: func() any { return &limits{Max: 1000} },
			Run: func(p *lint.Pass) {
				if o := p.Options.(*limits); p.File.Lines() > o.Max {
					p.Report(lint.Finding{Message: "too many lines"})
				}
			},
		},
		{
			ID: "panicking", Summary: "a rule with a fault of its own", Severity: lint.Low,
			Run: func(p *lint.Pass) {
				if strings.Contains(p.File.Text, "explode") {
					var none *lint.Rule
					_ = none.ID
				}
			},
		},
		{
			ID: "custom", Summary: "a word of your own", Severity: lint.Medium, NewOptions: func() any { return &ownWords{} },
			Run: func(p *lint.Pass) {
				for id, own := range *p.Options.(*ownWords) {
					if strings.Contains(p.File.Text, own.Word) {
						p.ReportKind(id, lint.Finding{Span: syntax.Span{End: 1}, Message: own.Word})
					}
				}
			},
		},
		{ID: "script-check", Summary: "what another program finds in scripts", Severity: lint.Low, Tool: "shellcheck"},
		{ID: "suppression", Summary: "an ignore comment that does nothing", Severity: lint.Low},
		{
			ID: "syntax", Summary: "a file that GitHub refuses", Severity: lint.High,
			Run: func(p *lint.Pass) {
				for _, e := range p.File.Errs {
					p.Report(lint.Finding{Span: e.Span, Message: e.Message})
				}
			},
		},
	}
	rules.Find("strict-word").Strict, rules.Find("strict-word").Alike = true, true
	rules.Find("worse-word").Alike = true
	rules.Find("bad-word").Aliases = []string{"other:naughty", "zizmor:naughty", "naughty-word"}
	rules.Find("bad-word").Doc = badWordPage
	slices.SortFunc(rules, func(a, b *lint.Rule) int { return strings.Compare(a.ID, b.ID) })
	return rules
}

// word returns a rule that finds a word and replaces it.
func word(id, text string, severity lint.Severity, better string, safety lint.Safety) *lint.Rule {
	return &lint.Rule{
		ID: id, Summary: "the word " + text, Severity: severity, Tags: []string{"prevent"},
		Run: func(p *lint.Pass) {
			for at := 0; ; {
				i := strings.Index(p.File.Text[at:], text)
				if i < 0 {
					return
				}
				at += i + len(text)
				if strings.HasPrefix(p.File.Text[at:], "-word") {
					continue // in an ignore comment
				}
				f := lint.Finding{Span: syntax.Span{Start: at - len(text), End: at}, Message: "the word `" + text + "`; use another"}
				if better != "" {
					f.Fixes = []lint.Fix{{Title: "write " + better, Safety: safety, Edits: []syntax.Edit{{Span: f.Span, New: better}}}}
				}
				p.Report(f)
			}
		},
	}
}

const badWordPage = "# bad-word\n\n## What it reports\n\nThe word `bad` in a **workflow file**, which the reader of [the guide](https://example.com/guide) " +
	"would rather not see, however long the sentence around it may be.\n\n" +
	"- one item that is long enough to be broken into two lines when the terminal is as narrow as most are\n- another\n\n" +
	"1. first\n\n> a remark\n\n| a | b |\n|---|---|\n| `x` | **y** |\n\n```yaml\non: push # bad # want medium \"the word bad\"\n\n  indented **as is**\n```\n\n## Options\n\nnone\n"
