package report

import "sekisho/lint"

func severityWord(s lint.Severity) string {
	switch s {
	case lint.Critical:
		return "critical"
	case lint.High:
		return "high"
	case lint.Medium:
		return "medium"
	case lint.Low:
		return "low"
	}
	return "info"
}

func confidenceWord(c lint.Confidence) string {
	switch c {
	case lint.Unsure:
		return "low"
	case lint.Likely:
		return "medium"
	}
	return "high"
}

func safetyWord(s lint.Safety) string {
	if s == lint.Safe {
		return "safe"
	}
	return "unsafe"
}

func level(s lint.Severity) string {
	switch s {
	case lint.Critical, lint.High:
		return "error"
	case lint.Medium:
		return "warning"
	}
	return "note"
}
