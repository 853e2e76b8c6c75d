package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/shell"
)

func metadataAccess() *lint.Rule {
	return &lint.Rule{
		ID:       "metadata-access",
		Summary:  "a script that asks the machine or GitHub for an identity, in place of an action that logs in",
		Severity: lint.High,
		Tags:     []string{"cwe-522", "owasp-cicd-sec-2", "owasp-cicd-sec-6", "prevent", "detect-shapes", "matrix-metadata"},
		Run:      runMetadataAccess,
	}
}

func runMetadataAccess(p *lint.Pass) {
	survey := p.Survey()
	if !survey.May(catalog.ClueMetadata) {
		return
	}
	out := collected{p: p}
	for i := range survey.Steps {
		step := &survey.Steps[i]
		for _, s := range bareScriptsOf(p, step, step.Clues.Has(catalog.ClueMetadata), catalog.ClueMetadata) {
			if s.Dialect == shell.Other && s.run == nil && s.outer == nil {
				foreignMetadata(&out, &s)
				continue
			}
			asksMachine(&out, &s)
			asksGitHub(&out, &s)
		}
	}
	out.report()
}

// asksMachine reports requests to the metadata service of a cloud.
func asksMachine(out *collected, s *script) {
	for _, c := range s.Commands {
		if f, ok := machineRequest(s, c); ok {
			out.add(f)
		}
	}
}

func machineRequest(s *script, c *shell.Command) (f lint.Finding, ok bool) {
	what, at := askedNothing, shell.Span{}
	if talksHTTP(c) {
		for i := range c.Words {
			if w := &c.Words[i]; i > 0 && (i < 2 || !valued(c.Words[i-1].Text)) {
				if a := metadataRequest(s.Resolve(w.Text)); a > what {
					what, at = a, w.Span
				}
			}
		}
	} else if code := s.Code(c); code.Kind == shell.CodeText && code.Language == shell.Other {
		for _, w := range c.Words[code.From:code.To] {
			if a := metadataText(w.Text); a > what {
				what, at = a, w.Span
			}
		}
	}
	for i := range c.Redirects {
		if host, ok := strings.CutPrefix(c.Redirects[i].Target.Text, "/dev/tcp/"); ok && metadataHost(strings.Split(host, "/")[0]) {
			what, at = askedUnknown, c.Redirects[i].Span
		}
	}
	if what == askedNothing {
		return f, false
	}
	f = metadataFinding(s.p, s, what, programName(c))
	s.anchor(&f, at)
	return f, true
}

// valued reports an option that names hosts which are not asked: a proxy's exceptions, an address to resolve.
func valued(option string) bool {
	return option == "--noproxy" || option == "--resolve" || option == "--connect-to" || option == "-e" || option == "--referer"
}

func metadataFinding(p *lint.Pass, s *script, what asked, program string) lint.Finding {
	f := lint.Finding{Way: way(p, s.job, "the credentials of the machine")}
	switch what {
	case askedCredentials:
		f.Message = fmt.Sprintf("`%s` asks the metadata service of the cloud for the credentials of the machine, which every job on it shares; let the job log in with an identity token and a role of its own", program)
	case askedUnknown:
		f.Severity, f.Confidence = lint.Medium, lint.Likely
		f.Message = fmt.Sprintf("`%s` talks to the metadata service of the cloud, which also gives out the credentials of the machine; let the job log in with an identity token and a role of its own", program)
	default:
		f.Severity, f.Strict = lint.Low, true
		f.Message = fmt.Sprintf("`%s` asks the metadata service of the cloud about the machine, so that the job needs a machine that answers; keep the service from jobs, and tell them what they need", program)
	}
	return f
}

// talksHTTP reports a program that asks an address.
func talksHTTP(c *shell.Command) bool {
	switch strings.ToLower(c.Name) {
	case "curl", "wget", "http", "https", "xh", "aria2c", "nc", "ncat", "netcat", "invoke-restmethod", "invoke-webrequest", "irm", "iwr", "fetch", "lynx", "w3m", "grpcurl", "hurl":
		return true
	}
	return false
}

// foreignMetadata looks at a script in another language.
func foreignMetadata(out *collected, s *script) {
	text := s.step.Run.Value
	what := metadataText(text)
	if what == askedNothing {
		return
	}
	at := strings.Index(text, "169.254.")
	if at < 0 {
		at = max(strings.Index(text, "metadata."), 0)
	}
	f := metadataFinding(s.p, s, what, "the script")
	f.Message = strings.Replace(f.Message, "`the script`", "the script", 1)
	s.anchor(&f, shell.Span{Start: at, End: min(at+len("169.254."), len(text))})
	out.add(f)
}
