package rules

import (
	"fmt"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/expr"
	"sekisho/lint/flow"
	"sekisho/lint/syntax"
)

func unpinnedImages() *lint.Rule {
	return &lint.Rule{
		ID:       "unpinned-images",
		Summary:  "a container image without a digest, so that what runs is whatever its tag stands for that day",
		Severity: lint.High,
		Alike:    true,
		Aliases:  []string{"zizmor:unpinned-images", "ghalint:deny_job_container_latest_image", "sisakulint:unpinned-images"},
		Tags:     []string{"cwe-829", "cwe-1357", "owasp-cicd-sec-3", "prevent", "leak-third-party", "prevent-pin", "matrix-registry-control", "matrix-registry-image"},
		Run:      runUnpinnedImages,
	}
}

func runUnpinnedImages(p *lint.Pass) {
	for job, step := range p.File.Steps() {
		if step.Uses != nil {
			if _, ok := cutDocker(step.Uses.Value); ok {
				checkImage(p, job, step, step.Uses, "the image")
			}
		}
	}
	if a := p.File.Action; a != nil && a.Runs != nil && a.Runs.Image != nil {
		if _, ok := cutDocker(a.Runs.Image.Value); ok {
			checkImage(p, nil, nil, a.Runs.Image, "the action's image")
		}
	}
	for _, d := range dockerfiles(p) {
		checkBases(p, &d)
	}
	if p.File.Workflow == nil {
		return
	}
	for _, job := range p.File.Workflow.Jobs {
		if job.Container != nil && job.Container.Image != nil {
			checkImage(p, job, nil, job.Container.Image, "the container's image")
		}
		for _, s := range job.Services {
			if s.Image != nil {
				checkImage(p, job, nil, s.Image, "the service's image")
			}
		}
	}
}

func cutDocker(image string) (string, bool) {
	const scheme = "docker://"
	if len(image) < len(scheme) || !strings.EqualFold(image[:len(scheme)], scheme) {
		return image, false
	}
	return image[len(scheme):], true
}

// pinning is how firmly a name of an image says what runs, the firmest first.
type pinning uint8

const (
	byDigest pinning = iota
	opaque           // an expression decides
	byTag
	newest // latest and the like
	untagged
)

// unknown stands in a name for an expression of which nothing is known.
const unknown = "\x00"

// imagePinning reads [registry[:port]/]name[:tag][@digest].
func imagePinning(image string) (pinned pinning, tag string) {
	image, _ = cutDocker(strings.TrimSpace(image))
	if image == "" || image == "scratch" || strings.Contains(image, "@sha256:") || strings.Contains(image, "@sha512:") {
		return byDigest, ""
	}
	name := image[strings.LastIndexByte(image, '/')+1:]
	name, tag, tagged := strings.Cut(name, ":")
	switch {
	case tag == unknown:
		return byTag, ""
	case tagged && (tag == "" || catalog.Floating(tag)):
		return newest, tag
	case tagged:
		return byTag, tag
	case strings.Contains(name, unknown):
		return opaque, ""
	}
	return untagged, ""
}

func checkImage(p *lint.Pass, job *syntax.Job, step *syntax.Step, field *syntax.Field, what string) {
	worst, image, tag := byDigest, "", ""
	for _, one := range strExpansions(p.File, job, step, &field.Str) {
		if pinned, t := imagePinning(one); pinned > worst {
			worst, image, tag = pinned, one, t
		}
	}
	image, _ = cutDocker(strings.TrimSpace(image))
	if len(field.Fences) > 0 && strings.Contains(image, unknown) {
		image = strings.TrimSpace(field.Value)
	}
	f := lint.Finding{Span: field.Span}
	switch worst {
	case byDigest:
		return
	case opaque:
		f.Severity, f.Confidence = lint.Medium, lint.Unsure
		f.Strict = fromOtherStep(field)
		f.Message = fmt.Sprintf("%s is whatever `%s` says, and nothing here makes that a digest; write name@sha256:…, or see to it where the value is made", what, image)
	case byTag:
		f.Severity, f.Same, f.Here = lint.Medium, "tag", fmt.Sprintf("`%s`", image)
		f.Message = fmt.Sprintf("%s `%s` is named by a tag, which its publisher, or whoever takes over the account, can move; add the digest: name:tag@sha256:…", what, image)
	case newest:
		f.Message = fmt.Sprintf("%s `%s` follows the tag `%s`: whatever is pushed there next runs here; pin it: name:tag@sha256:…", what, image, tag)
	case untagged:
		f.Message = fmt.Sprintf("%s `%s` has neither tag nor digest, so whatever is pushed as `latest` next runs here; pin it: name:tag@sha256:…", what, image)
	}
	p.Report(f)
}

// maxExpansions bounds how many texts one scalar is expanded to.
const maxExpansions = 256

// strExpansions lists what a scalar can become as far as the file tells, with unknown where nothing is known.
func strExpansions(file *syntax.File, job *syntax.Job, step *syntax.Step, s *syntax.Str) []string {
	out := []string{""}
	at := 0
	for _, fence := range s.Fences {
		values := fenceTexts(file, job, step, fence.X)
		if len(out)*len(values) > maxExpansions {
			values = values[:1]
		}
		next := make([]string, 0, len(out)*len(values))
		for _, head := range out {
			for _, v := range values {
				next = append(next, head+s.Value[at:fence.Start]+v)
			}
		}
		out, at = next, fence.End
	}
	for i := range out {
		out[i] += s.Value[at:]
	}
	return out
}

// fenceTexts lists the texts that an expression can become; for a container given as an object, its image.
func fenceTexts(file *syntax.File, job *syntax.Job, step *syntax.Step, x expr.Node) []string {
	values := flow.Possible(file, job, step, x)
	if len(values) == 0 {
		values = flow.Possible(file, job, step, &expr.Property{Of: x, Name: "image"})
	}
	if len(values) == 0 {
		return []string{unknown}
	}
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.Text()
	}
	return texts
}

// fromOtherStep reports a value that another job or step of the run hands over: mostly the name of an image that it built.
func fromOtherStep(s *syntax.Field) bool {
	found := false
	for _, fence := range s.Fences {
		expr.Walk(fence.X, func(n expr.Node) bool {
			path, ok := expr.Path(n)
			found = found || ok && (strings.HasPrefix(path, "needs.") || strings.HasPrefix(path, "steps."))
			return true
		})
	}
	return found
}
