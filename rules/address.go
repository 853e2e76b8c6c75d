package rules

import (
	"net/netip"
	"strings"

	"sekisho/lint"
	"sekisho/lint/shell"
)

// hostOf is the host of an address for messages, or as much of the address as says where it is.
func hostOf(address string) string {
	host, ok := hostName(address)
	if !ok {
		host = oneLine(strings.TrimSpace(address))
	}
	const most = 60
	if len(host) > most {
		host = strings.ToValidUTF8(host[:most], "") + "…"
	}
	return strings.ReplaceAll(host, "`", "'")
}

// hostName is the host of an address, with its port and without user names; false where variables stand in the way.
func hostName(address string) (string, bool) {
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		return "", false
	}
	host := rest
	if i := strings.IndexAny(host, "/?#\\ \"'"); i >= 0 {
		host = host[:i]
	}
	host = host[strings.LastIndexByte(host, '@')+1:]
	return host, host != "" && !strings.ContainsAny(host, "$%{`")
}

// local tells whether an address is that of the machine itself, of a service container beside it, or of a test server: none of
// these leaves the runner or can be reached from outside.
func local(address string) bool {
	if strings.HasPrefix(address, "file:") {
		return true
	}
	host, ok := hostName(address)
	if !ok {
		return strings.Contains(address, "://localhost") || strings.Contains(address, "://127.0.0.1")
	}
	host = strings.ToLower(host)
	if rest, ok := strings.CutPrefix(host, "["); ok {
		host, _, _ = strings.Cut(rest, "]")
	} else {
		host, _, _ = strings.Cut(host, ":")
	}
	switch host {
	case "localhost", "::1", "0.0.0.0", "::", "host.docker.internal", "host.containers.internal", "gateway.docker.internal":
		return true
	}
	for _, end := range [...]string{".localhost", ".local", ".test", ".localdomain", ".svc", ".cluster.local"} {
		if strings.HasSuffix(host, end) {
			return true
		}
	}
	return strings.HasPrefix(host, "127.") || !strings.ContainsAny(host, ".:")
}

// trustedHost tells whether an address is on a host that the configuration names among the trusted ones.
func trustedHost(p *lint.Pass, address string) bool {
	host, ok := hostName(strings.TrimPrefix(address, "git+"))
	return ok && p.Given.Trusts(host)
}

// inside tells whether an address leads nowhere that strangers are on the way to: as local, or to a trusted host that the internet does not
// reach.
func inside(p *lint.Pass, address string) bool {
	if local(address) {
		return true
	}
	if !trustedHost(p, address) {
		return false
	}
	host, _ := hostName(strings.TrimPrefix(address, "git+"))
	return private(strings.ToLower(host))
}

// private tells whether a host, which may have a port, is one of a network without a name in the internet.
func private(host string) bool {
	if rest, ok := strings.CutPrefix(host, "["); ok {
		host, _, _ = strings.Cut(rest, "]")
	} else if strings.Count(host, ":") == 1 {
		host, _, _ = strings.Cut(host, ":")
	}
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsPrivate() || ip.IsLinkLocalUnicast()
	}
	for _, end := range [...]string{".internal", ".intranet", ".corp", ".lan", ".private", ".home.arpa"} {
		if strings.HasSuffix(host, end) {
			return true
		}
	}
	return false
}

// programName names what a command runs, for messages.
func programName(c *shell.Command) string {
	switch {
	case c.Name != "":
		return c.Name
	case isDownload(c):
		return "Net.WebClient"
	case len(c.Words) > 0:
		return oneLine(c.Words[0].Text)
	}
	return "the script"
}
