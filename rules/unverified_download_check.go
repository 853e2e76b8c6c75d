package rules

import (
	"slices"
	"strings"

	"sekisho/lint/shell"
)

// checks tells whether a command compares something with a checksum or a signature. Source: the programs' manuals.
func checks(s *shell.Script, c *shell.Command) bool {
	name := strings.ToLower(c.Name)
	has := func(words ...string) bool {
		return slices.ContainsFunc(c.Words, func(w shell.Word) bool { return slices.Contains(words, w.Text) })
	}
	used := c.PipeTo != nil || c.Subst // its output is looked at
	switch strings.TrimPrefix(name, "g") {
	case "sha256sum", "sha512sum", "sha384sum", "sha224sum", "sha1sum", "md5sum", "b2sum", "shasum", "sha256", "sha512", "md5", "b3sum", "cksum", "sum", "rhash":
		return used || slices.ContainsFunc(c.Words[1:], func(w shell.Word) bool {
			return strings.HasPrefix(w.Text, "--c") || len(w.Text) > 1 && w.Text[0] == '-' && w.Text[1] != '-' && strings.Contains(w.Text, "c")
		})
	}
	switch name {
	case "openssl":
		return used || has("-verify", "-verify_recover", "verify")
	case "gpg", "gpg2":
		return has("--verify", "--verify-files")
	case "gpgv", "gpgv2", "debsig-verify", "in-toto-verify", "get-filehash", "get-authenticodesignature", "test-filehash", "spctl", "test-filecatalog":
		return true
	case "cosign", "notation", "slsa-verifier", "rsign", "sq", "osslsigncode", "signtool", "witness":
		return slices.ContainsFunc(c.Words[1:], func(w shell.Word) bool { return strings.HasPrefix(w.Text, "verify") })
	case "minisign", "signify", "signify-openbsd":
		return slices.ContainsFunc(c.Words[1:], func(w shell.Word) bool { return strings.HasPrefix(w.Text, "-") && strings.Contains(w.Text, "V") })
	case "gh":
		return has("attestation", "at", "release") && slices.ContainsFunc(c.Words, func(w shell.Word) bool { return strings.HasPrefix(w.Text, "verify") })
	case "codesign":
		return has("-v", "--verify", "-vv", "-dv")
	case "pkgutil":
		return has("--check-signature")
	case "jarsigner":
		return has("-verify")
	case "rpm", "rpmkeys":
		return has("-K", "--checksig")
	case "certutil":
		return has("-hashfile", "-hashFile")
	case "git":
		return has("verify-tag", "verify-commit")
	}
	code := s.Code(c)
	for _, w := range c.Words[code.From:code.To] {
		low := strings.ToLower(w.Text)
		switch code.Kind {
		case shell.CodeText:
			if strings.Contains(low, "hashlib") || strings.Contains(low, "createhash") {
				return true
			}
		case shell.CodeFile, shell.CodeProgram:
			if strings.Contains(low, "verify") || strings.Contains(low, "checksum") {
				return true
			}
		}
	}
	return false
}

// checkingFunctions are the functions of a script that check something.
func checkingFunctions(s *shell.Script) map[string]bool {
	var out map[string]bool
	for _, c := range s.Commands {
		if c.Function != "" && !out[c.Function] && checks(s, c) {
			if out == nil {
				out = map[string]bool{}
			}
			out[c.Function] = true
		}
	}
	return out
}

// fetchesItself reports a command whose own code gets something from the network and executes it.
func fetchesItself(s *script, c *shell.Command) bool {
	code := s.Code(c)
	switch load, loads := c.Download(); {
	case loads && c.Name != "" && code.Kind == shell.CodeText: // iex (New-Object Net.WebClient).DownloadString(…)
		return !harmless(s.p, []string{load.URLs[0].Text})
	case code.Kind == shell.CodeFile && c.Name == "deno":
		address := c.Words[code.From].Text
		return strings.HasPrefix(address, "http") && !strings.Contains(address[min(len(address), 8):], "@") && !harmless(s.p, []string{address})
	case code.Kind == shell.CodeText && code.Language == shell.Other && c.Words[code.From].Const:
		text := c.Words[code.From].Text
		return containsAny(text, "urlopen(", "requests.get(", "urlretrieve(", "URI.open(", "Net::HTTP.get(", "fetch(") &&
			containsAny(text, "exec(", "eval(", "os.system(", "subprocess.", "instance_eval")
	}
	return false
}

func containsAny(text string, parts ...string) bool {
	return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(text, part) })
}
