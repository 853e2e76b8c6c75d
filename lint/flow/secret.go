package flow

import (
	"slices"
	"sort"
	"strings"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// Secret is one use of a secret in an expression.
type Secret struct {
	syntax.Span        // of the access in the file: secrets.X
	Name        string // upper-cased; "" when which one is not fixed: toJSON(secrets), secrets[x]
	Token       bool   // github.token or secrets.GITHUB_TOKEN
}

// secretsOf lists the secrets that the value of a scalar's expressions may hold. One that is only tested, as in
// secrets.X != ”, is not among them.
func secretsOf(src *syntax.Source, s *syntax.Str) []Secret {
	if s == nil || len(s.Fences) == 0 {
		return nil
	}
	var out []Secret
	var visit func(n expr.Node) bool
	visit = func(n expr.Node) bool {
		switch n := n.(type) {
		case *expr.Binary:
			if n.Op == expr.And {
				expr.Walk(n.Y, visit)
			}
			return n.Op == expr.Or
		case *expr.Not:
			return false
		case *expr.Call:
			return passes(n, visit)
		}
		path, ok := expr.Path(n)
		if !ok {
			if name, isName := rootName(n); isName && strings.EqualFold(name, "secrets") {
				out = append(out, secretAt(src, s, n, ""))
				return false
			}
			return true
		}
		switch {
		case path == "github.token", path == "secrets.github_token":
			use := secretAt(src, s, n, "GITHUB_TOKEN")
			use.Token = true
			out = append(out, use)
		case path == "secrets":
			out = append(out, secretAt(src, s, n, ""))
		case strings.HasPrefix(path, "secrets."):
			name := strings.TrimPrefix(path, "secrets.")
			if name == "*" {
				name = ""
			}
			out = append(out, secretAt(src, s, n, strings.ToUpper(name)))
		}
		return false
	}
	for i := range s.Fences {
		if text := s.Value[s.Fences[i].Start:s.Fences[i].End]; ContainsFold(text, "secrets") || ContainsFold(text, "token") {
			expr.Walk(s.Fences[i].X, visit)
		}
	}
	return out
}

// passes reports that the value of a call may hold all of its arguments. Of case() only the results do, which are visited here.
func passes(n *expr.Call, visit func(expr.Node) bool) bool {
	switch strings.ToLower(n.Name) {
	case "contains", "startswith", "endswith", "hashfiles":
		return false
	case "case":
		for i, arg := range n.Args {
			if i%2 == 1 || i == len(n.Args)-1 {
				expr.Walk(arg, visit)
			}
		}
		return false
	}
	return true
}

// rootName returns the context that a computed access starts from: secrets of secrets[format(…)].
func rootName(n expr.Node) (string, bool) {
	for of := expr.Accessed(n); of != nil; of = expr.Accessed(n) {
		n = of
	}
	if name, ok := n.(*expr.Name); ok {
		return name.Name, true
	}
	return "", false
}

func secretAt(src *syntax.Source, s *syntax.Str, n expr.Node, name string) Secret {
	span := n.Range()
	return Secret{Span: src.ValueSpan(s, span), Name: name}
}

// JobSecrets lists the secrets that a job's own keys and steps name, and those of the workflow's env, in source order.
// GITHUB_TOKEN is among them, a secret that an expression only tests is not. The answer is shared and not to be changed.
func (f *Flow) JobSecrets(file *syntax.File, job *syntax.Job) []StepSecret {
	f.mu.Lock()
	out, seen := f.jobSecrets[job]
	f.mu.Unlock()
	if seen {
		return out
	}
	out = slices.Clip(findSecrets(file, job))
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.jobSecrets == nil {
		f.jobSecrets = map[*syntax.Job][]StepSecret{}
	}
	f.jobSecrets[job] = out
	return out
}

func findSecrets(file *syntax.File, job *syntax.Job) []StepSecret {
	var out []StepSecret
	add := func(step *syntax.Step, ss ...*syntax.Str) {
		for _, s := range ss {
			for _, use := range secretsOf(file.Source, s) {
				out = append(out, StepSecret{use, step, s})
			}
		}
	}
	if file.Workflow != nil {
		add(nil, MapStrs(file.Workflow.Env)...)
	}
	add(nil, MapStrs(job.Env)...)
	add(nil, MapStrs(job.With)...)
	if job.Secrets != nil {
		add(nil, MapStrs(job.Secrets.Map)...)
	}
	if job.Container != nil {
		add(nil, containerStrs(job.Container)...)
	}
	for _, c := range job.Services {
		add(nil, containerStrs(c)...)
	}
	for step := range job.Flat() {
		add(step, StepStrs(step)...)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Start < out[j].Start })
	return out
}

// StepSecret is a secret that a step names itself, or one of the job's own keys (a nil step), which every step can read.
type StepSecret struct {
	Secret
	Step *syntax.Step
	In   *syntax.Str // the scalar whose value it may become
}

// StepStrs lists the scalars of a step whose expressions become part of what it runs, its environment or its inputs.
func StepStrs(s *syntax.Step) []*syntax.Str {
	return appendStepStrs(make([]*syntax.Str, 0, 16), s) // inlined, so that the array mostly stays with who asks
}

func appendStepStrs(out []*syntax.Str, s *syntax.Step) []*syntax.Str {
	for _, field := range [...]*syntax.Field{s.Run, s.Shell, s.WorkingDirectory} {
		if field != nil {
			out = append(out, &field.Str)
		}
	}
	return appendMapStrs(appendMapStrs(out, s.With), s.Env)
}

// MapStrs lists the values of a map, or the expression in its place.
func MapStrs(m *syntax.Map) []*syntax.Str {
	return appendMapStrs(make([]*syntax.Str, 0, 8), m) // inlined, so that the array mostly stays with who asks
}

func appendMapStrs(out []*syntax.Str, m *syntax.Map) []*syntax.Str {
	if m == nil {
		return out
	}
	if m.Expr != nil {
		return append(out, m.Expr)
	}
	for i := range m.Entries {
		if m.Entries[i].Value != nil {
			out = append(out, m.Entries[i].Value)
		}
	}
	return out
}

func containerStrs(c *syntax.Container) []*syntax.Str {
	out := appendMapStrs(nil, c.Env)
	for _, field := range []*syntax.Field{c.Username, c.Password, c.Options, c.Image} {
		if field != nil {
			out = append(out, &field.Str)
		}
	}
	return out
}
