package rules

import (
	"fmt"
	"path"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

// copied is an instruction that takes files of the context into an image.
type copied struct {
	*syntax.DockerCopy
	*dockerfile
	p       *lint.Pass
	context flow.Context
	known   bool              // the context is of the workspace
	files   []flow.SecretFile // that lie on the machine
	final   bool              // the image has the layer
}

// maxCopies is how many instructions of a Dockerfile that copy are judged.
const maxCopies = 200

// copies reports what COPY and ADD take along that no image should have: of each instruction the worst.
func (b *builds) copies(d *dockerfile) {
	context, known := b.p.Flow.Context(&d.Built)
	var files []flow.SecretFile
	if known && len(d.Docker.Copies) > 0 {
		files = b.p.Flow.SecretFilesAt(b.p.File, d.job, d.Start)
	}
	last := d.Docker.LastStage(d.Target)
	for i := range d.Docker.Copies[:min(maxCopies, len(d.Docker.Copies))] {
		c := copied{&d.Docker.Copies[i], d, b.p, context, known, files, d.Docker.Within(d.Docker.Copies[i].Stage, last)}
		for _, judge := range [...]func() (lint.Finding, bool){c.left, c.named, c.credentials, c.whole} {
			if f, ok := judge(); ok {
				b.add(f)
				break
			}
		}
	}
}

// finding is about what an instruction takes along, told for the image or, where that has no layer of it, for the stage alone.
func (c *copied) finding(severity lint.Severity, what, instead string) lint.Finding {
	f := lint.Finding{Severity: severity, Confidence: lint.Likely}
	f.Message = fmt.Sprintf("the image that is built from `%s` takes %s, so that everyone who can pull it can read that; %s", quotable(c.Docker.Path), what, instead)
	if !c.final {
		f.Severity, f.Strict = lint.Low, true
		f.Message = fmt.Sprintf("a stage of `%s` takes %s, which is not in the image but in the caches of its build; %s", quotable(c.Docker.Path), what, instead)
	}
	c.at(&f, c.DockerCopy.Span)
	return f
}

// left reports a file in which a step of the job leaves a secret.
func (c *copied) left() (f lint.Finding, ok bool) {
	for _, s := range c.files {
		if !c.context.Takes(c.DockerCopy, &s) {
			continue
		}
		severity := lint.High
		if _, whole := c.context.Whole(c.DockerCopy); whole || s.Brief {
			severity = lint.Medium
		}
		f = c.finding(severity, fmt.Sprintf("`%s` along, in which %s lies", quotable(s.Name), s.Secret), "leave it out with `.dockerignore`, and mount it with `RUN --mount=type=secret`")
		f.Way = way(c.p, c.job, s.Secret)
		f.Trace = []lint.Place{{Span: s.Span, Message: s.Secret + " is written to `" + quotable(s.Name) + "`"}, {Span: c.dockerfile.Span, Message: "the build takes it along"},
			{Path: c.Docker.Path, Span: c.DockerCopy.Span, Message: "it becomes a part of a layer here"}}
		f.Related = nil
		return f, true
	}
	return f, false
}

// named reports a file that by its name holds secrets. One that the repository has tells nobody more who can read that, as does one that is
// made from an example.
func (c *copied) named() (f lint.Finding, ok bool) {
	for _, source := range c.Sources {
		name := strings.TrimPrefix(path.Clean("/"+source.Value), "/")
		what, sure, secret := secretInContext(name)
		if !secret || c.context.Leaves(name) {
			continue
		}
		committed := c.committed(name)
		if !committed && !c.known { // the commit is all there is to copy
			continue
		}
		severity := lint.High
		if !sure {
			severity = lint.Medium
		}
		f = c.finding(severity, fmt.Sprintf("`%s` along, which by its name holds %s", quotable(source.Value), what), "mount it with `RUN --mount=type=secret`")
		if committed || c.example(name) {
			f.Severity, f.Strict, f.Confidence = lint.Low, true, lint.Unsure
		}
		return f, true
	}
	return f, false
}

// secretInContext tells what a file of a context holds by its name; folders that stand in a home elsewhere count as well.
func secretInContext(name string) (what string, sure, ok bool) {
	name = strings.TrimSuffix(name, "*") // .env*
	if what, sure, ok = catalog.SecretFile(name); ok || name == "" {
		return what, sure, ok
	}
	for at := 0; at >= 0 && at < len(name); {
		if name[at] == '.' {
			return catalog.SecretFile("~/" + name[at:])
		}
		next := strings.IndexByte(name[at:], '/')
		if next < 0 {
			break
		}
		at += next + 1
	}
	return "", false, false
}

// committed tells whether the repository has a file of the context, as far as can be seen.
func (c *copied) committed(name string) bool {
	name = path.Join(c.Context, name)
	if tracked, known := c.p.Repo.Tracked(name); known {
		return tracked
	}
	return c.p.Repo.Exists(name) && !c.p.Repo.Ignored(name)
}

// example tells whether a script of the job makes a file from one that shows how to write it, or an empty one.
func (c *copied) example(name string) bool {
	if c.job == nil {
		return false
	}
	base := path.Base(name)
	for step := range c.job.Flat() {
		if step.Run == nil || !strings.Contains(step.Run.Value, base) {
			continue
		}
		for _, end := range [...]string{".example", ".sample", ".template", ".dist", ".test", ".ci", ".default"} {
			if strings.Contains(step.Run.Value, base+end) {
				return true
			}
		}
		if strings.Contains(step.Run.Value, "touch "+base) {
			return true
		}
	}
	return false
}

// credentials reports the .git of a checkout that leaves its credentials there.
func (c *copied) credentials() (f lint.Finding, ok bool) {
	if !c.known {
		return f, false
	}
	for _, checkout := range c.p.Flow.Persisted(c.p.File, c.job) {
		if checkout.Step.Start >= c.step.Start || !c.context.TakesCredentials(c.DockerCopy, &checkout) {
			continue
		}
		token := checkout.Other
		if token == "" {
			token = "its token"
		}
		f = c.finding(lint.Medium, fmt.Sprintf("`.git` along, in which `%s` leaves %s", checkout.Action, token), "set `persist-credentials: false` there, and list `.git` in `.dockerignore`")
		if checkout.Other == "" && c.p.Flow.TokenWrites(c.p.File, c.job) == expr.False || !c.mayLeave() {
			f.Severity, f.Strict = lint.Low, true
		}
		f.Related = append(f.Related, lint.Place{Span: checkout.Step.Uses.Span, Message: "the checkout that leaves it"})
		return f, true
	}
	return f, false
}

// whole reports that all of a context is copied and nothing says what to leave out.
func (c *copied) whole() (f lint.Finding, ok bool) {
	source, whole := c.context.Whole(c.DockerCopy)
	if !whole || !c.known || c.context.Ignores || !c.final {
		return f, false
	}
	f = c.finding(lint.Low, fmt.Sprintf("all of `%s` along, and no `.dockerignore` leaves `.git`, `.env` and the like out", quotable(source.Value)), "add one")
	f.Strict, f.Confidence = true, lint.Unsure
	return f, true
}

// mayLeave answers false for an image that certainly stays on the machine, as those that are only tested do.
func (c *copied) mayLeave() bool {
	if c.job == nil {
		return true
	}
	for step := range c.job.Flat() {
		switch {
		case step.Run != nil:
			for _, word := range [...]string{"push", "save", "deploy", "release", "publish", "export", "make", ".sh", "--output", "-o ", "--cache-to", "skopeo", "crane"} {
				if strings.Contains(step.Run.Value, word) {
					return true
				}
			}
		case step.Uses == nil:
		case catalog.FetchesContext(step.Uses.Value): // those that are asked to push
			if push := step.With.Get("push"); push != nil && strings.TrimSpace(push.Value) != "false" || step.With.Get("outputs") != nil || step.With.Get("cache-to") != nil {
				return true
			}
		case catalog.Official(step.Uses.Value), catalog.PreparesName(step.Uses.Value):
		default:
			return true
		}
	}
	return false
}
