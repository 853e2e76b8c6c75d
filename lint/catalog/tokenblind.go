package catalog

import (
	_ "embed" // for the table
)

//go:embed tokenblind.tsv
var tokenBlindText string

var tokenBlindTable = lazy(&tokenBlindText, 1)

// TokenBlind tells whether a command never uses GITHUB_TOKEN, whatever its environment and arguments.
func TokenBlind(name string) bool { return tokenBlindTable().has(name) }
