package rules

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/flow"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

func (c *localCalls) missingAction(uses *syntax.Field, local flow.Local) {
	if !c.known() || c.Repo.HasAction(local.Path) || !strings.HasPrefix(local.Path, ".github/") && !c.whole() || !local.Sure() && !local.Empty() {
		return
	}
	hint := "correct the path"
	if near := nearAction(c.Repo, local.Path); near != "" {
		hint = fmt.Sprintf("did you mean `%s%s`?", uses.Value[:2], near)
	}
	what := "there is no action in"
	if !c.Repo.Has(local.Path) {
		what = "there is no folder"
	}
	c.add(lint.Finding{Span: uses.Span, Message: fmt.Sprintf("%s %s; %s", what, named(uses.Value), hint)})
}

func (c *localCalls) missingWorkflow(uses *syntax.Field, local string) {
	if !c.known() || c.Repo.Has(local) || path.Dir(local) != repo.WorkflowDir {
		return
	}
	hint := "correct the name"
	var names []string
	for _, f := range c.Repo.Files {
		if f.Workflow != nil && path.Dir(f.Path) == repo.WorkflowDir {
			names = append(names, path.Base(f.Path))
		}
	}
	if near := syntax.Nearest(path.Base(local), names); near != "" {
		hint = fmt.Sprintf("did you mean `%s`?", near)
	}
	c.add(lint.Finding{Span: uses.Span, Message: fmt.Sprintf("there is no workflow %s; %s", named(uses.Value), hint)})
}

// nearAction returns the folder of an action that a path most likely means: one of the same name elsewhere, or one of a similar path.
func nearAction(r *repo.Repo, name string) string {
	var dirs []string
	same := ""
	for _, f := range r.Files {
		if f.Action == nil {
			continue
		}
		dir := path.Dir(f.Path)
		dirs = append(dirs, dir)
		if strings.EqualFold(path.Base(dir), path.Base(name)) && same == "" {
			same = dir
		}
	}
	if near := syntax.Nearest(name, dirs); near != "" {
		return near
	}
	return same
}

// files reports what the action runs and is not there.
func (c *localCalls) files(job *syntax.Job, step *syntax.Step, callee *syntax.File) {
	r := callee.Action.Runs
	if r == nil || r.Using == nil || !c.whole() {
		return
	}
	fields := []*syntax.Field{r.Main, r.Pre, r.Post}
	if strings.EqualFold(r.Using.Value, "docker") {
		fields = []*syntax.Field{r.Image}
	}
	for _, f := range fields {
		if f == nil || len(f.Fences) > 0 || strings.HasPrefix(f.Value, "docker://") {
			continue
		}
		local, ok := c.Flow.LocalFile(c.File, job, step, f.Value)
		if ok && !c.Repo.Has(local.Path) && (local.Sure() || local.Empty()) {
			c.add(lint.Finding{
				Span:    step.Uses.Span,
				Message: fmt.Sprintf("%s runs the file %s, which is not there; correct its path, or let a step before this one make it", named(step.Uses.Value), named(f.Value)),
				Related: []lint.Place{{Path: callee.Path, Span: f.Span, Message: "the file is named here"}},
			})
		}
	}
}

// whole reports that the repository is there with its code, not only what GitHub Actions reads, as after a sparse checkout.
func (c *localCalls) whole() bool {
	return slices.ContainsFunc(c.Repo.Names, func(name string) bool {
		switch path.Ext(name) {
		case "", ".yml", ".yaml", ".md":
			return path.Base(name) == "Dockerfile"
		}
		return true
	})
}

// known reports that the file stands where GitHub looks for it, so that the repository around it is the one it means.
func (c *localCalls) known() bool {
	return len(c.Repo.Names) > 0 && (c.File.Action != nil || path.Dir(c.File.Path) == repo.WorkflowDir)
}
