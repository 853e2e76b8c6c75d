package shell

import "testing"

// TestMayTraceMissesNothing compares the quick answer with the parsed one.
func TestMayTraceMissesNothing(t *testing.T) {
	for _, script := range []string{
		"set -x", "set -eux", "set -e -x", "set -o xtrace", "set -euo pipefail -o xtrace", "foo;set -x", "foo && set -x;bar", "(set -x; a)", "{ set -x; }",
		"bash -x a.sh", "/bin/bash -x a.sh", "sudo bash -ex a", "sh -xe ./a", "bash -c 'set -x; a'", "eval \"set -x\"", "curl -v $A", "curl -sSLv $A", "curl --verbose a",
		"export SHELLOPTS=xtrace", "GIT_TRACE=1 git push", "docker --debug push a", "docker -D push a", "wget -d a", "ssh -v a b", "aws --debug s3 ls", "az login --debug",
		"gcloud --log-http a", "if a; then set -x; fi", "a || set -x", "\tset\t-x", "shopt -so xtrace", "env bash -x a", "curl.exe -v a", "set -v", "'set' -x", "x=$(set -x; a)", "`set -x`",
		"set -e${D:+x}", "set ${D:+-x}", "set \"${D+-ex}\"", "set ${F:--x}", "F=-x; set $F", "o=xtrace; set -o $o", "bash ${D:+-x} a", "busybox sh -x a",
		"cat >a.sh <<E\nset -x\nE\nsh a.sh",
	} {
		if parsed := Parse(script, Bash, nil); len(parsed.Traces) > 0 && !MayTrace(script) {
			t.Errorf("%q traces, but MayTrace does not see it", script)
		}
	}
	for _, script := range []string{"Set-PSDebug -Trace 1", "set-psdebug -trace 2", "SET-PSDEBUG -Trace 1", "Set-psdebug -trace 1"} {
		if len(Parse(script, PowerShell, nil).Traces) > 0 && !MayTrace(script) {
			t.Errorf("%q traces, but MayTrace does not see it", script)
		}
	}
	for _, script := range []string{"make test", "tar -xzf a.tgz", "grep -v x a", "go test -v ./...", "mkdir -p a", "git push -d origin a"} {
		if MayTrace(script) {
			t.Errorf("%q is parsed for nothing", script)
		}
	}
}
