package migrate

import (
	"fmt"
	"strings"
	"unicode"

	"sekisho/lint/config"
	"sekisho/lint/syntax"
)

// reader takes over one file.
type reader struct {
	*plan
	src *syntax.Source
}

// entry is a key of a mapping, as text, and its value.
type entry struct {
	key   string
	at    *syntax.Node // the key
	value *syntax.Node
}

// entries returns the keys of a mapping; what is none has no counterpart.
func (r *reader) entries(n *syntax.Node, what string) []entry {
	n = n.Resolve()
	if n == nil || n.Kind == syntax.Scalar && n.Tag == syntax.TagNull {
		return nil
	}
	if n.Kind != syntax.Mapping {
		r.none(n, "%s is no mapping", what)
		return nil
	}
	var out []entry
	for _, p := range n.Pairs {
		out = append(out, entry{p.Key.Resolve().Value, p.Key, p.Value.Resolve()})
	}
	return out
}

// texts returns the texts of a list; what is none has no counterpart.
func (r *reader) texts(n *syntax.Node, what string) []*syntax.Node {
	if n.Kind == syntax.Scalar && n.Tag == syntax.TagNull {
		return nil
	}
	if n.Kind != syntax.Sequence {
		r.none(n, "%s is no list", what)
		return nil
	}
	var out []*syntax.Node
	for _, item := range n.Items {
		if item = item.Resolve(); item.Kind != syntax.Scalar {
			r.none(item, "an entry of %s is no text", what)
			continue
		}
		out = append(out, item)
	}
	return out
}

func values(nodes []*syntax.Node) []string {
	var out []string
	for _, n := range nodes {
		out = append(out, n.Value)
	}
	return out
}

// pattern tells whether a pattern of paths can be taken over, and notes it otherwise.
func (r *reader) pattern(at *syntax.Node, glob string) bool {
	err := config.Glob(glob).Valid()
	if err != nil {
		r.none(at, "the path `%s`: %v", glob, err)
	}
	return err == nil
}

// none notes what has no counterpart.
func (r *reader) none(at *syntax.Node, format string, args ...any) {
	r.rest = append(r.rest, remark{r.place(at), fmt.Sprintf(format, args...)})
}

func (r *reader) place(n *syntax.Node) string {
	return fmt.Sprintf("%s:%d", r.src.Path, r.src.Position(n.Start).Line)
}

// shown makes a text of a file harmless in a comment: one line of what can be seen, and nothing that a runner takes for a command.
func shown(text string) string {
	text = strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return '�'
		}
		return c
	}, text)
	return strings.ReplaceAll(text, "##[", "## [")
}
