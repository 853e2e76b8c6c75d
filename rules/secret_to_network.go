package rules

import (
	"fmt"
	"path"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
)

// networkOptions are the user's settings of secret-to-network.
type networkOptions struct {
	Hosts []string `yaml:"hosts"`
}

func secretToNetwork() *lint.Rule {
	return &lint.Rule{
		ID:         "secret-to-network",
		Summary:    "a secret that is sent to a host which has nothing to do with it",
		Severity:   lint.High,
		Tags:       []string{"cwe-200", "cwe-201", "owasp-cicd-sec-6", "owasp-cicd-sec-4", "prevent", "leak-third-party", "matrix-production-data", "owasp-cicd-sec-8"},
		NewOptions: func() any { return &networkOptions{} },
		Run:        runSecretToNetwork,
	}
}

func runSecretToNetwork(p *lint.Pass) {
	out := collected{p: p}
	eachSpill(p, maySend, func(s *spill) {
		for _, c := range s.Script.Commands {
			for sent := range s.Sent(c) {
				sentTo(s, c, &sent, &out)
			}
		}
	})
	out.report()
}

// maySend answers false when nothing in a script talks to the network.
func maySend(text string) bool {
	if strings.Contains(text, "://") || strings.Contains(text, "/dev/tcp/") || strings.Contains(text, "/dev/udp/") {
		return true
	}
	for _, word := range [...]string{"curl ", "wget ", "nc ", "ncat ", "netcat ", "socat ", "nslookup ", "dig ", "http ", "telnet ", "ping "} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// sentTo reports a secret that goes to a host, unless that is one it is for.
func sentTo(s *spill, c *shell.Command, sent *flow.Sent, out *collected) {
	host := strings.ToLower(sent.Host)
	if catalog.ChatHost(host) && !sent.Auth && !sent.InAddress {
		return // secret-posted says so
	}
	if wholeContext(&sent.Carried) {
		return // overprovisioned-secrets and malicious-workflow say so
	}
	if local("x://"+host) || allowedHost(s.p, host) || catalog.TokenAddress(sent.Address) || s.meant(sent, host) {
		return
	}
	f := s.finding(&sent.Carried, sent.At, "it is sent to `"+hostOf("x://"+host)+"` here")
	f.Span = s.anchor(c.Span)
	f.Severity, f.Confidence = lint.High, lint.Sure
	if sent.Minted == nil && !sent.Dump && catalog.ServiceOf(sent.Secret.Name) == "" && !sent.Secret.Token && sent.Exact() {
		f.Confidence = lint.Likely
	}
	what := sent.Text()
	if sent.Dump {
		what = "the whole environment and with it " + what
	}
	f.Message = fmt.Sprintf("`%s` sends %s to `%s`, a host that nothing here says it is for; rotate the secret unless you know the host, and if it is meant, add it to `hosts` of this rule",
		programName(c), what, hostOf("x://"+host))
	out.add(f)
}

// allowedHost reports GitHub's own hosts, and those that the user has named.
func allowedHost(p *lint.Pass, host string) bool {
	if p.Given.Trusts(host) {
		return true
	}
	host, _, _ = strings.Cut(host, ":")
	for _, own := range [...]string{"github.com", "githubusercontent.com", "ghcr.io", "github.io"} {
		if host == own || strings.HasSuffix(host, "."+own) {
			return true
		}
	}
	for _, pattern := range p.Options.(*networkOptions).Hosts {
		pattern = strings.ToLower(pattern)
		if ok, err := path.Match(pattern, host); err == nil && ok {
			return true
		}
	}
	return false
}

// meant tells whether a host is what the secret is for: it authenticates there and is of no other service, or a name says so.
func (s *spill) meant(sent *flow.Sent, host string) bool {
	if sent.Dump {
		return false
	}
	if sent.Minted != nil {
		_, stored := catalog.Mints(wordTexts(sent.Minted)) // a token that was asked for is there to be shown
		return !stored || sent.Auth || catalog.ServiceHost(programName(sent.Minted), host)
	}
	service := catalog.ServiceOf(sent.Secret.Name + " " + sent.Secret.Login)
	if sent.Secret.Login != "" && service == "" {
		return true
	}
	if service != "" && catalog.ServiceHost(service, host) {
		return true
	}
	if sent.Auth && (service == "" && !sent.Secret.Token) {
		return true
	}
	names := []string{sent.Secret.Name, sent.Var}
	if s.step.Name != nil {
		names = append(names, s.step.Name.Value)
	}
	if s.job != nil {
		names = append(names, s.job.ID.Value)
		if s.job.Name != nil {
			names = append(names, s.job.Name.Value)
		}
	}
	if w := s.p.File.Workflow; w != nil && w.Name != nil {
		names = append(names, w.Name.Value)
	}
	names = append(names, path.Base(s.p.File.Path))
	return sharesWord(host, names)
}

// sharesWord tells whether a label of a host stands in one of some names, or the other way round.
func sharesWord(host string, names []string) bool {
	host, _, _ = strings.Cut(host, ":")
	labels := strings.FieldsFunc(host, func(r rune) bool { return r == '.' || r == '-' })
	for i, label := range labels {
		if i == len(labels)-1 || len(label) < 3 || label == "api" || label == "www" || label == "com" || label == "app" || label == "hooks" || label == "dev" {
			continue
		}
		for _, name := range names {
			name = strings.ToLower(name)
			flat := strings.NewReplacer("_", "", "-", "", " ", "").Replace(name)
			if strings.Contains(name, label) || strings.Contains(flat, label) {
				return true
			}
		}
	}
	return false
}
