package syntax

import "strings"

// uses reads a call of an action or a workflow. form says what is wrong with the text of one, or "".
func (d *decoder) uses(p Pair, form func(text string) string) *Field {
	f := d.text(p)
	switch {
	case f == nil:
	case len(f.Fences) > 0:
		d.errorf(f.Span, `"uses" cannot hold an expression; write out what is called`)
	default:
		if wrong := form(strings.TrimSpace(f.Value)); wrong != "" {
			d.errorf(f.Span, "%s %s", quote(f.Value), wrong)
		}
	}
	return f
}

// actionForm checks the call of an action: owner/repository/path@ref, a path of this repository, or an image.
func actionForm(text string) string {
	if strings.HasPrefix(text, "docker://") || local(text) {
		return ""
	}
	return remoteForm(text, "an action")
}

// workflowForm checks the call of a workflow: owner/repository/.github/workflows/file.yml@ref, or such a path of this repository.
func workflowForm(text string) string {
	name, _, hasRef := strings.Cut(text, "@")
	if local(text) {
		switch {
		case hasRef:
			return "is a workflow of this repository, which is called as it stands; remove the @ and what follows"
		case !inWorkflows(name[1:]):
			return "is no workflow; one of this repository is called ./.github/workflows/file.yml"
		}
		return ""
	}
	if wrong := remoteForm(text, "a workflow"); wrong != "" {
		return wrong
	}
	if _, rest, _ := strings.Cut(name, "/"); !inWorkflows(rest[max(strings.IndexByte(rest, '/'), 0):]) {
		return "is no workflow; call owner/repository/.github/workflows/file.yml@ref"
	}
	return ""
}

// local reports a path of this repository.
func local(text string) bool {
	return strings.HasPrefix(text, "./") || strings.HasPrefix(text, `.\`) || strings.HasPrefix(text, "$/")
}

// remoteForm checks owner/repository@ref, with or without a path.
func remoteForm(text, what string) string {
	name, ref, hasRef := strings.Cut(text, "@")
	owner, repository, hasOwner := strings.Cut(name, "/")
	switch {
	case !hasOwner || owner == "" || strings.Trim(repository, "/") == "":
		return "does not name " + what + "; write owner/repository@ref, or ./ before a path of this repository"
	case !hasRef || ref == "":
		return "has no ref; add @ and a commit or a version"
	case strings.Contains(ref, "@"):
		return "has more than one @; keep one, with a commit or a version behind it"
	}
	return ""
}

// inWorkflows reports a path, with its leading slash, of a workflow file.
func inWorkflows(path string) bool {
	file, ok := strings.CutPrefix(path, "/.github/workflows/")
	return ok && !strings.Contains(file, "/") && (strings.HasSuffix(file, ".yml") || strings.HasSuffix(file, ".yaml"))
}
