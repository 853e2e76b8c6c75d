package main

import (
	"bytes"
	"strings"
	"testing"

	"sekisho/lint/cli"
	"sekisho/rules"
)

// TestDocumentedWorkflows checks the workflows that the pages on the action show, as strictly as our own. What the page leaves
// out around a part of one is put around it.
func TestDocumentedWorkflows(t *testing.T) {
	const top = "name: a\non: push\npermissions: {}\nconcurrency: {group: x, cancel-in-progress: false}\n"
	const steps = "jobs:\n  a:\n    name: a\n    runs-on: ubuntu-24.04\n    timeout-minutes: 5\n    permissions:\n      contents: read\n    steps:\n"
	for _, page := range []string{"README.md", "docs/action.md"} {
		for n, example := range examples(read(t, page)) {
			switch {
			case !strings.Contains(example, "uses: sekisho/"):
				continue
			case strings.HasPrefix(example, "jobs:"):
				example = top + example
			case strings.HasPrefix(example, " "):
				example = top + steps + example
			}
			j := &job{workspace: t.TempDir()}
			j.write(t, workflow, example)
			for _, name := range []string{".github/dependabot.yml", ".github/CODEOWNERS", ".github/sekisho.yml"} {
				j.write(t, name, read(t, name))
			}
			var out bytes.Buffer
			if code := cli.Main(rules.All(), "test", []string{"--strict", "--format=concise", j.workspace}, strings.NewReader(""), &out, &out); code != 0 {
				t.Errorf("%s, YAML example %d:\n%s", page, n+1, out.String())
			}
		}
	}
}

// examples returns the YAML blocks of a page.
func examples(page string) []string {
	var list []string
	for _, part := range strings.Split(page, "\n```yaml\n")[1:] {
		block, _, _ := strings.Cut(part, "\n```")
		list = append(list, block+"\n")
	}
	return list
}
