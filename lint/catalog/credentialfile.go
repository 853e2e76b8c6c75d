package catalog

import (
	_ "embed" // for the table
	"path"
	"strings"
	"sync"
)

//go:embed credentialfiles.tsv
var credentialFileText string

// CredentialForm is how credentials stand in a file.
type CredentialForm uint8

// The forms.
const (
	CredentialSettings  CredentialForm = iota + 1 // names and values
	CredentialRegistry                            // names and values that are no credentials as a rule
	CredentialLogins                              // JSON with auth
	CredentialAddresses                           // URLs with a user and a password
	CredentialPasswords                           // lines that end in a password
	CredentialToken                               // nothing but a token
	CredentialKey                                 // text, which may be a private key
	CredentialStore                               // not text
)

var credentialForms = map[string]CredentialForm{
	"settings": CredentialSettings, "registry": CredentialRegistry, "logins": CredentialLogins, "addresses": CredentialAddresses,
	"passwords": CredentialPasswords, "token": CredentialToken, "key": CredentialKey, "store": CredentialStore,
}

// CredentialFile is a file in which a program keeps credentials.
type CredentialFile struct {
	Form CredentialForm
	What string // with its article
}

// credentialFiles are the names of the table, by how they are compared.
type credentialFiles struct {
	whole, folder, end map[string]CredentialFile // by name, by folder/name, by .extension
	env                CredentialFile
}

var credentialFileNames = sync.OnceValue(func() *credentialFiles {
	c := &credentialFiles{map[string]CredentialFile{}, map[string]CredentialFile{}, map[string]CredentialFile{}, CredentialFile{}}
	load(credentialFileText, 3).all(func(row []string) {
		file := CredentialFile{credentialForms[row[1]], row[2]}
		switch name := row[0]; {
		case strings.HasPrefix(name, "*"):
			c.end[name[1:]] = file
		case strings.HasSuffix(name, ".*"):
			c.env = file
		case strings.Contains(name, "/"):
			c.folder[name] = file
		default:
			c.whole[name] = file
		}
	})
	return c
})

// CredentialFileAt tells what a path says of the credentials in a file. Names that say that the file is a sample are none.
func CredentialFileAt(name string) (CredentialFile, bool) {
	dir, base := path.Split(name)
	if len(base) < 4 {
		return CredentialFile{}, false
	}
	c := credentialFileNames()
	base = strings.ToLower(base)
	if f, ok := c.whole[base]; ok {
		return f, true
	}
	if strings.HasPrefix(base, ".env.") || strings.HasSuffix(base, ".env") {
		return c.env, !sample(base)
	}
	if f, ok := c.end[path.Ext(base)]; ok {
		return f, !sample(base)
	}
	if dir == "" || base != "credentials" && base != "config" && base != "config.json" {
		return CredentialFile{}, false
	}
	f, ok := c.folder[strings.ToLower(path.Base(dir))+"/"+base]
	return f, ok
}

// sample reports a name that says that there is nothing to protect: samples, templates, what is used in tests, and certificates without keys.
func sample(base string) bool {
	for word := range strings.FieldsFuncSeq(base, func(r rune) bool { return r == '.' || r == '-' || r == '_' }) {
		switch word {
		case "example", "examples", "sample", "template", "tmpl", "tpl", "dist", "defaults", "default", "schema", "test", "tests", "testing", "ci", "mock", "dummy", "fake",
			"vault", "enc", "encrypted", "gpg", "age", "sops", "d", "ts", "js", "py", "go", "md", "sh", "truststore", "trusted", "cacerts", "ca", "debug", "public", "pub", "demo", "docs":
			return true
		}
	}
	return false
}
