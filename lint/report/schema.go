package report

import _ "embed"

//go:embed schema/output.json
var outputSchema string

// Schema returns the JSON Schema (draft 2020-12) of the json format.
func Schema() []byte { return []byte(outputSchema) }
