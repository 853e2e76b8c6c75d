package lint

import (
	"fmt"
	"slices"
	"strings"
)

// Level is the severity in the words of annotations and compilers.
type Level string

// The levels.
const (
	Error   Level = "error"   // critical, high
	Warning Level = "warning" // medium
	Note    Level = "note"    // low, info
)

// Level returns the level of s.
func (s Severity) Level() Level {
	switch {
	case s >= High:
		return Error
	case s == Medium:
		return Warning
	}
	return Note
}

// SeverityNames returns the names of the severities, mildest first.
func SeverityNames() []string { return []string{"info", "low", "medium", "high", "critical"} }

// String returns the name of s.
func (s Severity) String() string {
	if s < Info || s > Critical {
		return "default"
	}
	return SeverityNames()[s-Info]
}

// ParseSeverity reads the name of a severity.
func ParseSeverity(name string) (Severity, error) {
	if i := slices.Index(SeverityNames(), name); i >= 0 {
		return Info + Severity(i), nil
	}
	return 0, fmt.Errorf("%q is no severity; use one of %s", name, strings.Join(SeverityNames(), ", "))
}

// String returns low, medium or high.
func (c Confidence) String() string {
	switch c {
	case Unsure:
		return "low"
	case Likely:
		return "medium"
	}
	return "high"
}

// String returns safe or unsafe.
func (s Safety) String() string {
	if s == Safe {
		return "safe"
	}
	return "unsafe"
}
