package catalog

import (
	"strings"
	"testing"
)

func TestInsecure(t *testing.T) {
	tests := []struct{ line, want string }{ // the words that say so
		{"wget -q --no-check-certificate https://a", "--no-check-certificate"},
		{"wget --no-check-cert https://a", "--no-check-cert"},
		{"git config --global http.sslVerify false", "http.sslVerify false"},
		{"git config http.https://a/.sslVerify FALSE", "config http.https://a/.sslVerify FALSE"},
		{"git -c http.sslVerify=false clone https://a", "-c http.sslVerify=false"},
		{"git commit -m http.sslVerify", ""},
		{"npm config set strict-ssl false", "set strict-ssl false"},
		{"npm config set strict-ssl true", ""},
		{"mvn -B -Dmaven.wagon.http.ssl.insecure=true verify", "-Dmaven.wagon.http.ssl.insecure=true"},
		{"pip3.12 install --trusted-host a b", "--trusted-host"},
		{"kubectl get pods --insecure-skip-tls-verify", "--insecure-skip-tls-verify"},
		{"go env -w GOSUMDB=off", "env -w GOSUMDB=off"},
		{"curl https://a", ""},
		{"a", ""},
		{"", ""},
	}
	for _, tt := range tests {
		words := strings.Fields(tt.line)
		meaning, from, to := Insecure(words)
		if got := strings.Join(words[from:to], " "); got != tt.want || (meaning != "") != (tt.want != "") {
			t.Errorf("Insecure(%q) = %q, %q, want %q", tt.line, meaning, got, tt.want)
		}
	}
}

func TestInsecureEnv(t *testing.T) {
	tests := []struct {
		name, value string
		want        bool
	}{
		{"NODE_TLS_REJECT_UNAUTHORIZED", "0", true},
		{"NODE_TLS_REJECT_UNAUTHORIZED", "1", false},
		{"node_tls_reject_unauthorized", " 0\n", true},
		{"GIT_SSL_NO_VERIFY", "True", true},
		{"GIT_SSL_NO_VERIFY", "", false},
		{"GONOSUMDB", "*", true},
		{"GONOSUMDB", "example.com/own", false},
		{"GOINSECURE", "example.com/own", true},
		{"PATH", "0", false},
	}
	for _, tt := range tests {
		if got := InsecureEnv(tt.name, tt.value); (got != "") != tt.want {
			t.Errorf("InsecureEnv(%q, %q) = %q, want one: %v", tt.name, tt.value, got, tt.want)
		}
	}
}

func TestSources(t *testing.T) {
	tests := []struct{ line, want string }{
		{"git clone --depth 1 http://a b", "http://a"},
		{"git -C x fetch http://a", "http://a"},
		{"git config url.https://a.insteadOf http://a", ""},
		{"python -m pip install --index-url=http://a b", "--index-url=http://a"},
		{"npm config set registry http://a", "http://a"},
		{"npm config set https-proxy http://a", ""},
		{"npm run x http://a", ""},
		{"helm install x --set url=http://a", ""},
		{"docker run -e URL=http://a x", ""},
		{"docker login http://a", "http://a"},
		{"rpm --import http://a", "http://a"},
		{"echo http://a", ""},
		{"git", ""},
	}
	for _, tt := range tests {
		words := strings.Fields(tt.line)
		var got []string
		for _, i := range Sources(words) {
			got = append(got, words[i])
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("Sources(%q) = %q, want %q", tt.line, got, tt.want)
		}
	}
}

func TestToolOf(t *testing.T) {
	none := With(nil)
	mode := With(func(name string) (string, bool, bool) { return "none", true, name == "install-mode" })
	tests := []struct {
		uses string
		with With
		want string // the first input and what is installed without it
	}{
		{"aquasecurity/setup-trivy@v1", none, "version latest"},
		{"AquaSecurity/Setup-Trivy", none, "version latest"},
		{"goreleaser/goreleaser-action@v6", none, "version "},
		{"golangci/golangci-lint-action@v8", none, "version latest"},
		{"golangci/golangci-lint-action@v8", mode, ""},
		{"snyk/actions/setup@master", none, "snyk-version latest"},
		{"snyk/actions@master", none, ""},
		{"actions/checkout@v5", none, ""},
	}
	for _, tt := range tests {
		got := ""
		if tool, ok := ToolOf(tt.uses, tt.with); ok {
			got = tool.Inputs[0] + " " + tool.Default
		}
		if got != tt.want {
			t.Errorf("ToolOf(%q) = %q, want %q", tt.uses, got, tt.want)
		}
	}
	tool, _ := ToolOf("docker/setup-qemu-action", none)
	for value, want := range map[string]bool{"latest": true, "docker.io/x/y:latest": true, " Nightly ": true, "1.2.3": false, "x/y:1": false, "": false} {
		if tool.Floats(value) != want {
			t.Errorf("Floats(%q) is not %v", value, want)
		}
	}
}
