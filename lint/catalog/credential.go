package catalog

import (
	_ "embed" // for the table
	"encoding/base64"
	"encoding/json"
	"hash/crc32"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed credentials.tsv
var credentialText string

// Credential is a token or a key in a text.
type Credential struct {
	Start, End int
	What       string // without an article
	Shown      string // how it begins, which gives nothing away
	Example    bool   // documentation shows it, or it is made up
	Identifier bool   // it opens nothing without a second half
}

// credentialForm is a row of the table.
type credentialForm struct {
	begin, alphabet, check, what string
	least, most                  int
}

// shortestRun is the number of letters, digits, - and _ that every known credential has on end.
const shortestRun = 20

// keyLen is how many of the first bytes forms are looked up by.
const keyLen = 3

type credentialIndex struct {
	keys   [1 << 11]bool // by hash of the keys, as most runs have none of them
	byKey  map[[keyLen]byte][]credentialForm
	dotted []credentialForm // which begin with what ends in a dot, and so in another run
}

var credentialsByKey = sync.OnceValue(func() *credentialIndex {
	x := &credentialIndex{byKey: map[[keyLen]byte][]credentialForm{}}
	load(credentialText, 6).all(func(row []string) {
		f := credentialForm{begin: row[0], alphabet: row[1], check: row[4], what: row[5]}
		f.least, _ = strconv.Atoi(row[2])
		f.most, _ = strconv.Atoi(row[3])
		if strings.HasSuffix(f.begin, ".") {
			x.dotted = append(x.dotted, f)
			return
		}
		key := [keyLen]byte([]byte(f.begin))
		x.keys[keyHash(f.begin)] = true
		x.byKey[key] = append(x.byKey[key], f)
	})
	return x
})

func keyHash(text string) uint {
	return (uint(text[0]) ^ uint(text[1])<<3 ^ uint(text[2])<<6) & (1<<11 - 1)
}

// runBytes has 1 for those that a run goes on with: letters, digits, - and _.
var runBytes = func() (out [256]uint8) {
	for i := range out {
		if isAlnum(byte(i)) || i == '-' || i == '_' {
			out[i] = 1
		}
	}
	return out
}()

func inRun(c byte) bool { return runBytes[c] != 0 }

// mayRun answers false when no run that is long enough holds an offset: one that does goes on for half of its length on one side.
func mayRun(text string, i int) bool {
	const half = shortestRun / 2
	return inRun(text[i]) && (allRun(text[i-half:i]) || i+half < len(text) && allRun(text[i+1:i+1+half]))
}

// allRun tells whether ten bytes are of a run. It has no branches: which of them is none is hard to foresee.
func allRun(s string) bool {
	_ = s[9]
	return runBytes[s[0]]&runBytes[s[1]]&runBytes[s[2]]&runBytes[s[3]]&runBytes[s[4]]&runBytes[s[5]]&runBytes[s[6]]&runBytes[s[7]]&runBytes[s[8]]&runBytes[s[9]] != 0
}

// Credentials finds the tokens and keys in a text, in their order. It looks at one byte of each possible run, and at whole runs only where that one
// is of such a run.
func Credentials(text string) []Credential {
	var out []Credential
	for i := shortestRun - 1; i < len(text); {
		if !mayRun(text, i) {
			i += shortestRun
			continue
		}
		start, end := i, i+1
		for start > 0 && inRun(text[start-1]) {
			start--
		}
		for end < len(text) && inRun(text[end]) {
			end++
		}
		if end-start >= shortestRun {
			if c, ok := credentialIn(text, start, end); ok && (len(out) == 0 || out[len(out)-1].End <= c.Start) {
				out = append(out, c)
			}
		}
		i = end + shortestRun
	}
	if slices.ContainsFunc(out, func(c Credential) bool { return c.Identifier }) {
		out = withSecretKeys(out, text)
	}
	return withPrivateKeys(out, text)
}

// withSecretKeys adds the secret keys of AWS that stand beside the ids of keys: 40 characters behind a name, as they have no form of their own.
func withSecretKeys(out []Credential, text string) []Credential {
	const size = 40
	low := strings.ToLower(text)
	for at := 0; ; {
		i := strings.Index(low[at:], "secret")
		if i < 0 || len(low) != len(text) {
			return out
		}
		at += i + len("secret")
		name := low[at:min(at+16, len(low))]
		if !strings.HasPrefix(strings.NewReplacer("_", "", "-", "").Replace(name), "accesskey") {
			continue
		}
		start := at
		for start < len(text) && start-at < size && (inRun(text[start]) || strings.IndexByte(" \t:='\"", text[start]) >= 0) && !secretAt(text, start, size) {
			start++
		}
		if secretAt(text, start, size) {
			out = append(out, Credential{Start: start, End: start + size, What: "secret key of AWS", Example: invented(text[start : start+size])})
			at = start + size
		}
	}
}

// secretAt reports so many characters of base64, and no more, that are no word.
func secretAt(text string, at, size int) bool {
	end := at + size
	if end > len(text) || at > 0 && inBase64(text[at-1]) || end < len(text) && inBase64(text[end]) {
		return false
	}
	for _, c := range []byte(text[at:end]) {
		if !inBase64(c) {
			return false
		}
	}
	return kinds(text[at:end]) >= 2
}

func inBase64(c byte) bool { return isAlnum(c) || c == '+' || c == '/' }

// credentialIn judges a run.
func credentialIn(text string, start, end int) (Credential, bool) {
	for start < end && (text[start] == '-' || text[start] == '_') {
		start++
	}
	if end-start < keyLen {
		return Credential{}, false
	}
	x := credentialsByKey()
	if x.keys[keyHash(text[start:])] {
		for _, f := range x.byKey[[keyLen]byte([]byte(text[start:start+keyLen]))] {
			if c, ok := f.at(text, start, end); ok {
				return c, true
			}
		}
	}
	if start == 0 {
		return Credential{}, false
	}
	switch text[start-1] {
	case '.':
		for _, f := range x.dotted {
			if from := start - len(f.begin); from >= 0 && text[from:start] == f.begin && (from == 0 || !inRun(text[from-1])) {
				return f.at(text, from, end)
			}
		}
	case '/':
		if c, ok := webhook(text, start, end); ok {
			return c, true
		}
	case ':':
		if end-start == 35 && strings.HasPrefix(text[start:], "AA") {
			if from := digitsBefore(text, start-1); start-1-from >= 8 && start-1-from <= 10 {
				return made(text, from, end, start, "token of a Telegram bot"), true
			}
		}
	case '~':
		if from := start - 5; from >= 0 && text[start-2] == 'Q' && text[start-3] >= '0' && text[start-3] <= '9' && inRun(text[from]) && end-start >= 31 && end-start <= 34 {
			return made(text, from, end, start, "client secret of Entra ID"), true
		}
	}
	return azureKey(text, start, end)
}

// digitsBefore returns where the digits before an offset begin.
func digitsBefore(text string, at int) int {
	for at > 0 && text[at-1] >= '0' && text[at-1] <= '9' {
		at--
	}
	return at
}

// made is a credential whose random part starts at tail.
func made(text string, start, end, tail int, what string) Credential {
	return Credential{Start: start, End: end, What: what, Shown: text[start:min(start+4, tail)], Example: invented(text[tail:end])}
}

// lookBack is how many bytes before a run its beginning is looked for.
const lookBack = 160

// webhook recognises the last part of an address whose knowledge is enough to post.
func webhook(text string, start, end int) (Credential, bool) {
	const least = 24
	before := text[max(start-lookBack, 0):start]
	if end-start < least || !strings.Contains(before, "hook") {
		return Credential{}, false
	}
	for _, h := range [...]struct{ address, what string }{
		{"hooks.slack.com/services/", "webhook of Slack"}, {"discord.com/api/webhooks/", "webhook of Discord"},
		{"discordapp.com/api/webhooks/", "webhook of Discord"}, {".webhook.office.com/webhookb2/", "webhook of Teams"},
	} {
		i := strings.LastIndex(before, h.address)
		if i < 0 || strings.ContainsAny(before[i:], " \t\r\n\"'$<{") {
			continue
		}
		c := made(text, start-len(before)+i, end, start, h.what)
		c.Shown = h.address
		return c, true
	}
	return Credential{}, false
}

// azureKey recognises a key in a connection string, whose other half may hold + and /.
func azureKey(text string, start, end int) (Credential, bool) {
	from := start
	for from > 0 && from > start-lookBack && (inRun(text[from-1]) || text[from-1] == '+' || text[from-1] == '/') {
		from--
	}
	for _, name := range [...]string{"AccountKey=", "SharedAccessKey="} {
		if !strings.HasSuffix(text[:from], name) {
			continue
		}
		for end < len(text) && (inRun(text[end]) || text[end] == '+' || text[end] == '/' || text[end] == '=') {
			end++
		}
		switch key := text[from:end]; len(key) {
		case 44, 88:
			known := strings.HasPrefix(key, "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1") || strings.HasPrefix(key, "C2y6yDjf5/R+ob0N8A7Cgv30VRDJIWEH") // of the emulators
			return Credential{Start: from, End: end, What: "key of Azure", Shown: name, Example: known || invented(key)}, true
		}
	}
	return Credential{}, false
}

// at tells whether the run at an offset is a credential of this form.
func (f *credentialForm) at(text string, start, end int) (Credential, bool) {
	if !strings.HasPrefix(text[start:end], f.begin) && !strings.HasSuffix(f.begin, ".") || start+len(f.begin) > end {
		return Credential{}, false
	}
	tail := start + len(f.begin)
	if f.alphabet == "word=" {
		for end < len(text) && (inRun(text[end]) || strings.IndexByte("=.+/", text[end]) >= 0) {
			end++
		}
	}
	c := Credential{Start: start, End: end, What: f.what, Shown: f.begin, Identifier: f.begin == "AKIA" || f.begin == "ASIA"}
	rest := text[tail:end]
	if f.begin == "ghs_" && strings.HasPrefix(rest, "eyJ") {
		return jwtAt(text, c, tail)
	}
	if len(rest) < f.least || len(rest) > f.most || !f.consists(rest) {
		return Credential{}, false
	}
	c.Example = invented(rest)
	return f.checked(text, c, rest)
}

// checked looks at the structure of a credential.
func (f *credentialForm) checked(text string, c Credential, rest string) (Credential, bool) {
	switch f.check {
	case "crc":
		return c, c.Example || rest[len(rest)-6:] == base62(crc32.ChecksumIEEE([]byte(rest[:len(rest)-6])))
	case "jwt":
		return jwtAt(text, c, c.Start)
	case "pat":
		return c, rest[22] == '_'
	case "openai":
		return c, strings.Contains(rest, "T3BlbkFJ")
	case "slack":
		return c, rest[0] >= '0' && rest[0] <= '9' || strings.HasPrefix(rest, "2-") || strings.HasPrefix(rest, "1-") || c.Example
	case "sendgrid":
		end := c.End
		if end >= len(text) || text[end] != '.' {
			return c, false
		}
		for end++; end < len(text) && inRun(text[end]); end++ {
		}
		c.End = end
		return c, end-c.Start == len("SG.")+22+1+43
	case "mixed":
		return c, kinds(rest) >= 3 || f.alphabet == "lower" && kinds(rest) == 2
	}
	return c, true
}

// consists tells whether a text has no other characters than those of the form.
func (f *credentialForm) consists(rest string) bool {
	switch f.alphabet {
	case "hex":
		return strings.Trim(rest, "0123456789abcdef") == ""
	case "upper":
		return strings.Trim(rest, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
	case "lower":
		return strings.Trim(rest, "0123456789abcdefghijklmnopqrstuvwxyz") == ""
	case "alnum":
		return !strings.ContainsAny(rest, "-_")
	}
	return true
}

// base62 is a checksum as GitHub and npm write it.
func base62(n uint32) string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	out := []byte("000000")
	for i := len(out) - 1; i >= 0; i-- {
		out[i] = digits[n%62]
		n /= 62
	}
	return string(out)
}

// maxToken bounds how much of a JSON Web Token is read.
const maxToken = 8 << 10

// jwtAt reads a JSON Web Token that starts at an offset: two parts of JSON and a signature.
func jwtAt(text string, c Credential, at int) (Credential, bool) {
	end := at
	for end < len(text) && end-at < maxToken && (inRun(text[end]) || text[end] == '.') {
		end++
	}
	parts := strings.Split(strings.TrimRight(text[at:end], "."), ".")
	if len(parts) != 3 || len(parts[2]) < shortestRun {
		return c, false
	}
	var head struct {
		Alg string `json:"alg"`
	}
	var body map[string]any
	if !decodes(parts[0], &head) || head.Alg == "" || !decodes(parts[1], &body) {
		return c, false
	}
	c.End = at + len(strings.Join(parts, "."))
	// What the site that explains tokens shows, and the keys of a local Supabase, which are the same for everybody, or made to be public.
	c.Example = body["name"] == "John Doe" || body["iss"] == "supabase-demo" || body["role"] == "anon" || invented(parts[2])
	return c, true
}

func decodes(part string, into any) bool {
	text, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(text, into) == nil
}

// withPrivateKeys adds private keys in PEM. The first line alone, which scripts look for or write, is none.
func withPrivateKeys(out []Credential, text string) []Credential {
	const end = "PRIVATE KEY-----"
	for at := 0; ; {
		i := strings.Index(text[at:], end)
		if i < 0 {
			return out
		}
		at += i + len(end)
		begin := strings.LastIndex(text[max(at-len(end)-30, 0):at], "-----BEGIN ")
		if begin < 0 {
			continue
		}
		begin += max(at-len(end)-30, 0)
		if size := keyBody(text[at:]); size > 0 {
			label := strings.TrimSpace(strings.TrimSuffix(text[begin+len("-----BEGIN "):at], "-----"))
			locked := strings.Contains(label, "ENCRYPTED") || strings.Contains(text[at:min(at+60, len(text))], "ENCRYPTED")
			out = append(out, Credential{Start: begin, End: at + size, What: strings.ToLower(label), Shown: "-----BEGIN", Example: locked || invented(text[at:at+size])})
			at += size
		}
	}
}

// keyBody returns how long the text behind the first line of a key is up to the end of its last line, or 0 when there is no key.
func keyBody(text string) int {
	const most = 16 << 10
	text = text[:min(len(text), most)]
	stop := strings.Index(text, "-----END ")
	if stop < 0 {
		return 0
	}
	run, longest := 0, 0
	for i := range stop {
		if c := text[i]; isAlnum(c) || c == '+' || c == '/' || c == '=' {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	if longest < 40 {
		return 0
	}
	return stop + len("-----END ")
}

// kinds counts which of digits, small and capital letters a text has, each at least twice.
func kinds(text string) int {
	var digits, small, capital int
	for i := range len(text) {
		switch c := text[i]; {
		case c >= '0' && c <= '9':
			digits++
		case isUpper(c):
			capital++
		case isAlnum(c):
			small++
		}
	}
	n := 0
	for _, count := range [...]int{digits, small, capital} {
		if count > 1 {
			n++
		}
	}
	return n
}

// invented reports a random part that somebody typed: few different characters, a sequence, or words.
func invented(text string) bool {
	var seen [256]bool
	different := 0
	for i := range len(text) {
		if !seen[text[i]] {
			seen[text[i]] = true
			different++
		}
	}
	if different < 6 || different < 9 && len(text) > 24 {
		return true
	}
	low := strings.ToLower(text)
	for _, word := range [...]string{"example", "xxxxx", "abcdefg", "1234567", "7654321", "fedcba98", "dummy", "notreal", "not-real", "not_real", "placeholder", "redacted", "sample", "yourtoken", "your-", "your_",
		"changeme", "testtest", "foobar", "000000", "aaaaaa", "4ec39hqlyjwdarjtt1zdp7dc"} {
		if strings.Contains(low, word) {
			return true
		}
	}
	return false
}
