package catalog

import (
	_ "embed" // for the table
	"strings"
)

//go:embed services.tsv
var serviceText string

var serviceTable = lazy(&serviceText, 2)

// ServiceOf returns the service that a secret is for by its name, as ServiceHost takes it; "" when its name does not say.
func ServiceOf(secret string) string {
	found := ""
	eachWord(secret, func(word string) bool {
		if serviceTable().has(word) {
			found = word
		}
		return found == ""
	})
	return found
}

// ServiceHost tells whether a host belongs to a service, or to the service whose program has the name.
func ServiceHost(service, host string) bool {
	switch service {
	case "gcloud":
		service = "google"
	case "az":
		service = "azure"
	}
	host, _, _ = strings.Cut(strings.ToLower(host), ":")
	belongs := false
	serviceTable().each(service, func(row []string) bool {
		for label := range strings.SplitSeq(host, ".") {
			belongs = belongs || hasField(row[1], label)
		}
		return !belongs
	})
	return belongs
}
