package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"sekisho/lint"
	"sekisho/lint/config"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

// checker opens repositories and checks them in the way that the flags say.
type checker struct {
	sys   *system
	rules lint.RuleSet
	flags *common
	conf  *config.Config // of --config; nil: each repository has its own
	tools toolset
}

func newChecker(s *system, rules lint.RuleSet, o *common) (*checker, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	// Once here, so that what is wrong with the flags and the file is told once, whatever the number of repositories.
	if _, err := selection(rules, o, true); err != nil {
		return nil, err
	}
	c := &checker{sys: s, rules: rules, flags: o}
	if o.config == "" {
		return c, nil
	}
	f, err := s.readable(o.config)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("--config: %s: no such file", o.config)
	}
	if err != nil {
		return nil, fmt.Errorf("--config: %s: %s", o.config, reason(err))
	}
	defer f.Close()
	src, err := config.ReadFrom(f, o.config)
	if err != nil {
		return nil, fmt.Errorf("--config: %w", err)
	}
	var faults []config.Error
	if c.conf, faults = config.Parse(src, rules.Known()); len(faults) > 0 {
		return nil, &stop{exitUsage, sentences(faults, "")}
	}
	return c, nil
}

// opened is a repository that is ready to be checked.
type opened struct {
	*target
	root     *os.Root   // nil for a text that belongs to no repository
	disk     *repo.Disk // root as it is read
	repo     *repo.Repo
	conf     *config.Config
	source   string // the path in the repository that conf was read from, or ""
	settings lint.Settings
	baseline *baselineFile  // nil: no finding is known
	listed   string         // the text of baseline
	since    *revision      // nil: all findings count
	notes    []string       // for stderr
	problems []lint.Problem // besides those of the repository
	reported int            // files that are for the user, excluded ones included
}

// empty is a file system without files.
type empty struct{}

// Open fails.
func (empty) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

// close gives back what open took; the results stay.
func (o *opened) close() {
	o.baseline.close()
	if o.root != nil {
		o.disk.Close()
		o.root.Close()
	}
}

// open loads a repository and its baseline. It fails with the faults of its configuration and baseline, and when its folder
// cannot be opened.
func (c *checker) open(t *target) (*opened, error) {
	o, err := c.load(t)
	if err != nil {
		return nil, err
	}
	if err := o.known(); err != nil {
		o.close()
		return nil, err
	}
	return o, nil
}

// load loads a repository without its baseline.
func (c *checker) load(t *target) (*opened, error) {
	o := &opened{target: t}
	fsys := fs.FS(empty{})
	if t.dir != "" {
		root, err := c.sys.open(t.dir)
		if err != nil {
			return nil, &stop{exitProblem, []string{t.dir + ": " + reason(err)}}
		}
		o.root, o.disk = root, repo.NewDisk(root)
		fsys = o.disk
	}
	var err error
	if o.conf, o.source, err = c.config(fsys, t); err == nil {
		o.settings, err = c.settings(o.conf)
		o.notes = c.missing(o.conf)
	}
	if err == nil {
		o.baseline, err = c.baselineFile(o, o.conf)
	}
	if err == nil && c.flags.since.set {
		o.since, err = c.sys.since(t.dir, c.flags.since.value, c.flags.exact)
	}
	if err != nil {
		o.close()
		return nil, err
	}
	o.repo = repo.Load(fsys, repo.Options{Overlay: t.overlay, Extra: t.files, Loose: t.loose, Workers: c.flags.jobs})
	c.sys.makeRoom(o.repo)
	o.settings.Workers = c.flags.jobs
	o.narrow(o.conf, o.source)
	return o, nil
}

// run checks the repository.
func (o *opened) run() (*lint.Result, error) {
	res := lint.Run(o.repo, o.settings)
	res.Problems = append(res.Problems, o.problems...)
	o.stale(res)
	if o.since == nil || len(res.Findings) == 0 {
		return res, nil
	}
	past, err := o.past()
	if err != nil {
		return nil, err
	}
	defer past.close()
	return past.news(o.repo, res)
}

// narrow sets which files are checked: those that are asked for and not excluded. The configuration, read from source, was
// checked when it was read.
func (o *opened) narrow(conf *config.Config, source string) {
	left := map[string]bool{}
	for _, f := range o.repo.Files {
		if !o.reports(f.Path) {
			continue
		}
		named := slices.Contains(o.files, f.Path)
		if named || !f.Kind.Lines() { // such files alone are nothing that the tool is for
			o.reported++
		}
		switch {
		case conf.Excludes(f.Path):
			left[f.Path] = true
			if named {
				o.notes = append(o.notes, o.prefix+f.Path+" is not checked: the configuration excludes it")
			}
		case named && f.Path == source:
			left[f.Path] = true
		case named && f.Kind == syntax.KindOther:
			left[f.Path] = true
			o.problems = append(o.problems, lint.Problem{Path: f.Path, Message: "neither a workflow nor an action nor a configuration of Dependabot or pre-commit, as it has no jobs, runs, updates or repos at the top level, no file of credentials, and nothing that trusts the identities of GitHub"})
		}
	}
	o.settings.Only = func(name string) bool { return o.reports(name) && !left[name] && !conf.Excludes(name) }
}

// config reads the configuration of the repository at fsys. source is the path in the repository that it was read from, or "".
func (c *checker) config(fsys fs.FS, t *target) (conf *config.Config, source string, err error) {
	switch {
	case c.conf != nil:
		return c.conf, "", nil
	case c.flags.noConfig:
		return &config.Config{}, "", nil
	}
	src, err := config.Read(fsys, t.overlay)
	if err != nil {
		return nil, "", &stop{exitUsage, []string{t.prefix + err.Error()}}
	}
	if src == nil {
		return &config.Config{}, "", nil
	}
	conf, faults := config.Parse(src, c.rules.Known())
	if len(faults) > 0 {
		return nil, "", &stop{exitUsage, sentences(faults, t.prefix)}
	}
	return conf, src.Path, nil
}

// settings returns what the flags and a configuration, whose rules count, make of the rules.
func (c *checker) settings(conf *config.Config) (lint.Settings, error) {
	rules := c.rules.With(conf)
	sel, err := selection(rules, c.flags, false)
	if err != nil {
		return lint.Settings{}, &stop{exitUsage, []string{err.Error()}}
	}
	sel.Tools, sel.UseTools = c.tools.run, c.tools.wanted
	return lint.Configure(rules, conf, sel), nil
}

func sentences(faults []config.Error, prefix string) []string {
	var out []string
	for _, f := range faults {
		out = append(out, prefix+f.Error())
	}
	return out
}

// isRepository tells whether a folder is the root of a repository, with or without workflows.
func (s *system) isRepository(dir string) bool {
	return dir != "" && (s.exists(filepath.Join(dir, ".git")) || s.exists(filepath.Join(dir, ".github")))
}

// nothing says that there was nothing to check.
func (s *system) nothing(ts []*target) error {
	where := ts[0].dir
	if len(ts) > 1 {
		where = "the given paths"
	} else if len(ts[0].folders) > 0 && !ts[0].all {
		return fmt.Errorf("no workflows under %s; looked for workflows and for action.yml files there", where+"/"+ts[0].folders[0])
	}
	return fmt.Errorf("no workflows under %s; looked in %s and for action.yml files in every folder", where, repo.WorkflowDir)
}
