package flow

import (
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// Grant is where the scopes of a job's GITHUB_TOKEN come from.
type Grant struct {
	Block *syntax.Permissions // of the job, else of the workflow; nil when the repository's default decides
	OfJob bool
}

// Token returns what the job's GITHUB_TOKEN is granted.
func Token(file *syntax.File, job *syntax.Job) Grant {
	if job != nil && job.Permissions != nil {
		return Grant{job.Permissions, true}
	}
	if file.Workflow != nil && file.Workflow.Permissions != nil {
		return Grant{file.Workflow.Permissions, false}
	}
	return Grant{}
}

// Scope returns the line of a granted block that names a scope, or nil.
func (g Grant) Scope(name string) *syntax.Scope {
	if g.Block == nil {
		return nil
	}
	for i := range g.Block.Scopes {
		if strings.EqualFold(g.Block.Scopes[i].Name.Value, name) {
			return &g.Block.Scopes[i]
		}
	}
	return nil
}

// Opaque reports a block whose scopes cannot be told: an expression.
func (g Grant) Opaque() bool {
	return g.Block != nil && g.Block.All != nil && g.Block.All.Value != "read-all" && g.Block.All.Value != "write-all"
}

// Allows reports that a block grants a level of a scope.
func (g Grant) Allows(name string, level catalog.Level) bool {
	switch {
	case g.Block == nil:
		return false
	case g.Block.All != nil:
		return g.Block.All.Value == "write-all" || level == catalog.Read && name != "id-token" && g.Block.All.Value == "read-all"
	}
	s := g.Scope(name)
	return s != nil && (s.Value.Value == "write" || level == catalog.Read && s.Value.Value == "read")
}

// Writes tells whether the token may write to a scope; unknown when the repository's default or an expression decides.
func (g Grant) Writes(name string) expr.Tri {
	switch {
	case g.Block == nil:
		return expr.Unknown
	case g.Block.All != nil:
		switch g.Block.All.Value {
		case "write-all":
			return expr.True
		case "read-all":
			return expr.False
		}
		return expr.Unknown
	}
	s := g.Scope(name)
	return expr.TriOf(s != nil && s.Value.Value == "write")
}

// WritesAny tells whether the token may write to anything; id-token does not count, it gives no right in the repository.
func (g Grant) WritesAny() expr.Tri {
	if g.Block == nil || g.Block.All != nil {
		return g.Writes("contents")
	}
	for _, s := range g.Block.Scopes {
		if s.Value.Value == "write" && s.Name.Value != "id-token" {
			return expr.True
		}
	}
	return expr.False
}
