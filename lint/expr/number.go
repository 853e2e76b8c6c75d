package expr

import (
	"math"
	"strconv"
	"strings"
)

// parseNumber reads a number as actions/runner does (ExpressionUtility.ParseNumber): decimal with sign, point and
// exponent; 0x and 0o with 32 bits in two's complement; Infinity. NaN is not a number here.
func parseNumber(s string) (float64, bool) {
	if isDecimal(s) {
		v, _ := strconv.ParseFloat(s, 64) // beyond the range it is ±Inf, as in the runner
		return v, true
	}
	switch {
	case strings.HasPrefix(s, "0x"):
		return parseBits(s[2:], 16)
	case strings.HasPrefix(s, "0o"):
		return parseBits(s[2:], 8)
	}
	switch s {
	case "Infinity", "+Infinity", "-Infinity":
		return namedNumber(s), true
	}
	return 0, false
}

func parseBits(digits string, base int) (float64, bool) {
	for i := range len(digits) {
		if digits[i] == '_' || digits[i] == '+' || digits[i] == '-' {
			return 0, false
		}
	}
	v, err := strconv.ParseUint(digits, base, 32)
	return float64(int32(uint32(v))), err == nil
}

func namedNumber(s string) float64 {
	switch s {
	case "NaN":
		return math.NaN()
	case "-Infinity":
		return math.Inf(-1)
	}
	return math.Inf(1)
}

func isDecimal(s string) bool {
	i := 0
	if i < len(s) && (s[i] == '+' || s[i] == '-') {
		i++
	}
	whole := digits(s, i)
	i += whole
	if i < len(s) && s[i] == '.' {
		frac := digits(s, i+1)
		i += 1 + frac
		whole += frac
	}
	if whole == 0 {
		return false
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		n := digits(s, i)
		if n == 0 {
			return false
		}
		i += n
	}
	return i == len(s)
}

// digits counts the digits from s[i] on.
func digits(s string, i int) int {
	n := 0
	for i+n < len(s) && isDigit(s[i+n]) {
		n++
	}
	return n
}

// formatNumber writes v as the runner does: at most 15 significant digits, exponents from 1E+15 on and below 0.0001.
func formatNumber(v float64) string {
	switch {
	case math.IsNaN(v):
		return "NaN"
	case math.IsInf(v, 1):
		return "Infinity"
	case math.IsInf(v, -1):
		return "-Infinity"
	case v == math.Trunc(v) && math.Abs(v) < 1e15:
		if v == 0 {
			return "0"
		}
		return strconv.FormatInt(int64(v), 10)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(v, 'e', 14, 64), "e")
	if strings.Contains(mantissa, ".") {
		mantissa = strings.TrimRight(strings.TrimRight(mantissa, "0"), ".")
	}
	exp, _ := strconv.Atoi(exponent)
	if exp >= 15 || exp <= -5 {
		return mantissa + "E" + exponent
	}
	places := len(mantissa) - strings.IndexByte(mantissa, '.') - 1
	if !strings.Contains(mantissa, ".") {
		places = 0
	}
	return strconv.FormatFloat(v, 'f', max(places-exp, 0), 64)
}
