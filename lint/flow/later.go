package flow

import (
	"strings"

	"sekisho/lint/syntax"
)

// NoticesPush reports a job in which, or in one that it needs, a step fails when the author of a pull request pushed more since it was
// looked at: it compares the time of the comment with that of the commit, or the commit with the one that was meant.
func (f *Flow) NoticesPush(file *syntax.File, job *syntax.Job) bool {
	return noticesPush(file, job, map[*syntax.Job]bool{})
}

func noticesPush(file *syntax.File, job *syntax.Job, seen map[*syntax.Job]bool) bool {
	if job == nil || seen[job] || len(seen) > maxBefore {
		return false
	}
	seen[job] = true
	for step := range job.Flat() {
		if fails(scriptText(step)) && (step.ContinueOnError == nil || step.ContinueOnError.Value == "false") && comparesPush(job, step) {
			return true
		}
	}
	if job.Needs == nil || hasStatus(job.If) {
		return false
	}
	for _, need := range job.Needs.Values {
		if noticesPush(file, file.Workflow.Job(need.Value), seen) {
			return true
		}
	}
	return false
}

// comparesPush reports a script that reads when somebody let a pull request in and when it was pushed, or that compares its commit.
func comparesPush(job *syntax.Job, step *syntax.Step) bool {
	var b strings.Builder
	for _, s := range append(StepStrs(step), MapStrs(job.Env)...) {
		b.WriteString(strings.ToLower(s.Value))
		b.WriteByte('\n')
	}
	text := strings.NewReplacer("!= ''", "", `!= ""`, "", "!== ''", "", `!== ""`, "", "!= null", "").Replace(b.String())
	return containsAny(text, "comment.created_at", "comment.updated_at", "review.submitted_at", "comment_at", "commented_at", "comment_date", "commentdate") &&
		containsAny(text, "pushed", "committeddate", "committed_at", "commit_at", "commit_date", "commitdate", "committer.date", "author.date", "timestamp") ||
		containsAny(text, "rev-parse", "head.sha", "headrefoid", "head_sha", "headsha") && containsAny(text, "!=", "]] ||", "] ||")
}

func containsAny(text string, parts ...string) bool {
	for _, p := range parts {
		if strings.Contains(text, p) {
			return true
		}
	}
	return false
}
