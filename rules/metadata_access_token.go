package rules

import (
	"strings"

	"sekisho/lint"
	"sekisho/lint/shell"
)

// asksGitHub reports scripts that ask GitHub for an identity token by themselves.
func asksGitHub(out *collected, s *script) {
	for _, c := range s.Commands {
		if how := handsRequest(c); how != "" {
			f := lint.Finding{Way: way(s.p, s.job, "an identity token"),
				Message: "what lets the job ask for identity tokens " + how + ", where others can ask for them too; ask for the token here and hand on that alone"}
			s.anchor(&f, c.Span)
			out.add(f)
			continue
		}
		if !talksHTTP(c) || !expandsRequest(c) {
			continue
		}
		f := lint.Finding{Way: way(s.p, s.job, "an identity token"), Severity: lint.Low, Strict: true,
			Message: "the script asks GitHub for an identity token by itself; use an action that logs in, which masks the token and asks for a fixed audience"}
		switch {
		case !namesAudience(s, c):
			f.Severity, f.Strict = lint.Medium, false
			f.Message = "the script asks GitHub for an identity token for no audience of its own, so that whoever gets it can use it elsewhere; use an action that logs in, or name an audience"
		case !masks(s) && keepsToken(s, c):
			f.Severity, f.Strict = lint.Medium, false
			f.Message = "the script asks GitHub for an identity token by itself and keeps it for later without a mask, so that it may come into the log; use an action that logs in, or mask it by `::add-mask::`"
		}
		s.anchor(&f, c.Span)
		out.add(f)
	}
}

// speaksOf reports a command with a text among its words.
func speaksOf(c *shell.Command, text string) bool {
	for i := range c.Words {
		if strings.Contains(c.Words[i].Text, text) {
			return true
		}
	}
	return false
}

// expandsRequest reports a command that expands what lets the job ask for identity tokens.
func expandsRequest(c *shell.Command) bool {
	for i := range c.Words {
		for _, v := range c.Words[i].Vars {
			if v.Name == "ACTIONS_ID_TOKEN_REQUEST_TOKEN" && !v.Length {
				return true
			}
		}
	}
	return false
}

func namesAudience(s *script, c *shell.Command) bool {
	for i := range c.Words {
		if strings.Contains(s.Resolve(c.Words[i].Text), "audience=") {
			return true
		}
	}
	return false
}

// handsRequest says how a command hands the right to ask for tokens on; "" when it does not.
func handsRequest(c *shell.Command) string {
	if !expandsRequest(c) || talksHTTP(c) {
		return ""
	}
	for _, list := range [...][]shell.Redirect{c.Redirects, c.Group} {
		for i := range list {
			target := list[i].Target.Text
			switch {
			case !strings.HasPrefix(strings.TrimLeft(list[i].Op, "&12"), ">") || strings.HasPrefix(target, "/dev/"):
			case strings.Contains(target, "GITHUB_OUTPUT"):
				return "goes to other jobs by an output"
			case strings.Contains(target, "GITHUB_ENV"):
				return "goes to all later steps"
			default:
				return "goes to a file"
			}
		}
	}
	switch strings.ToLower(c.Name) {
	case "echo", "printf", "write-host", "write-output":
		if c.PipeTo == nil && !c.Subst {
			return "goes to the log"
		}
	}
	return ""
}

// keepsToken reports a request whose answer goes to later steps or to a file, also by a variable.
func keepsToken(s *script, c *shell.Command) bool {
	if _, saves := c.Flag('o', "--output"); saves {
		return true
	}
	followed := s.Follow(shell.Seeds{Command: func(x *shell.Command) bool { return x == c }})
	if len(followed.Files) > 0 {
		return true
	}
	for _, x := range s.Commands {
		if !toRunner(x) {
			continue
		}
		for i := 1; i < len(x.Words); i++ {
			if _, ok := followed.Text(x, &x.Words[i]); ok {
				return true
			}
		}
		if _, ok := followed.Input(x); ok {
			return true
		}
	}
	return false
}

// toRunner reports a command that writes to a file by which a step hands something to later ones.
func toRunner(c *shell.Command) bool {
	for _, list := range [...][]shell.Redirect{c.Redirects, c.Group} {
		for i := range list {
			if strings.Contains(list[i].Target.Text, "GITHUB_OUTPUT") || strings.Contains(list[i].Target.Text, "GITHUB_ENV") {
				return true
			}
		}
	}
	return c.PipeTo != nil && c.PipeTo.Name == "tee" && (speaksOf(c.PipeTo, "GITHUB_OUTPUT") || speaksOf(c.PipeTo, "GITHUB_ENV"))
}

// masks reports a script that masks something.
func masks(s *script) bool {
	for _, c := range s.Commands {
		if speaksOf(c, "::add-mask::") {
			return true
		}
	}
	return false
}
