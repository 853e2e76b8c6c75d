package catalog

import (
	_ "embed" // for the tables
	"strings"
	"sync"
)

var (
	//go:embed debugs.tsv
	debugText string
	//go:embed debugenv.tsv
	debugEnvText string

	debugTable    = lazy(&debugText, 4)
	debugEnvTable = lazy(&debugEnvText, 3)
	debugEnvNames = sync.OnceValue(func() foldSet { return foldSetOf(debugEnvTable()) })
)

// DebugEnv tells what is logged when a variable of the environment has this value, "" when nothing.
func DebugEnv(name, value string) (meaning string) {
	if !debugEnvNames().may(name) {
		return ""
	}
	value = strings.ToLower(strings.TrimSpace(value))
	if value == "" {
		return ""
	}
	debugEnvTable().each(strings.ToLower(name), func(row []string) bool {
		for v := range strings.SplitSeq(row[1], "|") {
			if v == value || strings.Contains(v, "*") && v != "*" && glob(v, value) || v == "*" && strings.Contains(value, "*") {
				meaning = row[2]
			}
		}
		return meaning == ""
	})
	return meaning
}

// Debugs tells what a command logs of what it handles; words[from:to] say so. expands: only what the command itself is given is logged.
// words are those of DeployCommand.
func Debugs(words []string) (meaning string, expands bool, from, to int) {
	if len(words) == 0 || len(words) > maxWords {
		return "", false, 0, 0
	}
	name := programOf(words[0]).name
	if !debugTable().has(name) {
		return "", false, 0, 0
	}
	low := make([]string, len(words))
	for i, w := range words {
		low[i] = strings.ToLower(w)
	}
	debugTable().each(name, func(row []string) bool {
		if from, to = ordered(row[1], low); to > 0 {
			meaning, expands = row[3], row[2] == "expands"
		}
		return to == 0
	})
	return meaning, expands, from, to
}
