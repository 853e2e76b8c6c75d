package rules

import (
	"cmp"
	"fmt"
	"strings"

	"sekisho/lint"
)

// checkBases reports the image of a Dockerfile that is pinned worst. What an action is built from runs with its job's token; of what a step builds
// that cannot be told, so that it is reported with --strict only, and so is a tag.
func checkBases(p *lint.Pass, d *dockerfile) {
	worst, at, tag := byDigest, 0, ""
	for i := range d.Docker.Images {
		if strings.Contains(d.Docker.Images[i].Name, "$") {
			continue // the build says
		}
		if pinned, t := imagePinning(d.Docker.Images[i].Name); pinned > worst {
			worst, at, tag = pinned, i, t
		}
	}
	what := "the image that a step builds"
	if d.action {
		what = "the action's image"
	}
	f := lint.Finding{Severity: lint.Medium, Strict: !d.action || worst == byTag}
	image := d.Docker.Images
	switch worst {
	case byTag:
		f.Severity = lint.Low
		f.Message = fmt.Sprintf("%s begins with `%s`, which is named by a tag that its publisher can move; add the digest: name:tag@sha256:…", what, oneLine(image[at].Name))
	case newest, untagged:
		f.Message = fmt.Sprintf("%s begins with `%s`, so whatever is pushed as `%s` next is in it; pin it: name:tag@sha256:…", what, oneLine(image[at].Name), oneLine(cmp.Or(tag, "latest")))
	default:
		return
	}
	d.at(&f, image[at].Span)
	p.Report(f)
}
