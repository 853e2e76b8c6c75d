package report

import "unicode"

// hidden tells whether a character beyond ASCII takes no room, changes the order or meaning of others, or has no shape:
// control and format characters, line separators, private and unassigned ones, and letters that are drawn as nothing
// (Default_Ignorable_Code_Point in the Unicode Character Database). A variation selector is shown as it is after a
// symbol beyond ASCII, where emoji have one.
func hidden(r, before rune) bool {
	switch {
	case r < 0xa0 || r == 0xad:
		return true
	case r < 0x34f:
		return false
	case 0xfe00 <= r && r <= 0xfe0f:
		return r < 0xfe0e || before < 0x80 || !unicode.Is(unicode.So, before) && !unicode.Is(unicode.Sm, before)
	case 0xe0000 <= r && r <= 0xe0fff:
		return true
	}
	switch r {
	case 0x34f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180c, 0x180d, 0x180f, 0x2065, 0x3164, 0xffa0:
		return true
	}
	return !unicode.IsGraphic(r)
}
