package migrate

import (
	"slices"
	"strconv"
	"strings"

	"sekisho/lint/syntax"
)

// zizmor takes over a configuration of zizmor: https://docs.zizmor.sh/configuration/.
func (r *reader) zizmor(root *syntax.Node) {
	for _, top := range r.entries(root, "the file") {
		if top.key != "rules" {
			r.none(top.at, "the key `%s`", top.key)
			continue
		}
		for _, e := range r.entries(top.value, "rules") {
			ids := r.known("zizmor", e.key)
			if len(ids) == 0 {
				r.none(e.at, "the rule `%s`: there is none here that is the same check", e.key)
				continue
			}
			for _, said := range r.entries(e.value, "`"+e.key+"`") {
				r.audit(e.key, ids, said)
			}
		}
	}
}

// audit takes over what one key says of a rule.
func (r *reader) audit(name string, ids []string, said entry) {
	switch said.key {
	case "disable":
		if strings.EqualFold(said.value.Value, "true") {
			for _, id := range ids {
				r.rule(id).off = true
			}
		}
	case "ignore":
		for _, item := range r.texts(said.value, "ignore") {
			r.ignore(ids, item)
		}
	case "remap":
		for _, to := range r.entries(said.value, "remap") {
			r.remap(name, ids, to)
		}
	case "config":
		for _, o := range r.entries(said.value, "config") {
			id := ids[0]
			if slices.Contains(ids, name) {
				id = name
			}
			r.option(name, id, o)
		}
	default:
		r.none(said.at, "the key `%s` of `%s`", said.key, name)
	}
}

// ignore takes over one entry of ignore: file.yml, file.yml:line or file.yml:line:column. zizmor compares the name of a file
// without its folders.
func (r *reader) ignore(ids []string, item *syntax.Node) {
	name, line, found := strings.Cut(item.Value, ":")
	if name == "" {
		r.none(item, "`%s`, which names no file", item.Value)
		return
	}
	if !found && !r.pattern(item, "**/"+name) {
		return
	}
	if found {
		line, _, _ := strings.Cut(line, ":")
		r.advice = append(r.advice, remark{name + ":" + line, "`# sekisho: ignore[" + strings.Join(ids, ", ") + "] REASON` in the step or job of this line, or above it"})
		return
	}
	for _, id := range ids {
		r.switchOff("**/"+name, id)
	}
}

func (r *reader) remap(name string, ids []string, to entry) {
	severity := to.value.Value
	if severity == "informational" {
		severity = "info"
	}
	switch {
	case to.key != "severity":
		r.none(to.at, "the key `%s` of `%s`", to.key, name)
	case severity == "info" || severity == "low" || severity == "medium" || severity == "high":
		for _, id := range ids {
			r.rule(id).severity = severity
		}
	default:
		r.none(to.value, "the severity `%s`", to.value.Value)
	}
}

// option takes over an option of a rule for the one of ours that has this id.
func (r *reader) option(name, id string, o entry) {
	our := r.rule(id)
	switch name + "." + o.key {
	case "unpinned-uses.policies":
		if list := r.policies(o); len(list) > 0 {
			our.options = append(our.options, option{name: "policies", value: list})
		}
	case "forbidden-uses.allow", "forbidden-uses.deny":
		if list := values(r.texts(o.value, o.key)); len(list) > 0 {
			our.options = append(our.options, option{name: o.key, value: list, remark: "Unlike in zizmor, owner/repository stands for what is in its folders, too."})
		}
	case "dependabot-cooldown.days":
		days, err := strconv.Atoi(o.value.Value)
		if err != nil || days < 1 {
			r.none(o.value, "`%s` days", o.value.Value)
			break
		}
		our.options = append(our.options, option{name: "days", value: days})
	case "known-vulnerable-actions.allow", "secrets-outside-env.allow":
		if list := values(r.texts(o.value, o.key)); len(list) > 0 {
			our.options = append(our.options, option{name: "allow", value: list})
		}
	default:
		r.none(o.at, "the option `%s` of `%s`", o.key, name)
	}
	if our.empty() {
		r.rules = slices.DeleteFunc(r.rules, (*rule).empty)
	}
}

// empty tells that nothing is said of the rule, so that it was made in vain.
func (r *rule) empty() bool { return !r.off && r.severity == "" && len(r.options) == 0 }

func (r *reader) policies(o entry) pairs {
	var out pairs
	for _, e := range r.entries(o.value, "policies") {
		p := pair{key: e.key}
		switch e.value.Value {
		case "hash-pin":
			p.value = "commit"
		case "ref-pin":
			p.value, p.remark = "any", "ref-pin lets branches pass, too; tag is stricter"
		case "any":
			p.value = "any"
		default:
			r.none(e.value, "the policy `%s`", e.value.Value)
			continue
		}
		if strings.Contains(e.key, "@") {
			r.none(e.at, "the policy for `%s`: a pattern has no ref here", e.key)
			continue
		}
		out = append(out, p)
	}
	return out
}
