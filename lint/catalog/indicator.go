package catalog

import (
	_ "embed" // for the table
	"strings"
)

//go:embed indicators.tsv
var indicatorText string

var indicatorTable = lazy(&indicatorText, 3)

// IndicatorFile tells which known attack leaves a workflow of this file name, "" for none.
func IndicatorFile(name string) (attack string) {
	name = strings.ToLower(name)
	indicatorTable().each("file", func(row []string) bool {
		before, after, digits := strings.Cut(row[1], "#")
		middle, fits := strings.CutPrefix(name, before)
		if fits {
			middle, fits = strings.CutSuffix(middle, after)
		}
		switch {
		case digits && fits && middle != "" && strings.Trim(middle, "0123456789") == "", !digits && name == row[1]:
			attack = row[2]
		}
		return attack == ""
	})
	return attack
}

// IndicatorText tells which known attack has a part of a text among its arguments; name is that part.
func IndicatorText(text string) (name, attack string) {
	text = strings.ToLower(text)
	indicatorTable().each("text", func(row []string) bool {
		if strings.Contains(text, row[1]) {
			name, attack = row[1], row[2]
		}
		return attack == ""
	})
	return name, attack
}

// IndicatorProgram tells which known attack executes a file of this name.
func IndicatorProgram(name string) string { return indicator("program", name) }

// IndicatorLabel tells which known attack has a runner with this label.
func IndicatorLabel(label string) string { return indicator("label", label) }

func indicator(kind, name string) (attack string) {
	indicatorTable().each(kind, func(row []string) bool {
		if strings.EqualFold(row[1], name) {
			attack = row[2]
		}
		return attack == ""
	})
	return attack
}
