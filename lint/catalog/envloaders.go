package catalog

import _ "embed"

//go:embed envloaders.tsv
var envLoaderText string

var envLoaderTable = lazy(&envLoaderText, 3)

// LoadsEnvironment reports an action that puts the lines of a file into the environment of the steps that follow, and which file.
func LoadsEnvironment(uses string, with With) (file string, loads bool) {
	t := envLoaderTable()
	key, known := t.actionKey(uses)
	if !known {
		return "", false
	}
	t.each(key, func(row []string) bool {
		file = row[2]
		if with == nil {
			return false
		}
		if value, _, present := with(row[1]); present && value != "" {
			file = value
		}
		return false
	})
	return file, true
}
