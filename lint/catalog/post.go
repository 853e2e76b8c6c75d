package catalog

import (
	_ "embed" // for the table
	"strings"
)

//go:embed posts.tsv
var postText string

var postTable = lazyActions(&postText, 3)

// Post tells what an action posts, and which inputs or, with a "$" before them, variables hold the text.
func Post(uses string) (what string, fields []string, ok bool) {
	row := postTable().first(uses)
	if row == nil {
		return "", nil, false
	}
	return row[1], strings.Fields(row[2]), true
}

// PostCommand tells what a command of gh posts; options says which of its options hold the text, and files which name a file with it.
func PostCommand(words []string) (what string, options, files string) {
	if len(words) < 3 || programOf(words[0]).name != "gh" {
		return "", "", ""
	}
	switch words[1] + " " + words[2] {
	case "issue comment", "pr comment", "pr review", "issue close", "pr close":
		return "comment", "-b --body -c --comment", "-F --body-file"
	case "issue create", "issue edit":
		return "issue", "-b --body -t --title", "-F --body-file"
	case "pr create", "pr edit", "pr merge":
		return "pull request", "-b --body -t --title", "-F --body-file"
	case "release create", "release edit":
		return "release", "-n --notes -t --title", "-F --notes-file"
	case "gist create":
		return "gist", "-d --desc", "@"
	}
	if words[1] == "api" {
		for _, w := range words[2:] {
			path, _, _ := strings.Cut(w, "?")
			switch last := path[strings.LastIndexByte(path, '/')+1:]; last {
			case "comments", "issues", "reviews", "releases":
				return strings.TrimSuffix(last, "s"), "-f -F --field --raw-field", "--input"
			}
		}
	}
	return "", "", ""
}

// ChatHost tells whether what is sent to a host as data is a message that people read.
func ChatHost(host string) bool {
	host, _, _ = strings.Cut(strings.ToLower(host), ":")
	for _, chat := range [...]string{"slack.com", "discord.com", "discordapp.com", "telegram.org", "webhook.office.com", "chat.googleapis.com", "ntfy.sh", "pushover.net", "zulipchat.com"} {
		if host == chat || strings.HasSuffix(host, "."+chat) {
			return true
		}
	}
	return false
}
