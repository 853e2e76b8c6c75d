// Package config reads the configuration file of a repository: strictly, with the place of every fault.
package config

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"sekisho/lint/syntax"
)

// Config is what a configuration file says. The zero value is that of a repository without one.
type Config struct {
	Rules    map[string]Rule // by id, only those that the file names; of files that no pattern of paths matches, see For
	Exclude  []Glob          // paths that are not checked
	Baseline Path            // the file that lists the known findings; "": not said
	Given    Given

	At map[string]syntax.Position // of the keys of the top level

	src   *syntax.Source // nil when there is no file
	root  *syntax.Node   // nil when there is nothing in it
	said  []said         // under rules
	paths []override     // in source order
	known Known          // what Parse was given, with the rules that the file defines
}

// Given is what the file says of the repository, for every rule that asks.
type Given struct {
	RunnerLabels []Label // of the repository's own runners
	TrustedHosts []Host  // that workflows may fetch code from and send secrets to
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
	Rules        *syntax.Node `yaml:"rules" doc:"Which rules run, how severe their findings are, and their options."`
	Paths        *syntax.Node `yaml:"paths" doc:"What holds for some files only: patterns of paths, each with rules of its own. A later pattern stands before an earlier one."`
	Exclude      []Glob       `yaml:"exclude" doc:"Patterns of paths that are not checked."`
	Baseline     Path         `yaml:"baseline" doc:"The file that lists the known findings."`
	RunnerLabels []Label      `yaml:"runner-labels" doc:"Labels of your own runners, or patterns of them such as gpu-*."`
	TrustedHosts []Host       `yaml:"trusted-hosts" doc:"Hosts that workflows may fetch code from and send secrets to, such as downloads.example.com, or *.example.com for all hosts below it."`
	Custom       *syntax.Node `yaml:"custom" doc:"Rules of your own, by their ids."`
}

// Parse decodes a configuration file and returns all its faults in source order.
func Parse(src *syntax.Source, known Known) (*Config, []Error) {
	c := &Config{}
	if blank(src.Text) {
		return c, nil
	}
	root, _, errs := syntax.ParseYAML(src)
	d := &decoder{src: src, errs: errs}
	if root != nil {
		var doc document
		d.into(root, &doc, "")
		c.Exclude, c.Baseline, c.Given, c.At = doc.Exclude, doc.Baseline, Given{doc.RunnerLabels, doc.TrustedHosts}, map[string]syntax.Position{}
		for _, p := range root.Resolve().Pairs {
			c.At[p.Key.Resolve().Value] = src.Position(p.Key.Start)
		}
		custom, ids := d.custom(doc.Custom, known)
		c.src, c.root, c.known = src, root, known.with(ids)
		c.said = d.rules(doc.Rules, "rules", c.known)
		if custom != nil {
			c.said = append(c.said, said{ids: []string{CustomRule}, exact: true, rule: Rule{Options: custom}})
		}
		c.Rules = c.merged(c.said)
		c.paths = d.paths(doc.Paths, c)
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

// Keys returns the keys of the top level.
func Keys() []string { return keysOf(reflect.TypeFor[document]()) }

// RuleKeys returns the keys that can stand under the name of a rule.
func RuleKeys() []string { return keysOf(reflect.TypeFor[entry]()) }

func keysOf(t reflect.Type) []string {
	var keys []string
	for _, f := range fieldsOf(t) {
		keys = append(keys, f.key)
	}
	return keys
}

// Section returns what stands under a key of the top level, or nil.
func (c *Config) Section(key string) *syntax.Node {
	p, _ := c.root.Get(key)
	return p.Value
}

// Unused returns the patterns of paths that match none of these, each as an Error that is no fault.
func (c *Config) Unused(paths []string) []Error {
	var out []Error
	note := func(n *syntax.Node, g Glob) {
		if !slices.ContainsFunc(paths, g.Matches) {
			out = append(out, Error{c.src.Path, c.src.Position(n.Start), quote(string(g)) + " matches no file that is checked"})
		}
	}
	if n := c.Section("paths").Resolve(); n != nil {
		for _, p := range n.Pairs {
			note(p.Key, Glob(p.Key.Resolve().Value))
		}
	}
	if n := c.Section("exclude").Resolve(); n != nil {
		for _, item := range n.Items {
			note(item, Glob(item.Resolve().Value))
		}
	}
	slices.SortStableFunc(out, func(a, b Error) int { return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column)) })
	return out
}

// Excludes tells whether the file at path, or a folder that holds it, matches a pattern of exclude.
func (c *Config) Excludes(path string) bool {
	return slices.ContainsFunc(c.Exclude, func(g Glob) bool { return g.Matches(path) })
}

// Matches tells whether the pattern matches path, or a folder that holds it.
func (g Glob) Matches(path string) bool {
	pattern := strings.TrimRight(string(g), "/")
	for name := path; name != ""; {
		if doublestar.MatchUnvalidated(pattern, name) {
			return true
		}
		name = name[:max(strings.LastIndexByte(name, '/'), 0)]
	}
	return false
}

// Label is the label of a runner, or a pattern of labels with * and ?.
type Label string

// Matches reports that the label, or pattern of labels, is that of a runner, whatever its case.
func (l Label) Matches(label string) bool {
	ok, err := path.Match(strings.ToLower(string(l)), strings.ToLower(label))
	return ok && err == nil
}

// Valid says what is wrong with the label.
func (l Label) Valid() error {
	if strings.TrimSpace(string(l)) == "" {
		return errors.New("the label is empty; remove it")
	}
	if _, err := path.Match(string(l), ""); err != nil {
		return fmt.Errorf("%s is no valid pattern; check its brackets", quote(string(l)))
	}
	return nil
}
