package shell

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestFix applies the fix of the first trace.
func TestFix(t *testing.T) {
	tests := []struct{ name, script, want string }{
		{"own line", "a\n  set -x\nb\n", "a\nb\n"},
		{"last line", "a\nset -x", "a\n"},
		{"cluster", "set -eux\na\n", "set -eu\na\n"},
		{"cluster first", "set -xe\na\n", "set -e\na\n"},
		{"separate", "set -e -x\na\n", "set -e\na\n"},
		{"separate first", "set -x -e\na\n", "set -e\na\n"},
		{"pipefail", "set -euxo pipefail\na\n", "set -euo pipefail\na\n"},
		{"pipefail own", "set -xo pipefail\na\n", "set -o pipefail\na\n"},
		{"long", "set -o errexit -o xtrace -o nounset\na\n", "set -o errexit -o nounset\na\n"},
		{"long alone", "set -o xtrace\na\n", "a\n"},
		{"long in a cluster", "set -eo xtrace\na\n", "set -e\na\n"},
		{"shopt", "shopt -so xtrace\na\n", "a\n"},
		{"arguments", "set -x -- a b\nc\n", "set -- a b\nc\n"},
		{"separator after", "set -x; a\n", "a\n"},
		{"separator before", "a; set -x\nb\n", "a\nb\n"},
		{"comment", "set -x # why\na\n", "# why\na\n"},
		{"only in a block", "if a; then\n  set -x\nfi\nb\n", "if a; then\n  :\nfi\nb\n"},
		{"and", "a && set -x\nb\n", "a && :\nb\n"},
		{"quoted", "set \"-x\"\na\n", "none"},
		{"interpreter", "bash -x f\n", "bash f\n"},
		{"interpreter cluster", "sudo bash -ex f\n", "sudo bash -e f\n"},
		{"interpreter long", "bash -e -o xtrace f\n", "bash -e f\n"},
		{"nested", "bash -c 'set -eux; a'\n", "bash -c 'set -eu; a'\n"},
		{"nested alone", "ssh h 'set -x; a'\n", "ssh h ':; a'\n"},
		{"nested double", "ssh h \"set -x; a $B\"\n", "ssh h \":; a $B\"\n"},
		{"shell in a container", "docker run x sh -xc 'a'\n", "docker run x sh -c 'a'\n"},
		{"heredoc", "ssh h <<E\nset -ex\na\nE\n", "ssh h <<E\nset -e\na\nE\n"},
		{"curl", "curl -v u\n", "curl u\n"},
		{"curl cluster", "curl -sSvL u\n", "curl -sSL u\n"},
		{"curl long", "curl --trace-ascii - u\n", "curl u\n"},
		{"curl read", "curl -v u 2>&1 | grep x\n", "none"},
		{"git", "GIT_TRACE=1 git push\n", "git push\n"},
		{"git exported", "export GIT_CURL_VERBOSE=1\ngit push\n", "git push\n"},
		{"git alone", "GIT_TRACE=1\ngit push\n", "git push\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := Parse(tt.script, Bash, nil)
			check(t, tt.script, s)
			if len(s.Traces) == 0 {
				t.Fatal("no trace")
			}
			got := applied(tt.script, s.Traces[0].Fix)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("fixed (-want +got):\n%s", diff)
			}
			if again := Parse(got, Bash, nil); got != "none" && (len(again.Traces) >= len(s.Traces) || again.Err != nil) {
				t.Errorf("the fixed script still traces or is broken: %v", again.Err)
			}
		})
	}
}

func TestNoTrace(t *testing.T) {
	for _, script := range []string{
		"set -e\n", "set -- -x\n", "echo set -x\n", "# set -x\n", "python -c 'set -x'\n", "curl -X POST -H v u\n", "curl -ov u\n", "curl -sS u 2>/dev/null -v\n",
		"bash -x f 2>/dev/null\n", "GIT_TRACE=0 git x\n", "GIT_TRACE=/tmp/x git x\n", "GIT_TRACE_REDACT=1 git x\n", "curl --trace f u\n", "tar -xvf a\n", "docker run -D x\n",
		"test -x f\n", "ssh h ls -v\n", "grep -x a\n", "[ -x f ]\n", "bash script -x\n", "python3 -v\n",
	} {
		for _, tr := range Parse(script, Bash, nil).Traces {
			t.Errorf("%q traces by %v at %v", script, tr.Kind, tr.Span)
		}
	}
}

// TestKinds lists the traces of scripts: kind, token, file.
func TestKinds(t *testing.T) {
	tests := []struct {
		script string
		d      Dialect
		want   []string
	}{
		{"#!/bin/bash -ex\na\n", Bash, []string{"shebang:-ex::a"}},
		{"#!/usr/bin/env -S bash -x\na\nset +x\nb\n", Bash, []string{"shebang:-x::a,set"}},
		{"bash -x ./a.sh b\n", Bash, []string{"interpreter:-x:./a.sh:"}},
		{"sh -xe a.sh\n", Bash, []string{"interpreter:-xe:a.sh:"}},
		{"SHELLOPTS=xtrace bash a.sh\n", Bash, []string{"env:SHELLOPTS=xtrace:a.sh:"}},
		{"set -v\na b\n", Bash, []string{"verbose:-v::a"}},
		{"ssh -v h ls\n", Bash, []string{"tool:-v::ssh"}},
		{"docker --debug push x; aws s3 ls --debug; gcloud x --log-http; wget -d u\n", Bash,
			[]string{"tool:--debug::docker", "tool:--debug::aws", "tool:--log-http::gcloud", "tool:-d::wget"}},
		{"export GIT_TRACE=1\ngit a\nb\ngit c\n", Bash, []string{"tool:GIT_TRACE=1::git,git"}},
		{"ssh h 'set -x; a'\n", Bash, []string{"interpreter:-x::a"}},
		{"a\nSet-PSDebug -Trace 1\nb\nSet-PSDebug -Off\nc\nset-psdebug -T 2\nd\n", PowerShell, []string{"powershell:-Trace 1::b,Set-PSDebug", "powershell:-T 2::d"}},
	}
	for _, tt := range tests {
		s := ParseFile(tt.script, tt.d)
		var got []string
		for _, tr := range s.Traces {
			var names []string
			for _, c := range tr.Prints {
				names = append(names, c.Name)
			}
			got = append(got, tr.Kind.String()+":"+tt.script[tr.Start:tr.End]+":"+tr.Runs+":"+strings.Join(names, ","))
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("traces of %q (-want +got):\n%s", tt.script, diff)
		}
	}
}

// TestWrap wraps the command named curl.
func TestWrap(t *testing.T) {
	const off, on = "{ set +x; } 2>/dev/null\n", "set -x\n"
	tests := []struct{ script, want string }{
		{"set -x\na\ncurl b\nc\n", "set -x\na\n" + off + "curl b\n" + on + "c\n"},
		{"set -x\nif a; then\n  curl b \\\n    c\nfi\n", "set -x\nif a; then\n  " + off + "  curl b \\\n    c\n  " + on + "fi\n"},
		{"set -x\ncurl b", "set -x\n" + off + "curl b\nset -x"},
		{"set -x\ncurl b | jq .\n", "set -x\n" + off + "curl b | jq .\n" + on},
		{"set -x; curl b\n", "none"},
		{"if a; then set -x; fi\ncurl b\n", "none"},
		{"set -x\nX=$(curl b)\n", "none"},
		{"set -x\ncurl b\necho $?\n", "none"},
		{"set -x\ncurl b <<E\nx\nE\n", "none"},
		{"set -x\na && curl b || c\n", "set -x\n" + off + "a && curl b || c\n" + on},
	}
	for _, tt := range tests {
		s := Parse(tt.script, Bash, nil)
		for _, c := range s.Commands {
			if c.Name != "curl" {
				continue
			}
			got := applied(tt.script, s.Wrap(s.Traces[0], c))
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("wrapped %q (-want +got):\n%s", tt.script, diff)
			}
		}
	}
}
