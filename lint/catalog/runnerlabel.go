package catalog

import (
	_ "embed" // for the table
	"strings"
)

//go:embed runnerlabels.tsv
var runnerLabelText string

var runnerLabelTable = lazy(&runnerLabelText, 2)

// HostedRunner names whose the runners with a label are that serve one job each: GitHub, or a vendor; "" when that is not known.
func HostedRunner(label string) string {
	if strings.HasPrefix(label, "ubuntu-") {
		return "GitHub" // as most are
	}
	t, whose := runnerLabelTable(), ""
	label = strings.ToLower(label)
	get := func(row []string) bool { whose = row[1]; return false }
	t.each(label, get)
	for i := 0; whose == "" && i < len(label); i++ {
		if strings.IndexByte("-=/", label[i]) >= 0 {
			t.each(label[:i+1]+"*", get)
		}
	}
	return whose
}
