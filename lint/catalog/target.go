package catalog

import "strings"

// isExpansion tells whether a word is nothing but one expansion or expression.
func isExpansion(w string) bool {
	return len(w) > 1 && w[0] == '$' && skipExpansion(w, 0) == len(w)
}

// skipExpansion returns the offset behind the expansion that begins with the "$" at i: $x, ${x}, $(x), ${{ x }}.
func skipExpansion(s string, i int) int {
	i++
	switch {
	case strings.HasPrefix(s[i:], "{{"):
		return after(s, i, "}}")
	case strings.HasPrefix(s[i:], "{"):
		return after(s, i, "}")
	case strings.HasPrefix(s[i:], "("):
		depth := 0
		for ; i < len(s); i++ {
			switch s[i] {
			case '(':
				depth++
			case ')':
				if depth--; depth == 0 {
					return i + 1
				}
			}
		}
		return i
	}
	for i < len(s) && (s[i] == '_' || s[i] >= '0' && s[i] <= '9' || s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z') {
		i++
	}
	return i
}

func after(s string, i int, end string) int {
	if j := strings.Index(s[i:], end); j >= 0 {
		return i + j + len(end)
	}
	return len(s)
}

// remotePath tells whether a path of scp, rsync or rclone is on another host: host:path, user@host:path, rsync://host/path.
func remotePath(s string) bool {
	if rest, ok := strings.CutPrefix(s, "rsync://"); ok {
		host, _, _ := strings.Cut(rest, "/")
		return remoteHost(host + ".")
	}
	if rest, ok := strings.CutPrefix(s, "scp://"); ok {
		host, _, _ := strings.Cut(rest, "/")
		return remoteHost(host + ".")
	}
	for i := 0; i < len(s); {
		switch s[i] {
		case '$':
			i = skipExpansion(s, i)
			continue
		case '/', '\\':
			return false
		case ':':
			return i > 1 && !localHost(s[:i])
		}
		i++
	}
	return false
}

// remoteHost tells whether the first argument of ssh is surely another machine: a user at a host, a host with a domain, or an
// expansion. Private addresses belong to virtual machines that tests start more often than to servers.
func remoteHost(s string) bool {
	s = strings.TrimPrefix(s, "ssh://")
	if strings.HasPrefix(s, "git@") || localHost(s) {
		return false
	}
	return strings.ContainsAny(s, "@$.")
}

// localHost tells whether a host, with or without user and port, is this machine or one in a private network.
func localHost(s string) bool {
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		s = s[i+1:]
	}
	s = strings.TrimSuffix(s, ".")
	if strings.HasPrefix(s, "[::1]") || s == "::1" {
		return true
	}
	s, _, _ = strings.Cut(s, ":")
	switch s {
	case "", "localhost", "host.docker.internal", "0.0.0.0", "kubernetes.docker.internal":
		return true
	}
	if strings.HasSuffix(s, ".local") || strings.HasSuffix(s, ".localhost") {
		return true
	}
	if strings.HasPrefix(s, "172.") {
		second, _, _ := strings.Cut(s[4:], ".")
		return len(second) == 2 && (second >= "16" && second <= "31")
	}
	for _, private := range [...]string{"127.", "10.", "192.168.", "169.254."} {
		if rest, ok := strings.CutPrefix(s, private); ok && strings.Trim(rest, "0123456789.") == "" {
			return true
		}
	}
	return false
}

// localImage tells whether an image's registry is on this machine: a host without a domain but with a port, or a local address.
func localImage(s string) bool {
	for _, scheme := range [...]string{"oci://", "docker://", "http://", "https://"} {
		s = strings.TrimPrefix(s, scheme)
	}
	host, _, found := strings.Cut(s, "/")
	if !found || strings.Contains(host, "$") {
		return false
	}
	name, _, port := strings.Cut(host, ":")
	if strings.HasPrefix(name, "[") {
		return strings.HasPrefix(host, "[::1]")
	}
	return localHost(host) && host != "" || port && !strings.Contains(name, ".")
}

// uploads tells whether a copy goes to a place of a scheme such as s3://. When the second path is an expansion, a first one
// that is surely local decides, as one of them must be remote.
func uploads(rest []string, scheme string) bool {
	if len(rest) < 2 {
		return false
	}
	to := rest[1]
	if scheme == "gs://" {
		to = rest[len(rest)-1] // several sources
	}
	if strings.HasPrefix(to, scheme) {
		return true
	}
	if !isExpansion(to) && !strings.HasPrefix(to, "$") {
		return false
	}
	from := rest[0]
	return !strings.Contains(from, "$") && !strings.Contains(from, "://") && scheme != "https://"
}
