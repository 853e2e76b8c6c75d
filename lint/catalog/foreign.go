package catalog

import _ "embed"

//go:embed foreign.tsv
var foreignText string

var foreignTable = lazy(&foreignText, 4)

// ForeignArtifact reports an action that downloads an artifact of another run, which outsiders may have started, and the folder it
// goes to.
func ForeignArtifact(uses string, with With) (dir string, downloads bool) {
	t := foreignTable()
	key, known := t.actionKey(uses)
	if !known {
		return "", false
	}
	t.each(key, func(row []string) bool {
		if downloads = holds(row[3], with, nil) != no; !downloads {
			return true
		}
		dir = row[2]
		if value, _, present := with(row[1]); row[1] != "" && present && value != "" {
			dir = value
		}
		return false
	})
	return dir, downloads
}
