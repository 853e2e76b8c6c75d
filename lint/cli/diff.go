package cli

import (
	"strings"

	"znkr.io/diff/textdiff"
)

// diff returns the change of one file as a unified diff. Where it may be shown by a terminal or in the log of a run, what
// would drive these is made visible; elsewhere the bytes stay, so that the diff can be applied.
func (s *system) diff(name, old, text, color string) string {
	shown := s.columns() > 0 || s.onActions()
	colored := s.colored(color)
	var b strings.Builder
	write := func(style, line, end string) {
		if shown {
			// The sign in front of the line may be a blank, which a runner overlooks.
			if wide := expand(line[1:]); plain(wide) != wide {
				line = line[:1] + plain(wide)
			}
		}
		if colored && style != "" {
			line = style + line + styleOff
		}
		b.WriteString(line + end)
	}
	write(styleStrong, "--- a/"+plain(name), "\n")
	write(styleStrong, "+++ b/"+plain(name), "\n")
	for line := range strings.Lines(textdiff.Unified(old, text)) {
		end := line[len(strings.TrimRight(line, "\r\n")):]
		line = line[:len(line)-len(end)]
		style := ""
		switch {
		case strings.HasPrefix(line, "@@"):
			style = styleHunk
		case strings.HasPrefix(line, "-"):
			style = styleOld
		case strings.HasPrefix(line, "+"):
			style = styleNew
		}
		if line == "" {
			b.WriteString(end)
			continue
		}
		write(style, line, end)
	}
	return b.String()
}

// expand turns tabs into blanks, which need not be made visible.
func expand(line string) string { return strings.ReplaceAll(line, "\t", "    ") }

const (
	styleHunk = "\x1b[36m"
	styleOld  = "\x1b[31m"
	styleNew  = "\x1b[32m"
)
