package flow

import (
	"path"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/syntax"
)

// maxModules bounds the files that a script in JavaScript is followed into.
const maxModules = 10

// githubScript adds what a script needs that is handed GitHub's client with a token.
func (w *needs) githubScript(s *syntax.Step, at syntax.Span, input string) {
	from := w.given(s, input)
	script := s.With.Get("script")
	if script == nil {
		return
	}
	c := catalog.ReadClient(script.Value)
	whole := c.Whole && w.readModules(&c)
	if from == theirs {
		c.Scopes, whole = onlyIdentity(c.Scopes), true
	}
	w.scopes(at, theScript(), c.Scopes, from == shared || from == unclear)
	if !whole || w.handsMore(s, input) || w.exported || w.hasContext(s) {
		w.need.unknown(at, action("actions/github-script"))
	}
	if c.Programs {
		w.ambient(at, theScript(), Hinted)
	}
}

// readModules follows a script into the files of the repository that it loads, and reports that they are all there and do no more
// than they say.
func (w *needs) readModules(c *catalog.Client) bool {
	seen := map[string]bool{}
	todo := c.Modules
	for len(todo) > 0 {
		name := todo[0]
		todo = todo[1:]
		if seen[name] {
			continue
		}
		seen[name] = true
		src := w.module(name)
		if src == nil || len(seen) > maxModules {
			return false
		}
		inner := catalog.ReadClient(src.Text)
		if !inner.Whole {
			return false
		}
		for _, m := range inner.Modules {
			if strings.HasPrefix(m, ".") {
				m = "./" + path.Join(path.Dir(src.Path), m)
			}
			todo = append(todo, m)
		}
		c.Scopes = append(c.Scopes, inner.Scopes...)
		c.Programs = c.Programs || inner.Programs
	}
	return true
}

// module returns the file that a script loads, nil when it is none of the repository.
func (w *needs) module(name string) *syntax.Source {
	for _, root := range [...]string{"${process.env.GITHUB_WORKSPACE}/", "${{ github.workspace }}/", "${{github.workspace}}/", "./"} {
		if rest, ok := strings.CutPrefix(name, root); ok {
			for _, end := range [...]string{"", ".js", ".cjs", ".mjs", "/index.js"} {
				if src := w.flow.repo.Script(path.Clean(rest) + end); src != nil {
					return src
				}
			}
		}
	}
	return nil
}
