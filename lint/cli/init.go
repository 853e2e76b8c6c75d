package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sekisho/lint"
	"sekisho/lint/config"
)

// schemaName is the file beside the configuration that tells editors what can stand in it.
const schemaName = "sekisho.schema.json"

func newInit(s *system, rules lint.RuleSet) *cobra.Command {
	var noSchema bool
	cmd := &cobra.Command{
		Use:   "init [PATH]",
		Short: "Write a configuration to start from",
		Long: `Write .github/sekisho.yml into the repository around the working directory or at PATH: what can be set, as comments, and the
labels of the repository's own runners that its workflows name. Beside it comes ` + schemaName + `, from which editors
complete and check the configuration; ` + "`sekisho config schema`" + ` renews it. No file is overwritten.`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			return runInit(s, rules, append(args, ".")[0], noSchema)
		},
	}
	cmd.Flags().BoolVar(&noSchema, "no-schema", false, "leave the schema, and the line that names it, out")
	return cmd
}

func runInit(s *system, rules lint.RuleSet, dir string, noSchema bool) error {
	abs, err := s.abs(dir)
	if err != nil || !s.isDir(abs) {
		return fmt.Errorf("%s: no such folder", dir)
	}
	c, err := newChecker(s, rules, &common{failOn: choice{value: "never"}, noConfig: true})
	if err != nil {
		return err
	}
	o, err := c.openAround(dir)
	if err != nil {
		return err
	}
	defer o.close()
	name := config.Names()[0]
	files := []newFile{{name, starter(o.ownLabels(), !noSchema)}}
	if !noSchema {
		files = append(files, newFile{path.Join(path.Dir(name), schemaName), string(config.Schema(rules.Known()))})
	}
	written, err := s.writeNew(dir, files)
	if err != nil {
		return err
	}
	var b strings.Builder
	for _, f := range written {
		b.WriteString(plain(f) + " written\n")
	}
	for _, other := range []string{".github/zizmor.yml", "zizmor.yml", ".github/actionlint.yaml", ".github/actionlint.yml"} {
		if info, err := o.root.Stat(other); err == nil && info.Mode().IsRegular() {
			fmt.Fprintf(&b, "there is %s as well: `sekisho config import %s` prints what it says as a configuration of sekisho\n", other, other)
		}
	}
	_, err = io.WriteString(s.stdout, b.String())
	return failed(err)
}

// hostedLabel matches the labels of GitHub's runners, and those that each runner of one's own has.
// Source: GitHub's pages on hosted runners and on labels of self-hosted ones, November 2026.
var hostedLabel = regexp.MustCompile(`(?i)^(ubuntu-(latest|slim|\d\d\.\d\d)(-arm)?|windows-(latest|\d+)(-arm|-vs\d+)*|macos-(latest|\d+)(-large|-xlarge|-intel)?|self-hosted|linux|macos|windows|x64|x86|arm|arm64)$`)

// ownLabels returns the labels of the repository's own runners that its workflows name, in order.
func (o *opened) ownLabels() []string {
	var labels []string
	for _, f := range o.repo.Files {
		if f.Workflow == nil {
			continue
		}
		for _, job := range f.Workflow.Jobs {
			if job.RunsOn == nil {
				continue
			}
			for _, l := range job.RunsOn.Labels {
				if len(l.Fences) == 0 && config.Label(l.Value).Valid() == nil && !hostedLabel.MatchString(l.Value) {
					labels = append(labels, l.Value)
				}
			}
		}
	}
	slices.Sort(labels)
	return slices.Compact(labels)
}

// starter returns a configuration that says nothing but the labels, and shows what can be said.
func starter(labels []string, schema bool) string {
	var b strings.Builder
	if schema {
		b.WriteString("# yaml-language-server: $schema=" + schemaName + "\n\n")
	}
	b.WriteString(`# What sekisho checks here, and how. All of it can be left out.
# ` + "`sekisho rules`" + ` lists the rules, ` + "`sekisho config show`" + ` shows what holds.

# rules:
#   missing-timeout: true # a strict rule, which runs only when it is named
#   long-retention-days:
#     severity: medium
#     options:
#       max-days: 14
#   unpinned-uses:
#     ignorable: false # no comment silences it
#   "dependabot-*": false
#   "tag:cwe-400": false

# Rules for some files only; what stands here comes before what stands above.
# paths:
#   ".github/workflows/release*.yml":
#     rules:
#       missing-environment:
#         severity: critical

# Files that are not checked.
# exclude: ["testdata/**"]

# The file that lists known findings; ` + "`sekisho baseline create`" + ` writes it.
# baseline: .github/sekisho-baseline.json

# Hosts that workflows may fetch code from and send secrets to.
# trusted-hosts: [downloads.example.com, "*.corp.example.com"]

# Rules of your own.
# custom:
#   deploy-runner:
#     message: the job ` + "`{job.id}`" + ` deploys, but not on the runners of the group deploy; run it there
#     severity: high
#     scope: job
#     when: job.deploys && job.runsOn.group != "deploy"
#     at: runs-on

# Labels of your own runners.
`)
	if len(labels) == 0 {
		b.WriteString("# runner-labels: [gpu, \"linux-*\"]\n")
		return b.String()
	}
	b.WriteString("runner-labels:")
	config.Write(&b, labels, 2)
	b.WriteString("\n")
	return b.String()
}

// newFile is a file that is not there yet: its path in the repository, and its text.
type newFile struct{ name, text string }

// writeNew writes files into the repository around a folder and returns their paths as seen from the working directory. It
// writes none when one of them, or a configuration of another name, is there.
func (s *system) writeNew(dir string, files []newFile) ([]string, error) {
	abs, err := s.abs(dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %s", dir, reason(err))
	}
	top := s.around(abs)
	root, err := s.open(top)
	if err != nil {
		return nil, failed(fmt.Errorf("%s: %s", top, reason(err)))
	}
	defer root.Close()
	taken := config.Names()
	for _, f := range files {
		taken = append(taken, f.name)
	}
	for _, name := range taken {
		shown := s.shown(dir, filepath.Join(top, filepath.FromSlash(name)))
		switch _, err := root.Lstat(name); {
		case err == nil:
			return nil, fmt.Errorf("%s is there already; nothing was written", shown)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, failed(fmt.Errorf("%s cannot be written: %s", shown, reason(err)))
		}
	}
	var written []string
	for _, f := range files {
		shown := s.shown(dir, filepath.Join(top, filepath.FromSlash(f.name)))
		err := root.MkdirAll(path.Dir(f.name), 0o777)
		if err == nil {
			err = replace(root, f.name, nil, func(w io.Writer) error {
				_, err := io.WriteString(w, f.text)
				return err
			})
		}
		if err != nil {
			return written, failed(fmt.Errorf("%s cannot be written: %s", shown, reason(err)))
		}
		written = append(written, shown)
	}
	return written, nil
}
