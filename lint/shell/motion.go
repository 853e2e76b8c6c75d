package shell

import (
	"path"
	"strings"
)

// motion is how a command moves what it reads to what it writes. Source: the programs' manuals.
type motion struct {
	input  bool     // it may read its standard input
	reads  []Word   // the files that it reads
	args   bool     // what it writes is made from its arguments too
	output bool     // it writes to its standard output
	writes []string // the names of the files that it writes
	tree   bool     // they are folders, filled from an archive
	each   bool     // a file that it writes may be a folder, and then gets each file that it reads
	part   bool     // it picks something out
}

// motionOf tells how a command moves data; false when its output is not made from what it reads.
func motionOf(c *Command) (m motion, ok bool) {
	name := strings.ToLower(c.Name)
	switch name {
	case "":
		return m, false
	case "cat", "tac", "nl", "zcat", "xzcat", "bzcat", "get-content", "gc", "type":
		m = motion{output: true, reads: plainWords(c, "")}
	case "tee", "sponge", "out-file", "set-content", "add-content", "tee-object":
		m = motion{input: true, output: strings.HasPrefix(name, "tee"), writes: texts(plainWords(c, "")), args: strings.HasSuffix(name, "-content")}
	case "cp", "mv", "install", "ln", "rsync", "copy-item", "move-item", "copy", "move", "xcopy", "cpi", "mi":
		return copying(c), true
	case "dd":
		return dd(c), true
	case "tar", "bsdtar", "gtar":
		return tar(c)
	case "unzip", "7z", "7za", "7zz", "expand-archive", "jar", "ar", "dpkg-deb", "cpio", "unar", "unrar":
		return unpack(c, name)
	case "gunzip", "gzip", "unxz", "xz", "bunzip2", "bzip2", "unzstd", "zstd", "lzma":
		return decompress(c), true
	case "sed", "gsed", "perl", "awk", "gawk":
		return edit(c, name), true
	case "grep", "egrep", "fgrep", "jq", "yq", "select-string", "convertfrom-json":
		files := plainWords(c, "")
		m = motion{output: true, part: true, args: name == "jq"}
		if len(files) > 1 {
			m.reads = files[1:]
		}
	case "head", "tail", "cut", "sort", "uniq":
		m = motion{output: true, part: name != "sort" && name != "uniq", reads: plainWords(c, "ncdfbks")}
	default:
		if !transforms(name) {
			return m, false
		}
		m = motion{output: true, args: name == "openssl", part: strings.HasPrefix(name, "python") || strings.HasSuffix(name, "sum"), reads: plainWords(c, "")}
	}
	m.input = true // also where a word that looks like a file is none
	return m, true
}

// transforms tells whether a command's output is computed from its input alone.
func transforms(name string) bool {
	switch name {
	case "base64", "base32", "basenc", "tr", "rev", "xxd", "od", "hexdump", "fold", "openssl", "envsubst", "md5sum", "sha1sum", "sha256sum", "sha512sum",
		"shasum", "cksum", "fmt", "column", "paste", "iconv", "uuencode", "uudecode", "printenv", "urlencode", "python", "python3", "dos2unix", "pv", "out-string", "ts":
		return true
	}
	return false
}

// plainWords are the words of a command after its name that are no options and no values of the one-letter options given.
func plainWords(c *Command, valued string) []Word {
	var out []Word
	for i := 1; i < len(c.Words); i++ {
		text := c.Words[i].Text
		if len(text) > 1 && text[0] == '-' {
			if !strings.HasPrefix(text, "--") && takesNext(text[1:], valued) {
				i++
			}
			continue
		}
		out = append(out, c.Words[i])
	}
	return out
}

func texts(words []Word) []string {
	var out []string
	for _, w := range words {
		out = append(out, w.Text)
	}
	return out
}

// copying reads the command line of cp, mv and the like: the last word is where the others go.
func copying(c *Command) motion {
	m := motion{each: true}
	var words []Word
	for i := 1; i < len(c.Words); i++ {
		switch text := strings.ToLower(c.Words[i].Text); {
		case text == "-t", text == "--target-directory", text == "-destination":
			if i+1 < len(c.Words) {
				i++
				m.writes = append(m.writes, c.Words[i].Text)
			}
		case text == "-m", text == "--mode", text == "-o", text == "--owner", text == "-g", text == "--group", text == "-S", text == "--suffix":
			if c.Name == "install" || c.Name == "ginstall" {
				i++
			}
		case strings.HasPrefix(text, "--target-directory="):
			m.writes = append(m.writes, c.Words[i].Text[len("--target-directory="):])
		case len(text) > 1 && text[0] == '-':
		default:
			words = append(words, c.Words[i])
		}
	}
	if n := len(words); len(m.writes) == 0 && n > 1 {
		m.writes = []string{words[n-1].Text}
		words = words[:n-1]
	}
	m.reads = words
	return m
}

// dd reads if= and of=.
func dd(c *Command) motion {
	m := motion{input: true, output: true}
	for _, w := range c.Words[1:] {
		if name, ok := strings.CutPrefix(w.Text, "if="); ok {
			w.Text = name
			m.reads, m.input = append(m.reads, w), false
		}
		if name, ok := strings.CutPrefix(w.Text, "of="); ok {
			m.writes, m.output = append(m.writes, name), false
		}
	}
	return m
}

// tar reads the command line of tar when it unpacks.
func tar(c *Command) (m motion, ok bool) {
	words := c.Words
	if len(words) > 1 && words[1].Text != "" && words[1].Text[0] != '-' {
		words = oldStyle(words)
	}
	dir, extracts := "", false
	var members []string
	for o := range options(words, "fCbHKTXgNV", tarOption) {
		switch o.name {
		case "":
			members = append(members, o.word.Text)
		case "-x", "--extract", "--get":
			extracts = true
		case "-O", "--to-stdout":
			m.output = true
		case "-f", "--file":
			o.word.Text = o.value
			m.reads = append(m.reads, o.word)
		case "-C", "--directory":
			dir = o.value
		}
	}
	if !extracts {
		return motion{}, false
	}
	m.input = len(m.reads) == 0 || m.reads[0].Text == "-"
	m.unpacked(dir, members)
	return m, true
}

// tarOption tells whether a long option of tar takes the next word. Source: the manual of GNU tar 1.35.
func tarOption(name string) bool {
	switch name {
	case "--file", "--directory", "--strip-components", "--transform", "--exclude", "--one-top-level", "--use-compress-program":
		return true
	}
	return false
}

// oldStyle turns the letters of tar xfC FILE FOLDER into options: values follow in the order of the letters.
func oldStyle(words []Word) []Word {
	out := []Word{words[0]}
	rest := words[2:]
	for _, letter := range words[1].Text {
		w := words[1]
		w.Text = "-" + string(letter)
		out = append(out, w)
		if strings.ContainsRune("fCbHKTX", letter) && len(rest) > 0 {
			out = append(out, rest[0])
			rest = rest[1:]
		}
	}
	return append(out, rest...)
}

// unpacked sets where an archive goes: all of it into a folder, or members by their names.
func (m *motion) unpacked(dir string, members []string) {
	if m.output {
		return
	}
	if dir == "" {
		dir = "."
	}
	for _, name := range members {
		if strings.ContainsAny(name, "*?[") {
			members = nil
			break
		}
	}
	if len(members) == 0 {
		m.tree, m.writes = true, []string{dir}
		return
	}
	for _, name := range members {
		m.writes = append(m.writes, dir+"/"+name, dir+"/"+path.Base(name))
	}
}

// unpack reads the command lines of unzip, 7z, Expand-Archive and the like.
func unpack(c *Command, name string) (m motion, ok bool) {
	dir := ""
	var plain []Word
	for i := 1; i < len(c.Words); i++ {
		text := c.Words[i].Text
		low := strings.ToLower(text)
		switch {
		case low == "-d" && name == "unzip", short(low, "-destinationpath", 2) && name == "expand-archive":
			if i+1 < len(c.Words) {
				i++
				dir = c.Words[i].Text
			}
		case strings.HasPrefix(text, "-o") && strings.HasPrefix(name, "7z"):
			dir = text[2:]
		case name == "unzip" && len(text) > 1 && text[0] == '-':
			m.output = m.output || strings.Contains(text, "p") || strings.Contains(text, "c")
			if strings.ContainsAny(text, "lZtv") {
				return motion{}, false
			}
		case len(text) > 1 && text[0] == '-':
		default:
			plain = append(plain, c.Words[i])
		}
	}
	switch name {
	case "cpio":
		m.input = true
	case "7z", "7za", "7zz", "jar", "ar", "unrar":
		if len(plain) == 0 || !strings.ContainsAny(plain[0].Text, "xe") {
			return motion{}, false
		}
		plain = plain[1:]
	}
	var members []string
	if len(plain) > 0 {
		m.reads = plain[:1]
		if name == "unzip" {
			members = texts(plain[1:])
		}
	}
	m.unpacked(dir, members)
	return m, true
}

// decompress reads the command lines of gunzip and the like: the file without its ending takes the place of the file.
func decompress(c *Command) motion {
	m := motion{}
	output := ""
	for i := 1; i < len(c.Words); i++ {
		switch text := c.Words[i].Text; {
		case text == "-o" && i+1 < len(c.Words):
			i++
			output = c.Words[i].Text
		case text == "--stdout":
			m.output = true
		case strings.HasPrefix(text, "--"):
		case len(text) > 1 && text[0] == '-':
			m.output = m.output || strings.Contains(text, "c")
		case text != "-":
			m.reads = append(m.reads, c.Words[i])
		}
	}
	m.input = len(m.reads) == 0
	switch {
	case output != "":
		m.writes = []string{output}
	case m.input:
		m.output = true
	case !m.output:
		for _, w := range m.reads {
			m.writes = append(m.writes, strings.TrimSuffix(w.Text, path.Ext(w.Text)))
		}
	}
	return m
}

// edit reads the command lines of sed, perl and awk: the first word is the program unless an option gives it.
func edit(c *Command, name string) motion {
	m := motion{output: true, part: strings.HasSuffix(name, "awk"), args: strings.HasSuffix(name, "awk")}
	script, inPlace := false, false
	for i := 1; i < len(c.Words); i++ {
		switch text := c.Words[i].Text; {
		case text == "-e" || text == "-f" || text == "--expression" || text == "--file":
			script = true
			i++
		case text == "-n" || text == "--quiet" || text == "--silent":
			m.part = true
		case text == "-v" || text == "-F":
			i++
		case len(text) > 1 && text[0] == '-':
			inPlace = inPlace || strings.HasPrefix(text, "-i") || text == "--in-place" || name == "perl" && strings.Contains(text, "i")
			script = script || name == "perl" && strings.HasSuffix(text, "e")
		case !script:
			script = true
		default:
			m.reads = append(m.reads, c.Words[i])
		}
	}
	if inPlace {
		m.output, m.writes = false, texts(m.reads)
	}
	m.input = len(m.reads) == 0
	return m
}

// written is the file that the standard output of a command goes to; false when it goes on.
func written(c *Command) (*Word, bool) {
	for n, list := range [...][]Redirect{c.Redirects, c.Group} {
		if n > 0 && c.PipeTo != nil {
			break // the pipe stands within the group
		}
		for i := len(list) - 1; i >= 0; i-- {
			switch list[i].Op {
			case ">", ">>", ">|", "1>", "1>>", "&>", "&>>", "*>", "*>>":
				if w := &list[i].Target; w.Text != "/dev/stdout" && !strings.HasPrefix(w.Text, ">(") {
					return w, true
				}
			}
		}
	}
	return nil, false
}
