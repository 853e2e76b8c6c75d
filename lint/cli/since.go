package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"sekisho/lint"
	"sekisho/lint/repo"
)

// revision is the state of a repository that --since speaks of.
type revision struct {
	git    *git
	commit string // the last one that HEAD and the revision have in common
	prefix string // of the checked folder in the repository, with / at the end
}

// since finds the commit at which HEAD left the revision that --since names, or with exact that revision itself.
func (s *system) since(dir, rev string, exact bool) (*revision, error) {
	r, err := s.revision(dir, rev, exact)
	if err != nil {
		return nil, &stop{exitUsage, []string{"--since: " + err.Error()}}
	}
	return r, nil
}

func (s *system) revision(dir, rev string, exact bool) (*revision, error) {
	if rev == "" || strings.HasPrefix(rev, "-") {
		return nil, fmt.Errorf("%q is no revision; give a branch, a tag or a commit", rev)
	}
	if dir == "" {
		return nil, errors.New("the text on standard input belongs to no repository; say with --stdin-filename which file it stands for")
	}
	r := &revision{git: &git{s, dir}}
	shallow, err := r.locate()
	if err != nil {
		return nil, err
	}
	deeper := ""
	if shallow {
		deeper = "; this clone is shallow, so fetch more of its history (with actions/checkout: fetch-depth: 0)"
	}
	commit, err := r.commitOf(rev)
	if err != nil {
		return nil, fmt.Errorf("%w%s", err, deeper)
	}
	if exact {
		r.commit = commit
		return r, nil
	}
	head, err := r.commitOf("HEAD")
	if err != nil {
		return nil, err
	}
	// The last common commit, as for a pull request: what others did to the branch since is no change of this one.
	out, err := r.git.ask("merge-base", commit, head)
	var none *gitError
	switch {
	case errors.As(err, &none) && none.code == 1:
		return nil, fmt.Errorf("%s: HEAD and %q have no commit in common%s", dir, rev, deeper)
	case err != nil:
		return nil, err
	}
	r.commit, _, _ = strings.Cut(out, "\n")
	return r, nil
}

// locate finds out where in which repository the folder lies.
func (r *revision) locate() (shallow bool, err error) {
	out, err := r.git.ask("rev-parse", "--is-inside-work-tree", "--is-shallow-repository", "--show-prefix")
	if err != nil {
		return false, err
	}
	lines := strings.SplitN(out, "\n", 3)
	if len(lines) < 3 || lines[0] != "true" {
		return false, fmt.Errorf("%s is not in the work tree of a git repository", r.git.dir)
	}
	r.prefix = strings.TrimSuffix(lines[2], "\n")
	return lines[1] == "true", nil
}

func (r *revision) commitOf(rev string) (string, error) {
	out, err := r.git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", rev+"^{commit}")
	var unknown *gitError
	switch out = strings.TrimSuffix(out, "\n"); {
	case errors.As(err, &unknown), err == nil && !isObjectID(out):
		return "", fmt.Errorf("%s: git knows no commit %q", r.git.dir, rev)
	case err != nil:
		return "", err
	}
	return out, nil
}

// past is a repository as it was at a revision. Without --since it is empty, and everything is new.
type past struct {
	*lint.Past
	revision *revision
	tree     *tree
	objects  *objects
}

// past loads what the repository was. It is to be closed.
func (o *opened) past() (p past, err error) {
	if o.since == nil {
		return p, nil
	}
	p.revision = o.since
	if p.objects, err = o.since.git.objects(); err != nil {
		return p, err
	}
	var files fs.FS
	if p.tree, files, err = o.since.tree(p.objects, o.root.FS()); err != nil {
		p.close()
		return p, o.since.incomplete(err)
	}
	then := repo.Load(files, repo.Options{Extra: o.files, Loose: o.loose, Workers: o.settings.Workers})
	p.Past = lint.NewPast(then, o.repo, o.settings)
	return p, nil
}

func (p *past) close() {
	if p.objects != nil {
		p.objects.close()
	}
}

// news returns what a run found without what is older than the revision.
func (p *past) news(now *repo.Repo, r *lint.Result) (*lint.Result, error) {
	if p.Past == nil {
		return r, nil
	}
	r = p.Since(now, r)
	if err := p.tree.failure(); err != nil {
		return nil, p.revision.incomplete(err)
	}
	return r, nil
}

// incomplete says that something of the past cannot be read, so that nothing can be said about what is new.
func (r *revision) incomplete(err error) error {
	if errors.Is(err, errMissing) {
		err = errors.New("this clone lacks some of it; clone without a filter")
	}
	return &stop{exitProblem, []string{fmt.Sprintf("--since: %s: commit %s cannot be read: %s", r.git.dir, r.commit, err)}}
}

// tree returns the tree of the commit and the files in it of the folder that is checked. work is the folder as it is now.
func (r *revision) tree(objects *objects, work fs.FS) (*tree, fs.FS, error) {
	root, err := objects.read(r.commit+"^{tree}", 0)
	if err != nil {
		return nil, nil, err
	}
	t := newTree(objects, root.name)
	there, err := t.enter(strings.TrimSuffix(r.prefix, "/"))
	if err != nil {
		return nil, nil, err
	}
	t.submodule = func(name, commit string) fs.FS { return r.submodule(work, name, commit) }
	if !there {
		return t, empty{}, nil
	}
	return t, t, nil
}

// submodule returns the files of a submodule when it is checked out at the commit that it had in the past, else nil: another
// repository holds what it was.
func (r *revision) submodule(work fs.FS, name, commit string) fs.FS {
	local := filepath.FromSlash(name)
	if _, err := fs.Stat(work, name+"/.git"); err != nil || !filepath.IsLocal(local) {
		return nil
	}
	sub := &revision{git: &git{r.git.sys, filepath.Join(r.git.dir, local)}}
	if now, err := sub.commitOf("HEAD"); err != nil || now != commit {
		return nil
	}
	files, err := fs.Sub(work, name)
	if err != nil {
		return nil
	}
	return files
}
