package catalog

var scriptTable = lazyActions(&scriptText, 5)

// ScriptInput is an input of an action or a reusable workflow that it runs as code.
type ScriptInput struct {
	Name   string // of the input, in lower case
	Shell  string // as in shell:; "" for other languages, and where no one shell runs it as one script
	All    bool   // the script sees all variables of the step
	Listed string // the input that lists the variables it sees, or the secrets; "" when it sees none but its own
	Prefix string // what the variables of listed secrets begin with; "" when Listed lists variables
}

// ScriptInputs lists the inputs of an action or a reusable workflow that are run as code.
func ScriptInputs(uses string) []ScriptInput {
	var out []ScriptInput
	for _, row := range scriptTable().uses(uses) {
		in := ScriptInput{Name: row[1], All: row[3] == "all", Prefix: row[4]}
		switch row[2] {
		case "sh", "bash", "pwsh":
			in.Shell = row[2]
		}
		if !in.All && row[3] != "none" {
			in.Listed = row[3]
		}
		out = append(out, in)
	}
	return out
}
