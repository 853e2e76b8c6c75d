package rules

import "strings"

// asked is what a request to a metadata service is for.
type asked uint8

// The requests, the mildest first.
const (
	askedNothing     asked = iota
	askedDetails           // the name, the region, the kind of the machine
	askedUnknown           // a variable decides
	askedCredentials       // the credentials of the machine, or the data that it was started with, which often holds some
)

// metadataRequest tells what an address asks a metadata service for.
func metadataRequest(address string) asked {
	address = strings.Trim(address, `"'`)
	if scheme, rest, ok := strings.Cut(address, "://"); ok && !strings.ContainsAny(scheme, " \t\n") {
		address = rest
	}
	end := strings.IndexAny(address, "/$?#")
	if end < 0 {
		end = len(address)
	}
	host := address[:end]
	if i := strings.LastIndexByte(host, '@'); i >= 0 {
		host = host[i+1:]
	}
	if !metadataHost(host) {
		return askedNothing
	}
	if strings.HasPrefix(host, "169.254.170.") {
		return askedCredentials // of a container
	}
	return metadataPath(address[end:])
}

// metadataHost knows the addresses of metadata services, also in the other ways to write 169.254.169.254. Source: the manuals of AWS,
// Google Cloud, Azure, Alibaba Cloud and Oracle Cloud.
func metadataHost(host string) bool {
	host = strings.ToLower(strings.Trim(host, "[]"))
	if i := strings.LastIndexByte(host, ':'); i > 0 && strings.Count(host, ":") == 1 {
		host = host[:i]
	}
	switch strings.Trim(host, "[]") {
	case "169.254.169.254", "169.254.170.2", "169.254.170.23", "fd00:ec2::254", "fd00:ec2::23", "metadata.google.internal", "metadata.goog", "metadata", "100.100.100.200",
		"192.0.0.192", "instance-data", "instance-data.ec2.internal", "metadata.tencentyun.com",
		"2852039166", "0xa9fea9fe", "0xa9.0xfe.0xa9.0xfe", "0251.0376.0251.0376", "025177524776", "169.254.43518", "::ffff:169.254.169.254", "::ffff:a9fe:a9fe":
		return true
	}
	return false
}

func metadataPath(path string) asked {
	path = strings.ToLower(path)
	for _, part := range [...]string{"security-credentials", "identity-credentials", "service-accounts", "metadata/identity", "/identity/", "user-data", "user_data", "userdata", "customdata", "attributes/", "/opc/v2/identity", "oauth2/token"} {
		if strings.Contains(path, part) && !strings.Contains(path, "dynamic/instance-identity") {
			return askedCredentials
		}
	}
	if strings.ContainsAny(path, "$`") {
		return askedUnknown
	}
	return askedDetails
}

// metadataText tells what a program in another language asks a metadata service for.
func metadataText(text string) asked {
	for _, host := range [...]string{"169.254.169.254", "169.254.170.2", "metadata.google.internal", "100.100.100.200"} {
		i := strings.Index(text, host)
		if i < 0 {
			continue
		}
		if what := metadataPath(text); what == askedCredentials || host == "169.254.170.2" {
			return askedCredentials
		}
		return askedDetails
	}
	return askedNothing
}
