package syntax

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// tagOf returns what yaml.v3 calls a tag, short form.
func tagOf(short string) Tag {
	switch short {
	case "":
		return Untagged
	case "!!null":
		return TagNull
	case "!!bool":
		return TagBool
	case "!!int":
		return TagInt
	case "!!float":
		return TagFloat
	case "!!str":
		return TagString
	case "!!timestamp":
		return TagTime
	case "!!map":
		return TagMap
	case "!!seq":
		return TagSeq
	}
	return TagCustom
}

// plainTag returns the tag that yaml.v3 gives a plain scalar that has none written. What it takes for a
// timestamp or a merge key is a string to GitHub.
func plainTag(v string) Tag {
	if v == "" {
		return TagNull
	}
	switch c := v[0]; {
	case c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.':
		return numberTag(v)
	case c == '~' || c|0x20 == 'n' || c|0x20 == 't' || c|0x20 == 'f':
		switch v {
		case "true", "True", "TRUE", "false", "False", "FALSE":
			return TagBool
		case "~", "null", "Null", "NULL":
			return TagNull
		}
	}
	return TagString
}

var styleFloat = regexp.MustCompile(`^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`)

// numberTag is plainTag for what may be a number.
func numberTag(v string) Tag {
	digits, dots := 0, 0
	for i := 0; i < len(v); i++ {
		switch c := v[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '.':
			dots++
		}
	}
	if digits == len(v) && v[0] != '0' && len(v) < 18 {
		return TagInt
	}
	if digits+dots == len(v) && dots > 1 { // a version
		return TagString
	}
	switch v {
	case ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF":
		return TagFloat
	}
	if v[0] == '.' {
		if _, err := strconv.ParseFloat(v, 64); err == nil {
			return TagFloat
		}
		return TagString
	}
	if isTimestamp(v) {
		return TagString
	}
	plain := strings.ReplaceAll(v, "_", "")
	switch {
	case isInt(plain, 0):
		return TagInt
	case styleFloat.MatchString(plain):
		if _, err := strconv.ParseFloat(plain, 64); err == nil {
			return TagFloat
		}
	}
	for prefix, base := range map[string]int{"0b": 2, "0o": 8} {
		if rest, ok := strings.CutPrefix(plain, prefix); ok && isInt(rest, base) {
			return TagInt
		}
		if rest, ok := strings.CutPrefix(plain, "-"+prefix); ok {
			if _, err := strconv.ParseInt("-"+rest, base, 64); err == nil {
				return TagInt
			}
		}
	}
	return TagString
}

func isInt(v string, base int) bool {
	if _, err := strconv.ParseInt(v, base, 64); err == nil {
		return true
	}
	_, err := strconv.ParseUint(v, base, 64)
	return err == nil
}

func isTimestamp(v string) bool {
	if len(v) < 5 || v[4] != '-' {
		return false
	}
	for _, layout := range [...]string{"2006-1-2T15:4:5.999999999Z07:00", "2006-1-2t15:4:5.999999999Z07:00", "2006-1-2 15:4:5.999999999", "2006-1-2"} {
		if _, err := time.Parse(layout, v); err == nil {
			return true
		}
	}
	return false
}
