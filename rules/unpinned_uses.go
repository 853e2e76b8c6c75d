package rules

import (
	"fmt"
	"path"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

type unpinnedOptions struct {
	Policies map[string]pinPolicy `yaml:"policies"`
}

// pinPolicy is what is demanded of a ref. The words of zizmor are known as well.
type pinPolicy string

// Words returns the policies.
func (pinPolicy) Words() []string { return []string{"commit", "tag", "any", "hash-pin", "ref-pin"} }

func unpinnedUses() *lint.Rule {
	return &lint.Rule{
		ID:         "unpinned-uses",
		Summary:    "an action or reusable workflow that is called by a tag, a branch or a short commit, which its owner can move",
		Severity:   lint.High,
		Aliases:    []string{"zizmor:unpinned-uses", "ghalint:action_ref_should_be_full_length_commit_sha", "sisakulint:commit-sha", "codeql:actions/unpinned-tag"},
		Tags:       []string{"cwe-829", "cwe-1357", "owasp-cicd-sec-3", "prevent", "leak-third-party", "prevent-pin", "matrix-package-hijack", "owasp-cicd-sec-8"},
		Alike:      true,
		NewOptions: func() any { return &unpinnedOptions{} },
		Run:        runUnpinnedUses,
	}
}

func runUnpinnedUses(p *lint.Pass) {
	for _, step := range p.File.Steps() {
		if step.Uses != nil {
			checkPin(p, step.Uses, step.Node, "action")
		}
	}
	if p.File.Workflow == nil {
		return
	}
	for _, job := range p.File.Workflow.Jobs {
		if job.Uses != nil {
			checkPin(p, job.Uses, job.Node, "reusable workflow")
		}
	}
}

func checkPin(p *lint.Pass, uses *syntax.Field, holder *syntax.Node, what string) {
	name, ref, ok := strings.Cut(strings.TrimSpace(uses.Value), "@")
	name, ref = strings.TrimSpace(name), strings.TrimSpace(ref)
	if !ok || ref == "" || len(uses.Fences) > 0 || strings.HasPrefix(strings.ToLower(name), "docker://") || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "$/") {
		return
	}
	kind := repo.KindOfRef(ref)
	policy := policyFor(p.Options.(*unpinnedOptions).Policies, name)
	if kind == repo.TagRef && catalog.TagOnly(name) {
		policy = "tag"
	}
	if kind == repo.CommitRef || policy == "any" || policy == "tag" && kind == repo.TagRef || p.Repo.Locked(p.File.Path, name+"@"+ref) {
		return
	}
	f := lint.Finding{Span: uses.Span, Fixes: pinFix(p.File, uses, holder, name, ref)}
	switch kind {
	case repo.BranchRef:
		f.Message = fmt.Sprintf("the %s `%s` follows `%s`, a branch or a moving tag: whatever is put there next runs here; pin it to a commit", what, name, ref)
	case repo.ShortRef:
		f.Message = fmt.Sprintf("the %s `%s` is pinned to `%s`, a shortened commit that a tag or branch of that name can take the place of; write all 40 digits", what, name, ref)
	default:
		f.Message = "the " + what + " `" + name + "` is called by the tag `" + ref + "`, which its owner, or whoever takes over the account, can move; pin it to a commit"
		if catalog.Official(name) {
			f.Severity, f.Same, f.Here = lint.Medium, "official", "`"+name+"@"+ref+"`"
		}
	}
	p.Report(f)
}

// policyFor returns the policy of the most specific pattern that names the action: any, tag or commit.
func policyFor(policies map[string]pinPolicy, name string) pinPolicy {
	best, policy := -1, pinPolicy("commit")
	for pattern, value := range policies {
		ok, err := path.Match(strings.ToLower(pattern), strings.ToLower(name))
		if prefix, star := strings.CutSuffix(pattern, "/*"); star && !ok {
			ok, err = len(name) > len(prefix) && strings.EqualFold(name[:len(prefix)+1], prefix+"/"), nil
		}
		if ok || err == nil && pattern == "*" {
			if weight := len(strings.TrimRight(pattern, "*")); weight > best || weight == best && value > policy {
				best, policy = weight, value
			}
		}
	}
	switch policy {
	case "ref-pin":
		return "tag"
	case "hash-pin":
		return "commit"
	}
	return policy
}

// pinFix pins to the newest commit that the pin table knows for the ref. Which commit the tag stands for today is not known
// offline, so the fix wants a look.
func pinFix(file *syntax.File, uses *syntax.Field, holder *syntax.Node, name, ref string) []lint.Fix {
	pin, ok := catalog.Pin(name, strings.TrimPrefix(ref, "refs/tags/"))
	if !ok {
		return nil
	}
	edits := file.ReplaceScalar(&uses.Str, name+"@"+pin.Commit)
	at := uses.Span
	if holder = holder.Resolve(); holder.Style == syntax.Flow && !strings.ContainsAny(file.Slice(holder.Span), "\r\n") {
		at = holder.Span // the comment stands behind the brackets
	}
	comment, ok := file.SetLineComment(at, pin.Version)
	if !ok {
		return nil
	}
	return []lint.Fix{{
		Title:  "pin to the commit of " + pin.Version,
		Same:   "pin to the commits of the newest versions",
		Safety: lint.Unsafe,
		Edits:  append(edits, comment...),
	}}
}
