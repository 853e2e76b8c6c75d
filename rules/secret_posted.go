package rules

import (
	"fmt"
	"slices"
	"strings"

	"sekisho/lint"
	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

func secretPosted() *lint.Rule {
	return &lint.Rule{
		ID:       "secret-posted",
		Summary:  "a secret in a comment, an issue, a release or a chat, where nothing masks it",
		Severity: lint.High,
		Tags:     []string{"cwe-200", "cwe-201", "owasp-cicd-sec-6", "prevent", "leak-chat", "prevent-paste", "matrix-logs"},
		Run:      runSecretPosted,
	}
}

func runSecretPosted(p *lint.Pass) {
	out := collected{p: p}
	for _, step := range mayHoldSteps(p) {
		if step.Uses != nil {
			postedByAction(p, step.Job, step.Step, &out)
		}
		for _, call := range p.Flow.CodePosts(p.File, step.Job, step.Step) {
			postedByCode(p, step.Job, &call, &out)
		}
	}
	eachSpill(p, mayPost, func(s *spill) {
		for _, c := range s.Script.Commands {
			postedByCommand(s, c, &out)
			postedToChat(s, c, &out)
		}
	})
	out.report()
}

// mayPost answers false when nothing in a script posts.
func mayPost(text string) bool { return strings.Contains(text, "gh ") || strings.Contains(text, "://") }

// postedByAction reports secrets in the text that an action posts.
func postedByAction(p *lint.Pass, job *syntax.Job, step *syntax.Step, out *collected) {
	what, fields, ok := catalog.Post(step.Uses.Value)
	if !ok {
		return
	}
	for _, field := range fields {
		value := step.With.Get(field)
		if name, variable := strings.CutPrefix(field, "$"); variable {
			value = step.Env.Get(name)
		}
		if value == nil {
			continue
		}
		for _, secret := range p.Flow.SecretsIn(p.File, job, step, value) {
			out.add(posted(p, job, &secret, secret.Place, "`"+field+"` of `"+step.Uses.Value+"`", what))
		}
	}
}

// posted is a finding about a secret that a thing puts where people read it.
func posted(p *lint.Pass, job *syntax.Job, secret *flow.PlacedSecret, at syntax.Span, by, what string) lint.Finding {
	f := lint.Finding{Span: at, Severity: postedSeverity(&secret.HeldSecret), Way: way(p, job, secret.Text())}
	f.Message = fmt.Sprintf("%s puts %s into %s, where nothing masks it and it stays after the run; leave it out", by, secret.Text(), withArticle(what))
	if secret.At != at {
		f.Trace = []lint.Place{{Span: secret.At, Message: secret.Text() + " comes from here"}, {Span: at, Message: "it is posted here"}}
	}
	return f
}

func postedSeverity(secret *flow.HeldSecret) lint.Severity {
	if secret.ShortLived() || secret.Guess {
		return lint.Medium
	}
	return lint.High
}

func postedByCode(p *lint.Pass, job *syntax.Job, call *flow.CodePrint, out *collected) {
	f := lint.Finding{Span: call.Span, Severity: postedSeverity(&call.Secret), Way: way(p, job, call.Secret.Text())}
	f.Trace = []lint.Place{{Span: call.Secret.At, Message: call.Secret.Text() + " comes from here"}, {Span: call.Span, Message: "it is posted here"}}
	f.Message = fmt.Sprintf("`%s` puts %s into a post, where nothing masks it and it stays after the run; leave it out", call.Call, call.Secret.Text())
	out.add(f)
}

// postedByCommand reports secrets, and dumps of the environment with one, in what gh posts.
func postedByCommand(s *spill, c *shell.Command, out *collected) {
	if c.Name != "gh" {
		return
	}
	what, options, files := catalog.PostCommand(wordTexts(c))
	if what == "" {
		return
	}
	for i := 3; i < len(c.Words); i++ {
		w := &c.Words[i]
		name, _, joined := strings.Cut(w.Text, "=")
		if !joined || !strings.HasPrefix(w.Text, "--") {
			name = c.Words[i-1].Text
		}
		switch {
		case slices.Contains(strings.Fields(options), name):
			if got, dump, ok := s.WordOrDump(c, w); ok {
				out.add(s.post(&got, w.Span, c, what, dump))
			}
		case slices.Contains(strings.Fields(files), name) || files == "@" && (w.Text == "-" || !strings.HasPrefix(w.Text, "-")):
			if got, dump, ok := s.FileOrDump(c, w); ok {
				out.add(s.post(&got, w.Span, c, what, dump))
			}
		}
	}
}

// postedToChat reports secrets in what a request hands to a chat.
func postedToChat(s *spill, c *shell.Command, out *collected) {
	for sent := range s.Sent(c) {
		if !sent.Auth && !sent.InAddress && catalog.ChatHost(sent.Host) {
			out.add(s.post(&sent.Carried, sent.At, c, "message on `"+hostOf("x://"+sent.Host)+"`", sent.Dump))
		}
	}
}

func (s *spill) post(got *flow.Carried, at shell.Span, c *shell.Command, what string, dump bool) lint.Finding {
	f := s.finding(got, at, "it is posted here")
	f.Severity = lint.High
	if got.Minted == nil {
		f.Severity = postedSeverity(&got.Secret)
	}
	secret := got.Text()
	if dump {
		secret = "the whole environment and with it " + secret
	}
	f.Message = fmt.Sprintf("`%s` puts %s into %s, where nothing masks it and it stays after the run; leave it out", programName(c), secret, withArticle(what))
	return f
}

// withArticle puts a or an before a word.
func withArticle(word string) string {
	if strings.ContainsRune("aeiou", rune(word[0])) {
		return "an " + word
	}
	return "a " + word
}
