package catalog

// foldSet is a set of names in lower case, of which it can be asked fast whether a name in any case may be one.
type foldSet map[string]bool

// foldSetOf returns the names in the first column of a table.
func foldSetOf(t *table) foldSet {
	set := foldSet{}
	t.all(func(row []string) { set[row[0]] = true })
	return set
}

// may answers false when a name is certainly not in the set.
func (set foldSet) may(name string) bool {
	var low [64]byte // no name is longer
	for i := range len(name) {
		switch {
		case name[i] >= 0x80:
			return true // such letters may have one of ASCII as their lower case
		case i >= len(low):
			return false
		}
		low[i] = lower[name[i]]
	}
	return set[string(low[:len(name)])]
}
