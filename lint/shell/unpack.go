package shell

import "strings"

// Unpack is an archive that a command unpacks into a folder.
type Unpack struct {
	Archive []Word // the words that name it; none when it comes from the standard input
	Dir     string // the folder, as the words name it; "." without one
}

// Unpacks tells whether a command unpacks an archive into files.
func (c *Command) Unpacks() (Unpack, bool) {
	m, ok := motionOf(c)
	if !ok || len(m.writes) == 0 || !archives(c.Name) {
		return Unpack{}, false
	}
	u := Unpack{Archive: m.reads, Dir: m.writes[0]}
	if !m.tree { // members by their names
		u.Dir = "."
	}
	return u, true
}

// archives tells whether a program unpacks archives of many files.
func archives(name string) bool {
	switch name {
	case "tar", "bsdtar", "gtar", "unzip", "7z", "7za", "7zz", "jar", "cpio", "unar", "unrar":
		return true
	}
	return strings.EqualFold(name, "expand-archive")
}

// PathFrom is Path in a script that starts in a folder, from which names of files begin that are in no root.
func (s *Script) PathFrom(c *Command, dir, text string) string {
	n := namer{s: s, base: dir}
	return n.path(c, text)
}
