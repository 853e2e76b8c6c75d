package catalog

import (
	_ "embed" // for the table
	"strings"
)

//go:embed buildargs.tsv
var buildArgText string

var buildArgTable = lazyActions(&buildArgText, 3)

// BuildArgs calls f for the inputs of an action that become arguments of an image's build; form is pairs, names or options.
func BuildArgs(uses string, f func(input, form string)) {
	for _, row := range buildArgTable().uses(uses) {
		f(row[1], row[2])
	}
}

// PublicArg tells whether a build argument by its name is no secret: it ends up in what browsers load, or names something.
func PublicArg(name string) bool {
	upper := strings.ToUpper(name)
	for _, prefix := range [...]string{"NEXT_PUBLIC_", "NUXT_PUBLIC_", "EXPO_PUBLIC_", "PUBLIC_", "VITE_", "REACT_APP_", "GATSBY_", "VUE_APP_", "NG_APP_"} {
		if strings.HasPrefix(upper, prefix) {
			return true
		}
	}
	return strings.HasSuffix(upper, "DSN") || NoSecretField(name)
}
