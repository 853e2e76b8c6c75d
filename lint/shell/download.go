package shell

import (
	"iter"
	"path"
	"slices"
	"strings"
)

// Download is what a command gets from the network.
type Download struct {
	URLs   []Word   // the words that say from where
	Files  []string // names of the files that it writes, as the words give them
	Output bool     // it writes what it gets to its standard output
}

// Download tells what a command gets from the network; false when it gets nothing, or only asks about something.
func (c *Command) Download() (Download, bool) {
	switch strings.ToLower(c.Name) {
	case "curl":
		return c.curl()
	case "wget", "wget2":
		return c.wget()
	case "aria2c", "axel":
		return c.fetched([]string{"-o", "--out", "--output"}, false)
	case "http", "https", "xh", "xhs", "lwp-download":
		return c.fetched([]string{"-o", "--output"}, true)
	case "invoke-webrequest", "iwr", "invoke-restmethod", "irm", "start-bitstransfer":
		return c.webRequest()
	case "certutil", "bitsadmin":
		return c.windowsTool()
	case "", "iex", "invoke-expression":
		return c.webClient()
	}
	return Download{}, false
}

// option is an option of a command line, or a word that is none.
type option struct {
	name  string // -o, --output; "" of a word that is no option
	value string // of an option that takes one
	word  Word
}

// options splits a command line; clusters of one-letter options are taken apart. short are the letters that take a value, long tells
// whether a long option takes the next word.
func options(words []Word, short string, long func(name string) bool) iter.Seq[option] {
	return func(yield func(option) bool) {
		plain := false
		for i := 1; i < len(words); i++ {
			w := words[i]
			next := ""
			if i+1 < len(words) {
				next = words[i+1].Text
			}
			switch {
			case plain || len(w.Text) < 2 || w.Text[0] != '-':
				if !yield(option{word: w}) {
					return
				}
			case w.Text == "--":
				plain = true
			case w.Text[1] == '-':
				name, value, joined := strings.Cut(w.Text, "=")
				if !joined && long(name) {
					value = next
					i++
				}
				if !yield(option{name, value, w}) {
					return
				}
			default:
				for k := 1; k < len(w.Text); k++ {
					o := option{name: "-" + w.Text[k:k+1], word: w}
					if strings.IndexByte(short, w.Text[k]) >= 0 {
						if o.value = w.Text[k+1:]; o.value == "" {
							o.value = next
							i++
						}
						k = len(w.Text)
					}
					if !yield(o) {
						return
					}
				}
			}
		}
	}
}

// curlOption tells whether a long option of curl takes the next word. Source: the manual of curl 8.
func curlOption(name string) bool {
	switch name {
	case "--output", "--header", "--retry", "--retry-delay", "--retry-max-time", "--max-time", "--connect-timeout", "--user", "--data", "--data-raw",
		"--data-binary", "--data-urlencode", "--data-ascii", "--json", "--form", "--form-string", "--request", "--proto", "--proto-redir", "--proto-default",
		"--tls-max", "--cacert", "--capath", "--cert", "--cert-type", "--key", "--key-type", "--pass", "--user-agent", "--referer", "--write-out", "--cookie",
		"--cookie-jar", "--proxy", "--noproxy", "--proxy-user", "--resolve", "--connect-to", "--range", "--limit-rate", "--output-dir", "--config", "--netrc-file",
		"--request-target", "--aws-sigv4", "--oauth2-bearer", "--upload-file", "--interface", "--dns-servers", "--ciphers", "--tls13-ciphers", "--speed-limit",
		"--speed-time", "--max-redirs", "--max-filesize", "--parallel-max", "--rate", "--stderr", "--trace", "--trace-ascii", "--unix-socket", "--time-cond",
		"--url", "--etag-save", "--etag-compare", "--variable", "--continue-at", "--keepalive-time", "--expect100-timeout", "--create-file-mode", "--doh-url", "--pinnedpubkey":
		return true
	}
	return false
}

// curl reads the command line of curl.
func (c *Command) curl() (d Download, ok bool) {
	named, remote, dir := false, false, ""
	for o := range options(c.Words, "AbcCdDeEFhHKmoPQrtTuUwxXyYz", curlOption) {
		switch o.name {
		case "":
			d.URLs = append(d.URLs, o.word)
		case "--url":
			o.word.Text = o.value
			d.URLs = append(d.URLs, o.word)
		case "-I", "--head":
			return Download{}, false
		case "-o", "--output":
			named = true
			if o.value == "-" {
				d.Output = true
			} else {
				d.Files = append(d.Files, o.value)
			}
		case "-O", "--remote-name", "--remote-name-all":
			named, remote = true, true
		case "--output-dir":
			dir = o.value
		}
	}
	if remote {
		for i := range d.URLs {
			d.Files = append(d.Files, urlBase(d.URLs[i].Text))
		}
	}
	if dir != "" {
		for i, name := range d.Files {
			d.Files[i] = path.Join(dir, name)
		}
	}
	d.Output = d.Output || !named
	return d, len(d.URLs) > 0
}

// urlBase is the name of the file that an address ends with.
func urlBase(url string) string {
	url, _, _ = strings.Cut(url, "#")
	if i := strings.IndexByte(url, '?'); i > strings.LastIndexByte(url, '}') {
		url = url[:i]
	}
	return url[strings.LastIndexByte(url, '/')+1:]
}

// wgetOption tells whether a long option of wget takes the next word. Source: the manual of wget 1.24.
func wgetOption(name string) bool {
	switch name {
	case "--output-document", "--directory-prefix", "--header", "--tries", "--timeout", "--user", "--password", "--output-file", "--user-agent",
		"--post-data", "--wait", "--waitretry", "--input-file":
		return true
	}
	return false
}

// wget reads the command line of wget.
func (c *Command) wget() (d Download, ok bool) {
	dir, name, named := "", "", false
	for o := range options(c.Words, "aeioOPQtTUwDARlBX", wgetOption) {
		switch o.name {
		case "":
			d.URLs = append(d.URLs, o.word)
		case "--spider", "--version", "--help":
			return Download{}, false
		case "-O", "--output-document":
			name, named = o.value, true
		case "-P", "--directory-prefix":
			dir = o.value
		}
	}
	switch {
	case named && name == "-":
		d.Output = true
	case named:
		d.Files = []string{name}
	default:
		for i := range d.URLs {
			d.Files = append(d.Files, path.Join(dir, urlBase(d.URLs[i].Text)))
		}
	}
	return d, len(d.URLs) > 0
}

// fetched reads the command line of a program that takes addresses and an option for the file.
func (c *Command) fetched(options []string, output bool) (d Download, ok bool) {
	for i := 1; i < len(c.Words); i++ {
		text := c.Words[i].Text
		option, value, joined := strings.Cut(text, "=")
		switch {
		case slices.Contains(options, option):
			if !joined && i+1 < len(c.Words) {
				i++
				value = c.Words[i].Text
			}
			d.Files = append(d.Files, value)
		case isURL(text):
			d.URLs = append(d.URLs, c.Words[i])
		}
	}
	if len(d.URLs) == 0 {
		return Download{}, false
	}
	d.Output = output && len(d.Files) == 0
	if !d.Output && len(d.Files) == 0 {
		for i := range d.URLs {
			d.Files = append(d.Files, urlBase(d.URLs[i].Text))
		}
	}
	return d, true
}

func isURL(text string) bool {
	scheme, _, ok := strings.Cut(text, "://")
	return ok && scheme != "" && len(scheme) < 12
}

// webRequest reads the parameters of the cmdlets that ask a web server; names may be shortened.
func (c *Command) webRequest() (d Download, ok bool) {
	for i := 1; i < len(c.Words); i++ {
		text := c.Words[i].Text
		if len(text) < 2 || text[0] != '-' || c.Words[i].Quoted {
			if len(d.URLs) == 0 {
				d.URLs = append(d.URLs, c.Words[i])
			}
			continue
		}
		name, value, joined := strings.Cut(strings.ToLower(text), ":")
		word := c.Words[i]
		if joined {
			value = text[len(name)+1:]
		} else if i+1 < len(c.Words) {
			word, value = c.Words[i+1], c.Words[i+1].Text
		}
		switch {
		case short(name, "-outfile", 2), short(name, "-destination", 2):
			d.Files = append(d.Files, value)
		case short(name, "-uri", 2), short(name, "-source", 2):
			d.URLs = []Word{word}
		case short(name, "-usebasicparsing", 4), short(name, "-skipcertificatecheck", 3), short(name, "-passthru", 3), short(name, "-allowunencryptedauthentication", 3),
			name == "-useb", name == "-resume", name == "-verbose", name == "-usedefaultcredentials", name == "-skipheadervalidation", name == "-skiphttperrorcheck", name == "-disablekeepalive":
			continue
		}
		if !joined {
			i++
		}
	}
	d.Output = len(d.Files) == 0
	return d, len(d.URLs) > 0
}

// short tells whether a parameter is at least n bytes of another one.
func short(name, full string, n int) bool { return len(name) >= n && strings.HasPrefix(full, name) }

// windowsTool reads the command lines of certutil -urlcache and bitsadmin /transfer.
func (c *Command) windowsTool() (d Download, ok bool) {
	for i := 1; i < len(c.Words); i++ {
		if isURL(c.Words[i].Text) {
			d.URLs = append(d.URLs, c.Words[i])
			if i+1 < len(c.Words) {
				d.Files = append(d.Files, c.Words[i+1].Text)
			}
		}
	}
	return d, len(d.URLs) > 0
}

// webClient reads an expression of PowerShell that calls a method of Net.WebClient, or an assignment of one.
func (c *Command) webClient() (d Download, ok bool) {
	words := c.Words
	for i := range c.Assigns {
		words = append(words[:len(words):len(words)], c.Assigns[i].Value)
	}
	for i := range words {
		text := words[i].Text
		method := strings.Index(text, ".Download")
		if method < 0 {
			method = strings.Index(text, ".download")
		}
		if method < 0 {
			continue
		}
		name, args, called := strings.Cut(text[method+1:], "(")
		if !called {
			continue
		}
		first, rest, _ := strings.Cut(args, ",")
		url := words[i]
		url.Text = strings.Trim(first, "'\"() ")
		if !isURL(url.Text) && !strings.HasPrefix(url.Text, "$") {
			continue
		}
		d.URLs = append(d.URLs, url)
		if strings.HasPrefix(strings.ToLower(name), "downloadfile") {
			d.Files = append(d.Files, strings.Trim(rest, "'\"() "))
		} else {
			d.Output = true
		}
	}
	return d, len(d.URLs) > 0
}
