package catalog

import "strings"

// ToolsPower tells what a list of tools lets an agent do: names separated by commas, blanks or line ends, each with what it is limited to
// in parentheses, such as Bash(git diff:*).
func ToolsPower(list string) Power {
	power := NoTools
	for list != "" {
		var name, limit string
		name, limit, list = nextTool(list)
		if name != "" {
			power = max(power, toolPower(strings.ToLower(name), limit))
		}
	}
	return power
}

// nextTool cuts the first tool off a list.
func nextTool(list string) (name, limit, rest string) {
	list = strings.TrimLeft(list, ", \t\r\n;\"'[]")
	end := strings.IndexAny(list, "(, \t\r\n;\"'[]")
	switch {
	case end < 0:
		return list, "", ""
	case list[end] != '(':
		return list[:end], "", list[end:]
	}
	limit, rest, _ = strings.Cut(list[end+1:], ")")
	if limit == "" {
		limit = "*"
	}
	return list[:end], limit, rest
}

// toolPower is what one tool does. Source: the manuals of the programs in agentclis.tsv.
func toolPower(name, limit string) Power {
	switch name {
	case "bash", "shell", "run_shell_command", "shelltool", "powershell", "exec", "execute", "execute_bash", "terminal", "*", "all":
		return commandPower(limit)
	case "write", "edit", "multiedit", "notebookedit", "write_file", "replace", "edit_file", "fs_write", "create", "apply_patch", "true":
		return WriteTools
	}
	if server, tool, ok := strings.Cut(strings.TrimPrefix(name, "mcp__"), "__"); ok && strings.HasPrefix(server, "github") && writesGitHub(tool) {
		return WriteTools
	}
	return ReadTools
}

// writesGitHub tells whether a tool of GitHub's server changes code or lets it in; comments and labels are what such agents are for.
func writesGitHub(tool string) bool {
	for _, verb := range [...]string{"push_", "merge_", "create_or_update_file", "delete_file", "commit_", "create_branch", "create_pull_request"} {
		if strings.HasPrefix(tool, verb) {
			return true
		}
	}
	return tool == "" || tool == "*"
}

// commandPower is what a command does to which the shell is limited: the first words of what the agent may run.
func commandPower(limit string) Power {
	limit = strings.ToLower(strings.TrimSpace(limit))
	limit = strings.TrimSpace(strings.TrimRight(limit, ":*"))
	if limit == "" {
		return ShellTools
	}
	words := strings.Fields(limit)
	sub := ""
	if len(words) > 1 {
		sub = words[1]
	}
	switch programOf(words[0]).name {
	case "bash", "sh", "zsh", "python", "python3", "node", "deno", "bun", "npx", "bunx", "uvx", "perl", "ruby", "php", "eval", "env", "xargs", "sudo", "find", "awk",
		"npm", "pnpm", "yarn", "uv", "pip", "make", "just", "cargo", "go", "docker", "pwsh":
		return ShellTools
	case "git":
		return gitPower(sub)
	case "gh":
		if sub == "" || sub == "api" || sub == "workflow" || sub == "secret" || sub == "release" || sub == "pr" && (len(words) < 3 || words[2] == "merge") {
			return WriteTools
		}
	case "curl", "wget", "rm", "mv", "cp", "tee", "sed", "dd", "ssh", "scp", "rsync":
		return WriteTools
	}
	return ReadTools
}

func gitPower(sub string) Power {
	switch sub {
	case "", "push", "commit", "config", "remote", "am", "apply", "merge", "rebase":
		return WriteTools
	}
	return ReadTools
}
