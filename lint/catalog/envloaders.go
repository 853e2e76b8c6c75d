package catalog

import _ "embed"

//go:embed envloaders.tsv
var envLoaderText string

var envLoaderTable = lazyActions(&envLoaderText, 3)

// LoadsEnvironment reports an action that puts the lines of a file into the environment of the steps that follow, and which file.
func LoadsEnvironment(uses string, with With) (file string, loads bool) {
	row := envLoaderTable().first(uses)
	if row == nil {
		return "", false
	}
	if with != nil {
		if value, _, present := with(row[1]); present && value != "" {
			return value, true
		}
	}
	return row[2], true
}
