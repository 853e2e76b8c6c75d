// Package config reads the configuration file of a repository: strictly, with the place of every fault.
package config

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"sekisho/lint/syntax"
)

// Config is what a configuration file says. The zero value is that of a repository without one.
type Config struct {
	Rules    map[string]Rule // by id, only those that the file names
	Exclude  []Glob          // paths that are not checked
	Baseline Path            // the file that lists the known findings; "": not said
}

// Rule is what a configuration file says about one rule.
type Rule struct {
	Enabled  *bool  // nil: not said
	Severity string // "" : not said
	Options  any    // what NewOptions returned, filled in; nil: not said
}

// Known is what a configuration file may name.
type Known struct {
	Rules      []KnownRule
	Severities []string
}

// KnownRule is one rule that a configuration file may name.
type KnownRule struct {
	ID         string
	Aliases    []string   // other names of the same rule
	NewOptions func() any // pointer to a struct whose fields carry yaml tags; nil: the rule has no options
}

// Error is one fault of a configuration file.
type Error struct {
	Path string
	syntax.Position
	Message string
}

// Error returns path:line:column: message, without the position when the whole file is at fault.
func (e Error) Error() string {
	if e.Line == 0 {
		return e.Path + ": " + e.Message
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.Path, e.Line, e.Column, e.Message)
}

// Names are the paths at which a repository may have its configuration.
func Names() []string { return []string{".github/sekisho.yml", ".github/sekisho.yaml"} }

// Read returns the configuration file of the repository at the root of fsys, or nil when there is none. A text in overlay
// stands for the file at its path. It fails when the file cannot be read and when there are two.
func Read(fsys fs.FS, overlay map[string]string) (*syntax.Source, error) {
	var found *syntax.Source
	for _, name := range Names() {
		src, err := read(fsys, overlay, name)
		switch {
		case err != nil:
			return nil, err
		case src == nil:
		case found != nil:
			return nil, Error{Path: name, Message: "there is " + found.Path + " as well; keep one of them"}
		default:
			found = src
		}
	}
	return found, nil
}

// read returns the file at name, or nil when there is none.
func read(fsys fs.FS, overlay map[string]string, name string) (*syntax.Source, error) {
	if text, ok := overlay[name]; ok {
		return ReadFrom(strings.NewReader(text), name)
	}
	info, err := fs.Stat(fsys, name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	if err != nil {
		return nil, Error{Path: name, Message: reason(err)}
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, Error{Path: name, Message: reason(err)}
	}
	defer f.Close()
	return ReadFrom(f, name)
}

// ReadFrom returns the text of a configuration file that is called name. It fails when r does and when the text is larger
// than syntax.MaxFileSize.
func ReadFrom(r io.Reader, name string) (*syntax.Source, error) {
	text, err := io.ReadAll(io.LimitReader(r, syntax.MaxFileSize+1))
	if err == nil && len(text) > syntax.MaxFileSize {
		err = fmt.Errorf("the file is larger than %d bytes", syntax.MaxFileSize)
	}
	if err != nil {
		return nil, Error{Path: name, Message: reason(err)}
	}
	return syntax.NewSource(name, string(text)), nil
}

func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return err.Error()
}

// document is the configuration file as it is written: a new key is a new field.
type document struct {
	Rules    map[string]*syntax.Node `yaml:"rules"`
	Exclude  []Glob                  `yaml:"exclude"`
	Baseline Path                    `yaml:"baseline"`
}

// entry is what stands under the id of a rule.
type entry struct {
	Enabled  *bool        `yaml:"enabled"`
	Severity string       `yaml:"severity"`
	Options  *syntax.Node `yaml:"options"`
}

// Parse decodes a configuration file and returns all its faults in source order.
func Parse(src *syntax.Source, known Known) (*Config, []Error) {
	c := &Config{}
	if blank(src.Text) {
		return c, nil
	}
	root, _, errs := syntax.ParseYAML(src)
	d := &decoder{errs: errs}
	if root != nil {
		var doc document
		d.into(root, &doc, "")
		c.Exclude, c.Baseline = doc.Exclude, doc.Baseline
		d.rules(c, root, doc.Rules, known)
	}
	slices.SortStableFunc(d.errs, func(a, b syntax.Error) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), strings.Compare(a.Message, b.Message))
	})
	var out []Error
	for _, e := range slices.Compact(d.errs) {
		out = append(out, Error{src.Path, src.Position(e.Start), e.Message})
	}
	return c, out
}

// blank tells that a file says nothing: it is empty or holds comments only.
func blank(text string) bool {
	for line := range strings.Lines(strings.TrimPrefix(text, "\ufeff")) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			return false
		}
	}
	return true
}

// rules decodes what stands under rules:, in source order.
func (d *decoder) rules(c *Config, root *syntax.Node, entries map[string]*syntax.Node, known Known) {
	section, ok := root.Get("rules")
	if !ok || len(entries) == 0 {
		return
	}
	c.Rules = make(map[string]Rule, len(entries))
	for _, pair := range section.Value.Resolve().Pairs {
		key := pair.Key.Resolve().Value
		value, ok := entries[key]
		if !ok {
			continue
		}
		rule := known.find(key)
		if rule == nil {
			d.fault(pair.Key.Span, "there is no rule %s; %s", quote(key), known.suggest(key))
			continue
		}
		if _, twice := c.Rules[rule.ID]; twice {
			d.fault(pair.Key.Span, "rule %s is named twice, under its id and an old one; keep one of them", quote(rule.ID))
			continue
		}
		c.Rules[rule.ID] = d.rule(value, rule, known)
	}
}

func (d *decoder) rule(n *syntax.Node, rule *KnownRule, known Known) (r Rule) {
	at := "rules." + rule.ID
	if v := n.Resolve(); v.Kind != syntax.Mapping {
		if on, ok := boolean(v); ok {
			r.Enabled = &on
		} else {
			d.fault(n.Span, "%s is %s; write true, false, or keys such as enabled, severity and options", quote(at), describe(v))
		}
		return r
	}
	var e entry
	d.into(n, &e, at)
	r.Enabled = e.Enabled
	if r.Severity = e.Severity; r.Severity != "" && !slices.Contains(known.Severities, r.Severity) {
		p, _ := n.Get("severity")
		d.fault(p.Value.Span, "%s is no severity; %s", quote(r.Severity), oneOf(r.Severity, known.Severities))
	}
	if e.Options != nil {
		if rule.NewOptions == nil {
			p, _ := n.Get("options")
			d.fault(p.Key.Span, "rule %s has no options; remove the key", quote(rule.ID))
			return r
		}
		r.Options = rule.NewOptions()
		d.into(e.Options, r.Options, at+".options")
	}
	return r
}

func (k Known) find(name string) *KnownRule {
	for i := range k.Rules {
		if k.Rules[i].ID == name {
			return &k.Rules[i]
		}
	}
	for i := range k.Rules {
		if slices.Contains(k.Rules[i].Aliases, name) {
			return &k.Rules[i]
		}
	}
	return nil
}

func (k Known) suggest(name string) string {
	ids := make([]string, len(k.Rules))
	for i := range k.Rules {
		ids[i] = k.Rules[i].ID
	}
	if near := syntax.Nearest(name, ids); near != "" {
		return "did you mean " + quote(near) + "?"
	}
	return "`sekisho rules` lists them"
}

// Glob is a pattern of paths with *, **, ? and {a,b}.
type Glob string

// Valid says what is wrong with the pattern.
func (g Glob) Valid() error {
	switch {
	case g == "":
		return errors.New("the pattern is empty; remove it")
	case !doublestar.ValidatePattern(string(g)):
		return fmt.Errorf("%s is no valid pattern; check its brackets and braces", quote(string(g)))
	case strings.HasPrefix(string(g), "/") || strings.HasPrefix(string(g), "../") || strings.HasPrefix(string(g), "./"):
		return fmt.Errorf("%s matches nothing; write the pattern as paths are from the root of the repository, without ./, ../ or / in front", quote(string(g)))
	}
	return nil
}

// Path is the path of a file of the repository, from its root and with /.
type Path string

// Valid says what is wrong with the path.
func (p Path) Valid() error {
	if !fs.ValidPath(string(p)) || p == "." {
		return fmt.Errorf("%s is no path of a file in the repository; write it as paths are from the root, without ./, ../ or / in front", quote(string(p)))
	}
	return nil
}

// Excludes tells whether the file at path, or a folder that holds it, matches a pattern of exclude.
func (c *Config) Excludes(path string) bool {
	for _, g := range c.Exclude {
		pattern := strings.TrimRight(string(g), "/")
		for name := path; name != ""; {
			if doublestar.MatchUnvalidated(pattern, name) {
				return true
			}
			name = name[:max(strings.LastIndexByte(name, '/'), 0)]
		}
	}
	return false
}
