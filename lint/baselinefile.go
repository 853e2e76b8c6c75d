package lint

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"sekisho/lint/syntax"
)

const (
	baselineVersion = 1
	faultLen        = 24 // of the name of a fault, in hexadecimal digits
)

// String returns the text of the file that holds the list: JSON with one entry a line.
func (b *Baseline) String() string {
	var out strings.Builder
	fmt.Fprintf(&out, "{\n  \"version\": %d,\n  \"findings\": [", baselineVersion)
	for i, e := range b.entries {
		if i > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, "\n    {\"path\": %s, \"rule\": %s, \"fingerprint\": %s, \"count\": %d", quoteJSON(e.Path), quoteJSON(e.Rule), quoteJSON(e.Fault), e.Count)
		if e.Strict {
			out.WriteString(`, "strict": true`)
		}
		out.WriteByte('}')
	}
	if len(b.entries) > 0 {
		out.WriteString("\n  ")
	}
	out.WriteString("]\n}\n")
	return out.String()
}

// validUTF8 makes a path what it is once it was written to JSON and read again.
func validUTF8(path string) string { return strings.ToValidUTF8(path, "\ufffd") }

// quoteJSON writes a text as JSON in which every character can be seen.
func quoteJSON(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r > 0xffff && !unicode.IsGraphic(r):
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		case r < ' ' || !unicode.IsGraphic(r) || unicode.Is(unicode.Variation_Selector, r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// ParseBaseline reads what Baseline.String wrote. An error says in which line and column what is wrong.
func ParseBaseline(src *syntax.Source) (*Baseline, error) {
	d := &baselineDecoder{src: src, start: len(src.Text) - len(strings.TrimPrefix(src.Text, "\ufeff"))}
	d.json = json.NewDecoder(strings.NewReader(src.Text[d.start:]))
	d.json.UseNumber()
	entries, err := d.file()
	if err != nil {
		p := src.Position(d.at)
		return nil, fmt.Errorf("%s:%d:%d: %w", src.Path, p.Line, p.Column, err)
	}
	return newBaseline(entries), nil
}

// baselineDecoder reads JSON token by token.
type baselineDecoder struct {
	src   *syntax.Source
	json  *json.Decoder
	start int // of the JSON in the text
	at    int // of the token that was read last, or of what cannot be one
}

// next returns the next token.
func (d *baselineDecoder) next() (json.Token, error) {
	d.at = d.start + int(d.json.InputOffset())
	for d.at < len(d.src.Text) && strings.IndexByte(" \t\r\n,:", d.src.Text[d.at]) >= 0 {
		d.at++
	}
	t, err := d.json.Token()
	var syntaxError *json.SyntaxError
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, errors.New("the file ends too early")
	case errors.As(err, &syntaxError):
		return nil, fmt.Errorf("this is no JSON: %w", err)
	}
	return t, err
}

// open reads a bracket or brace.
func (d *baselineDecoder) open(want json.Delim, what string) error {
	t, err := d.next()
	if err == nil && t != want {
		err = fmt.Errorf("%s is not in its form; write %s", what, want)
	}
	return err
}

// object reads the keys of an object that was opened up to its end and calls value for each.
func (d *baselineDecoder) object(keys []string, value func(key string) error) error {
	var seen []string
	for {
		t, err := d.next()
		if err != nil {
			return err
		}
		key, isKey := t.(string)
		switch {
		case !isKey:
			return nil // the end: where a key may stand there is nothing else
		case !slices.Contains(keys, key):
			return fmt.Errorf("unknown key `%.80s`; the keys are %s", key, strings.Join(keys, ", "))
		case slices.Contains(seen, key):
			return fmt.Errorf("the key `%s` stands here twice", key)
		}
		seen = append(seen, key)
		if err := value(key); err != nil {
			return err
		}
	}
}

func (d *baselineDecoder) file() (entries []entry, err error) {
	if err := d.open('{', "the file"); err != nil {
		return nil, err
	}
	version := 0
	err = d.object([]string{"version", "findings"}, func(key string) (err error) {
		if key == "version" {
			if version, err = d.count(key); err == nil && version != baselineVersion {
				err = fmt.Errorf("this is version %d of the file; this sekisho knows version %d", version, baselineVersion)
			}
			return err
		}
		entries, err = d.findings()
		return err
	})
	if err != nil {
		return nil, err
	}
	if version == 0 {
		return nil, errors.New("the file has no `version`")
	}
	if rest := strings.TrimLeft(d.src.Text[d.start+int(d.json.InputOffset()):], " \t\r\n"); rest != "" {
		d.at = len(d.src.Text) - len(rest)
		return nil, errors.New("there is more behind the end; remove it")
	}
	return entries, nil
}

func (d *baselineDecoder) findings() ([]entry, error) {
	if err := d.open('[', "`findings`"); err != nil {
		return nil, err
	}
	var out []entry
	seen := map[entryKey]bool{}
	for d.json.More() {
		if err := d.open('{', "a finding"); err != nil {
			return nil, err
		}
		at := d.at
		e, err := d.entry()
		if err != nil {
			return nil, err
		}
		if seen[e.key()] {
			d.at = at
			return nil, errors.New("the finding is listed twice; keep one of the lines")
		}
		seen[e.key()] = true
		out = append(out, e)
	}
	_, err := d.next()
	return out, err
}

func (d *baselineDecoder) entry() (e entry, err error) {
	at := d.at
	err = d.object([]string{"path", "rule", "fingerprint", "count", "strict"}, func(key string) (err error) {
		switch key {
		case "path":
			e.Path, err = d.text(key)
		case "rule":
			e.Rule, err = d.text(key)
		case "fingerprint":
			if e.Fault, err = d.text(key); err == nil && (len(e.Fault) != faultLen || strings.Trim(e.Fault, "0123456789abcdef") != "") {
				err = fmt.Errorf("a fingerprint has %d hexadecimal digits", faultLen)
			}
		case "count":
			e.Count, err = d.count(key)
		case "strict":
			e.Strict, err = d.boolean(key)
		}
		return err
	})
	if err == nil && (e.Path == "" || e.Rule == "" || e.Fault == "" || e.Count == 0) {
		d.at = at
		err = errors.New("a finding has a `path`, a `rule`, a `fingerprint` and a `count`; `sekisho baseline update` writes them")
	}
	return e, err
}

func (d *baselineDecoder) text(key string) (string, error) {
	t, err := d.next()
	text, ok := t.(string)
	if err == nil && (!ok || text == "") {
		err = fmt.Errorf("`%s` is no text", key)
	}
	return text, err
}

func (d *baselineDecoder) boolean(key string) (bool, error) {
	t, err := d.next()
	value, ok := t.(bool)
	if err == nil && !ok {
		err = fmt.Errorf("`%s` is neither true nor false", key)
	}
	return value, err
}

// count reads a whole number above 0.
func (d *baselineDecoder) count(key string) (int, error) {
	t, err := d.next()
	if err != nil {
		return 0, err
	}
	if number, ok := t.(json.Number); ok {
		if n, err := strconv.ParseInt(number.String(), 10, 32); err == nil && n > 0 {
			return int(n), nil
		}
	}
	return 0, fmt.Errorf("`%s` is no whole number above 0", key)
}
