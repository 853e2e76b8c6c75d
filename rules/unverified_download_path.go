package rules

import (
	"path"
	"slices"
	"strings"

	"sekisho/lint/shell"
)

// madeExecutable are the files that chmod or install make executable.
func madeExecutable(c *shell.Command) []shell.Word {
	if c.Name != "chmod" && c.Name != "install" {
		return nil
	}
	var plain []shell.Word
	mode := ""
	for i := 1; i < len(c.Words); i++ {
		text := c.Words[i].Text
		switch {
		case c.Name == "install" && (text == "-m" || text == "--mode") && i+1 < len(c.Words):
			i++
			mode = c.Words[i].Text
		case c.Name == "install" && (text == "-o" || text == "-g" || text == "-t"):
			i++
		case strings.HasPrefix(text, "-m") && len(text) > 2:
			mode = text[2:]
		case strings.HasPrefix(text, "--mode="):
			mode = text[len("--mode="):]
		case len(text) > 1 && text[0] == '-' && !strings.ContainsAny(text[1:2], "xrw"):
		default:
			plain = append(plain, c.Words[i])
		}
	}
	switch c.Name {
	case "chmod":
		if len(plain) > 1 && executableMode(plain[0].Text) {
			return plain[1:]
		}
	case "install":
		if len(plain) > 1 && (mode == "" || executableMode(mode)) {
			return plain[:len(plain)-1]
		}
	}
	return nil
}

func executableMode(mode string) bool {
	if strings.Trim(mode, "01234567") == "" {
		return strings.ContainsAny(mode[max(0, len(mode)-3):], "1357")
	}
	i := strings.IndexAny(mode, "+=")
	return i >= 0 && strings.Contains(mode[i:], "x")
}

// intoPath tells whether a command puts what came out of a downloaded archive into a folder of PATH, or such a folder into PATH.
func intoPath(s *script, followed *shell.Followed, c *shell.Command) (o shell.Origin, name string, ok bool) {
	for i := range followed.Files {
		f := &followed.Files[i]
		if f.By != c || f.Origin.Seed == nil || f.Origin.Seed == c {
			continue
		}
		unpacked := f.Tree || f.Origin.Loose || c.Name == "tar" || c.Name == "unzip"
		if unpacked && (f.Tree && shell.InPath(f.Name) || !f.Tree && shell.InPath(path.Dir(f.Name))) {
			return f.Origin, f.Name, true
		}
	}
	for _, folder := range addedToPath(c) {
		w := shell.Word{Text: folder}
		if o, ok := followed.File(c, &w); ok && o.Loose {
			return o, followed.Path(c, folder), true
		}
	}
	return shell.Origin{}, "", false
}

// addedToPath are the folders that a command adds to PATH, for the script or for later steps.
func addedToPath(c *shell.Command) []string {
	var out []string
	for i := range c.Assigns {
		if name := strings.TrimPrefix(c.Assigns[i].Name, "$"); strings.EqualFold(name, "PATH") {
			out = strings.FieldsFunc(c.Assigns[i].Value.Text, func(r rune) bool { return r == ':' || r == ';' })
		}
	}
	if writesTo(c, "GITHUB_PATH") && len(c.Words) > 1 {
		for _, w := range c.Words[1:] {
			out = append(out, w.Text)
		}
	}
	return out
}

// fromArchive tells whether a file surely came out of a downloaded archive: it lies in a folder of its own, or where the
// repository's files lie too, it is none of these and has a name that the address has in it.
func (e *executed) fromArchive(s *script, addresses []string) bool {
	if e.name == "" || slices.Contains(s.p.Repo.Names, e.name) {
		return false
	}
	if strings.IndexByte("/~$%", e.name[0]) >= 0 || len(e.name) > 1 && e.name[1] == ':' {
		return true
	}
	address := strings.ToLower(strings.Join(addresses, " "))
	first, _, _ := strings.Cut(e.name, "/")
	for _, part := range [...]string{first, path.Base(e.name)} {
		part = strings.ToLower(strings.TrimSuffix(part, path.Ext(part)))
		if len(part) > 2 && strings.Contains(address, part) {
			return true
		}
	}
	return false
}
