package config

import (
	"errors"
	"fmt"
	"strings"
)

// Host is the name or the address of a host, or *. and a domain for all hosts below it.
type Host string

// Valid says what is wrong with the host.
func (h Host) Valid() error {
	text := strings.TrimSpace(string(h))
	name, wild := strings.CutPrefix(text, "*.")
	switch {
	case text == "":
		return errors.New("the host is empty; remove it")
	case strings.Contains(text, "://") || strings.ContainsAny(text, "/@?#"):
		return fmt.Errorf("%s is an address; write the host alone", quote(text))
	case strings.Contains(name, "*"):
		return fmt.Errorf("%s is no pattern that is known; write a host, or *. and a domain for all hosts below it", quote(text))
	case wild && !strings.Contains(strings.Trim(name, "."), "."):
		return fmt.Errorf("%s stands for every host of a top-level domain; name your own domain", quote(text))
	case strings.Count(name, ":") == 1:
		return fmt.Errorf("%s has a port; leave it out, as a host is trusted on all of them", quote(text))
	case !isHost(strings.ToLower(name)):
		return fmt.Errorf("%s is no name of a host; write letters, digits, dots and hyphens", quote(text))
	}
	return nil
}

// isHost reports a name or an address of nothing but the characters that these have, in lower case.
func isHost(name string) bool {
	return strings.Trim(name, ".") != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-._:") == ""
}

// Trusts tells whether a host, with or without a port, is one of the trusted hosts. One of which a variable or an expression decides a part
// is none, as that part may end the name.
func (g *Given) Trusts(host string) bool {
	if len(g.TrustedHosts) == 0 {
		return false
	}
	name := strings.ToLower(host)
	if rest, ok := strings.CutPrefix(name, "["); ok {
		name, _, _ = strings.Cut(rest, "]")
	} else if strings.Count(name, ":") == 1 {
		name, _, _ = strings.Cut(name, ":")
	}
	name = strings.TrimSuffix(name, ".")
	if !isHost(name) {
		return false
	}
	for _, h := range g.TrustedHosts {
		trusted := strings.TrimSuffix(strings.ToLower(strings.TrimSpace(string(h))), ".")
		if domain, wild := strings.CutPrefix(trusted, "*"); wild {
			if strings.HasSuffix(name, domain) && len(name) > len(domain) {
				return true
			}
		} else if name == trusted {
			return true
		}
	}
	return false
}
