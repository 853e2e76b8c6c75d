package rules

import (
	"slices"
	"strings"

	"github.com/rhysd/actionlint"

	"sekisho/lint/syntax"
)

func (s *alScope) eventInDoubt(e *syntax.Event) bool {
	switch e.Name.Value {
	case "schedule":
		return slices.ContainsFunc(e.Schedules, scheduleInDoubt)
	case "workflow_dispatch":
		return slices.ContainsFunc(e.Inputs, s.dispatchInDoubt)
	case "workflow_call":
		return s.callInDoubt(e)
	case "repository_dispatch":
		return s.listInDoubt(e.Types, alNoKey)
	case "image_version":
		return true
	}
	types := actionlint.AllWebhookTypes[e.Name.Value]
	if e.Types != nil && len(types) > 0 {
		for _, v := range e.Types.Values {
			if !slices.Contains(types, v.Value) {
				return true
			}
		}
	}
	return s.listInDoubt(e.Types, alNoKey) || s.listInDoubt(e.Workflows, alNoKey) || e.Name.Value == "workflow_run" && (e.Workflows == nil || len(e.Workflows.Values) == 0) ||
		patternsInDoubt(e.Branches, refInDoubt) || patternsInDoubt(e.BranchesIgnore, refInDoubt) ||
		patternsInDoubt(e.Tags, refInDoubt) || patternsInDoubt(e.TagsIgnore, refInDoubt) ||
		patternsInDoubt(e.Paths, pathInDoubt) || patternsInDoubt(e.PathsIgnore, pathInDoubt)
}

func patternsInDoubt(l *syntax.List, doubt func(string) bool) bool {
	return l != nil && slices.ContainsFunc(l.Values, func(v *syntax.Str) bool { return len(v.Fences) > 0 || doubt(v.Value) })
}

func refInDoubt(pattern string) bool {
	return !plainRef(pattern) && len(actionlint.ValidateRefGlob(pattern)) > 0
}

func pathInDoubt(pattern string) bool {
	return !plainPath(pattern) && len(actionlint.ValidatePathGlob(pattern)) > 0
}

// plainRef reports a pattern of branches or tags that is surely right.
func plainRef(pattern string) bool {
	for i := range len(pattern) {
		switch c := pattern[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '*', c == '.':
		case c == '/' && i > 0, c == '!' && i == 0 && len(pattern) > 1:
		default:
			return false
		}
	}
	return pattern != "" && !strings.HasSuffix(pattern, "/") && !strings.HasSuffix(pattern, ".")
}

// plainPath reports a pattern of paths that is surely right.
func plainPath(pattern string) bool {
	rest := strings.TrimPrefix(pattern, "!")
	for i := range len(rest) {
		switch c := rest[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '_', c == '*', c == '/':
		case c == '.' && (len(rest) > i+1 && rest[i+1] != '/' && rest[i+1] != '.' || i > 0):
		default:
			return false
		}
	}
	return rest != ""
}

// scheduleInDoubt reports a schedule that may not be right, or too frequent.
func scheduleInDoubt(s *syntax.Schedule) bool {
	return s.Cron != nil && (s.Timezone != nil || !plainCron(s.Cron.Value))
}

// plainCron reports a cron line that is surely right and runs once an hour at most.
func plainCron(line string) bool {
	// The days that no month lacks: one that never comes is a fault.
	limits := [...]struct{ least, most int }{{0, 59}, {0, 23}, {1, 28}, {1, 12}, {0, 6}}
	for i, limit := range limits {
		field, rest, more := strings.Cut(line, " ")
		if more == (i == len(limits)-1) || i == 0 && !plainNumber(field) || !plainCronField(field, limit.least, limit.most) {
			return false
		}
		line = rest
	}
	return true
}

// plainCronField reports a list of numbers, or of ranges of them, or a field for all, or every so many.
func plainCronField(field string, least, most int) bool {
	if field == "*" {
		return true
	}
	if every, ok := strings.CutPrefix(field, "*/"); ok {
		return plainNumber(every) && number(every) > 0
	}
	for more := true; more; {
		var item string
		item, field, more = strings.Cut(field, ",")
		from, to, ranged := strings.Cut(item, "-")
		if !ranged {
			to = from
		}
		if !plainNumber(from) || !plainNumber(to) || number(from) < least || number(to) > most || number(from) > number(to) {
			return false
		}
	}
	return true
}

func number(digits string) int {
	n := 0
	for i := range len(digits) {
		n = n*10 + int(digits[i]-'0')
	}
	return n
}

func (s *alScope) dispatchInDoubt(in *syntax.Input) bool {
	if s.doubt(in.Description, alNoKey) || s.doubt(in.Default, alNoKey) || s.doubt(in.Required, alNoKey) || s.listInDoubt(in.Options, alNoKey) {
		return true
	}
	switch dispatchType(in.Type) {
	case actionlint.WorkflowDispatchEventInputTypeChoice:
		return choiceInDoubt(in)
	case actionlint.WorkflowDispatchEventInputTypeNumber:
		return in.Options != nil || in.Default != nil && !plainNumber(in.Default.Value)
	case actionlint.WorkflowDispatchEventInputTypeBoolean:
		return in.Options != nil || in.Default != nil && !isTruth(in.Default.Value)
	}
	return in.Options != nil
}

func isTruth(text string) bool { return text == "true" || text == "false" }

// choiceInDoubt reports an input that may not be able to be what is chosen.
func choiceInDoubt(in *syntax.Input) bool {
	const most = 32
	if in.Options == nil || len(in.Options.Values) > most {
		return true
	}
	found := in.Default == nil
	for i, v := range in.Options.Values {
		found = found || v.Value == in.Default.Value
		if slices.ContainsFunc(in.Options.Values[:i], func(other *syntax.Str) bool { return other.Value == v.Value }) {
			return true
		}
	}
	return !found
}

func (s *alScope) callInDoubt(e *syntax.Event) bool {
	for _, in := range e.Inputs {
		if s.doubt(in.Description, alNoKey) || in.Default != nil && defaultInDoubt(in) {
			return true
		}
	}
	for _, d := range e.Secrets {
		if s.doubt(d.Description, alNoKey) {
			return true
		}
	}
	for _, o := range e.Outputs {
		if s.doubt(o.Description, alNoKey) || s.doubt(o.Value, alCallOutput) {
			return true
		}
	}
	return false
}

// defaultInDoubt reports a default of an input of a called workflow that may not fit it.
func defaultInDoubt(in *syntax.Input) bool {
	if len(in.Default.Fences) > 0 || in.Required != nil && in.Required.Value == "true" {
		return true
	}
	switch callType(in.Type) {
	case actionlint.WorkflowCallEventInputTypeNumber:
		return !plainNumber(in.Default.Value)
	case actionlint.WorkflowCallEventInputTypeBoolean:
		return !isTruth(in.Default.Value)
	}
	return false
}

// callKind and dispatchKind return the type of an input.
func callKind(f *syntax.Field) alKind {
	switch callType(f) {
	case actionlint.WorkflowCallEventInputTypeString:
		return alString
	case actionlint.WorkflowCallEventInputTypeNumber:
		return alNumber
	case actionlint.WorkflowCallEventInputTypeBoolean:
		return alBool
	}
	return alAny
}

func dispatchKind(f *syntax.Field) alKind {
	switch dispatchType(f) {
	case actionlint.WorkflowDispatchEventInputTypeNone:
		return alAny
	case actionlint.WorkflowDispatchEventInputTypeNumber:
		return alNumber
	case actionlint.WorkflowDispatchEventInputTypeBoolean:
		return alBool
	}
	return alString
}
