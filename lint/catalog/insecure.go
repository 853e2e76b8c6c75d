package catalog

import (
	_ "embed" // for the tables
	"slices"
	"strings"
	"sync"
)

var (
	//go:embed insecure.tsv
	insecureText string
	//go:embed insecureenv.tsv
	insecureEnvText string

	insecureTable    = lazy(&insecureText, 3)
	insecureEnvTable = lazy(&insecureEnvText, 3)
	insecureEnvNames = sync.OnceValue(func() foldSet { return foldSetOf(insecureEnvTable()) })
)

// Insecure tells what a command gives up of the protection of TLS; words[from:to] say so. words are those of DeployCommand.
func Insecure(words []string) (meaning string, from, to int) {
	if len(words) > maxWords {
		words = words[:maxWords]
	}
	if len(words) == 0 {
		return "", 0, 0
	}
	manager := managerOf(words[0])
	if !insecureTable().has(manager) && !slices.ContainsFunc(words, InsecureOption) {
		return "", 0, 0
	}
	low := make([]string, len(words))
	for i, w := range words {
		low[i] = strings.ToLower(w)
	}
	for _, key := range [...]string{manager, "*"} {
		insecureTable().each(key, func(row []string) bool {
			from, to = ordered(row[1], low)
			if to > 0 {
				meaning = row[2]
			}
			return to == 0
		})
		if to > 0 {
			return meaning, from, to
		}
	}
	return "", 0, 0
}

// ordered finds patterns among words in their order; others may stand between them. It returns where the last one with the ones that
// directly stand before it begins and ends, and zero when they are not all there.
func ordered(patterns string, words []string) (from, to int) {
	at := 1
	for pattern := range strings.FieldsSeq(patterns) {
		for at < len(words) && !glob(pattern, words[at]) {
			at++
		}
		if at >= len(words) {
			return 0, 0
		}
		if to != at {
			from = at
		}
		at++
		to = at
	}
	return from, to
}

// InsecureEnv tells what a variable of the environment gives up of the protection of TLS when it has this value, "" when nothing.
func InsecureEnv(name, value string) (meaning string) {
	if !insecureEnvNames().may(name) {
		return ""
	}
	value = strings.ToLower(strings.TrimSpace(value))
	if value == "" {
		return ""
	}
	insecureEnvTable().each(strings.ToLower(name), func(row []string) bool {
		if row[1] == "*" || hasField(row[1], value) {
			meaning = row[2]
		}
		return meaning == ""
	})
	return meaning
}
