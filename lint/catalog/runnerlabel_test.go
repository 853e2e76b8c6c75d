package catalog

import "testing"

func TestHostedRunner(t *testing.T) {
	for label, want := range map[string]string{
		"ubuntu-latest": "GitHub", "Ubuntu-24.04-ARM": "GitHub", "macos-26-xlarge": "GitHub", "ubuntu": "", "ubuntus-1": "",
		"depot-ubuntu-24.04-4": "Depot", "runs-on=1/runner=2cpu-linux-x64": "RunsOn", "runs-on": "RunsOn", "ghcr.io/cirruslabs/macos-runner:sonoma": "Cirrus",
		"namespace-profile-x": "Namespace", "namespace-x": "", "self-hosted": "", "": "", "-": "", "warp-": "WarpBuild",
	} {
		if got := HostedRunner(label); got != want {
			t.Errorf("%q: %q, want %q", label, got, want)
		}
	}
}
