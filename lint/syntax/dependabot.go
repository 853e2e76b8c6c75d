package syntax

import (
	"slices"
	"strconv"
)

// Dependabot is a .github/dependabot.yml.
type Dependabot struct {
	Node       *Node
	Version    *Field
	Updates    []*Update
	UpdatesKey Span
	Registries []Entry // Name and the mapping
}

// Update is one entry of updates.
type Update struct {
	Span
	Node        *Node
	Ecosystem   *Field // package-ecosystem
	Directory   *Field
	Directories *List
	Execution   *Field // insecure-external-code-execution
	Limit       *Field // open-pull-requests-limit
	Cooldown    *Cooldown
	Registries  *List
}

// Cooldown is how many days Dependabot waits before it proposes a release.
type Cooldown struct {
	Span
	Key                                          Span
	Node                                         *Node
	Default, Major, Minor, Patch                 *Field // days
	Include, Exclude                             *List
	DefaultDays, MajorDays, MinorDays, PatchDays int // of the fields; -1 where they are absent or no number
}

// The keys and words of dependabot.yml. Source: GitHub's "Dependabot options reference", November 2026.
var (
	dependabotKeys = []string{"version", "updates", "registries", "multi-ecosystem-groups", "enable-beta-ecosystems"}
	updateKeys     = []string{
		"package-ecosystem", "directory", "directories", "schedule", "allow", "assignees", "commit-message", "cooldown",
		"exclude-paths", "groups", "ignore", "insecure-external-code-execution", "labels", "milestone", "multi-ecosystem-group",
		"open-pull-requests-limit", "patterns", "pull-request-branch-name", "rebase-strategy", "registries", "reviewers",
		"target-branch", "vendor", "versioning-strategy",
	}
	dependabotScheduleKeys = []string{"interval", "day", "time", "timezone", "cronjob"}
	cooldownKeys           = []string{"default-days", "semver-major-days", "semver-minor-days", "semver-patch-days", "include", "exclude"}
	registryKeys           = []string{
		"type", "url", "username", "password", "key", "token", "organization", "auth-key", "public-key-fingerprint", "replaces-base",
		"repo", "tenant-id", "client-id", "jfrog-oidc-provider-name", "audience", "identity-mapping-name", "aws-region", "account-id",
		"role-name", "domain", "domain-owner", "namespace", "service-slug", "api-host",
	}
	ecosystems = []string{
		"bazel", "bun", "bundler", "cargo", "composer", "conda", "deno", "devcontainers", "docker", "docker-compose", "dotnet-sdk", "elm",
		"github-actions", "gitsubmodule", "gomod", "gradle", "helm", "julia", "maven", "mix", "nix", "npm", "nuget", "opentofu", "pip",
		"pre-commit", "pub", "rust-toolchain", "sbt", "swift", "terraform", "uv", "vcpkg",
	}
	intervals = []string{"daily", "weekly", "monthly", "quarterly", "semiannually", "yearly", "cron"}
	weekdays  = []string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"}
)

func (d *decoder) dependabot(root *Node) *Dependabot {
	b := &Dependabot{Node: root.Resolve()}
	if b.Node == nil {
		return b
	}
	if b.Node.Kind != Mapping {
		d.errorf(b.Node.Span, `the Dependabot configuration must be a mapping, not %s; give it the keys "version" and "updates"`, kindName(b.Node))
		return b
	}
	for _, p := range b.Node.Pairs {
		switch key(p) {
		case "version":
			if b.Version = d.text(p); b.Version != nil && b.Version.Value != "2" {
				d.errorf(b.Version.Span, `"version" must be 2, not %s`, quote(b.Version.Value))
			}
		case "updates":
			b.UpdatesKey = p.Key.Span
			b.Updates = d.updates(p)
		case "registries":
			b.Registries = d.registries(p)
		case "multi-ecosystem-groups":
			d.mapping(p)
		case "enable-beta-ecosystems":
			d.boolean(p)
		default:
			d.unknown(p, place{what: "the Dependabot configuration", keys: dependabotKeys})
		}
	}
	d.required(b.Node, "the Dependabot configuration", "version", "updates")
	return b
}

// required reports keys that a mapping needs and does not have, at its first key.
func (d *decoder) required(n *Node, what string, keys ...string) {
	at := n.Span
	if len(n.Pairs) > 0 {
		at = n.Pairs[0].Key.Span
	}
	for _, k := range keys {
		if _, ok := n.Get(k); !ok {
			d.errorf(at, "%s has no %s; add it", what, quote(k))
		}
	}
}

func (d *decoder) updates(p Pair) []*Update {
	var out []*Update
	for _, n := range d.mappings(p) {
		out = append(out, d.update(n))
	}
	return out
}

func (d *decoder) update(n *Node) *Update {
	u := &Update{Span: n.Span, Node: n}
	for _, p := range n.Pairs {
		switch key(p) {
		case "package-ecosystem":
			u.Ecosystem = d.oneOf(p, ecosystems)
		case "directory":
			u.Directory = d.text(p)
		case "directories":
			u.Directories = d.list(p)
		case "schedule":
			d.updateSchedule(p)
		case "cooldown":
			u.Cooldown = d.cooldown(p)
		case "insecure-external-code-execution":
			u.Execution = d.oneOf(p, []string{"allow", "deny"})
		case "registries":
			u.Registries = d.list(p)
		case "rebase-strategy":
			d.oneOf(p, []string{"auto", "disabled"})
		case "versioning-strategy":
			d.oneOf(p, []string{"auto", "increase", "increase-if-necessary", "lockfile-only", "widen"})
		case "open-pull-requests-limit":
			if v := p.Value.Resolve(); v.Kind != Scalar || v.Tag != TagInt {
				d.wrong(p, "a number")
				break
			}
			u.Limit = d.field(p)
		case "vendor":
			d.boolean(p)
		case "target-branch", "multi-ecosystem-group":
			d.text(p)
		case "labels", "assignees", "reviewers", "exclude-paths", "patterns":
			if v := p.Value.Resolve(); v.Kind != Sequence && !isNull(v) {
				d.wrong(p, "a list of strings")
			}
		case "groups", "commit-message", "pull-request-branch-name":
			d.mapping(p)
		case "allow", "ignore":
			if v := p.Value.Resolve(); v.Kind != Sequence && !isNull(v) {
				d.wrong(p, "a list")
			}
		case "milestone":
		default:
			d.unknown(p, place{what: "an update", keys: updateKeys})
		}
	}
	d.updateRequires(u)
	return u
}

// updateRequires reports what an update lacks: its ecosystem, one of the two ways to name folders, and its schedule, which a
// group over several ecosystems has in its place.
func (d *decoder) updateRequires(u *Update) {
	d.required(u.Node, "the update", "package-ecosystem")
	_, one := u.Node.Get("directory")
	several, more := u.Node.Get("directories")
	if one && more {
		d.errorf(several.Key.Span, `an update has either "directory" or "directories"; remove one`)
	} else if !one && !more {
		d.required(u.Node, "the update", "directory")
	}
	if _, grouped := u.Node.Get("multi-ecosystem-group"); !grouped {
		d.required(u.Node, "the update", "schedule")
	}
}

func (d *decoder) updateSchedule(p Pair) {
	n := d.mapping(p)
	if n == nil {
		return
	}
	for _, p := range n.Pairs {
		switch key(p) {
		case "interval":
			d.oneOf(p, intervals)
		case "day":
			d.oneOf(p, weekdays)
		case "time", "timezone", "cronjob":
			d.text(p)
		default:
			d.unknown(p, place{what: "schedule", keys: dependabotScheduleKeys})
		}
	}
	d.required(n, "the schedule", "interval")
	if interval, ok := n.Get("interval"); ok && interval.Value.Resolve().Value == "cron" {
		d.required(n, "the schedule", "cronjob")
	}
}

func (d *decoder) cooldown(p Pair) *Cooldown {
	n := d.mapping(p)
	if n == nil {
		return nil
	}
	c := &Cooldown{Span: n.Span, Key: p.Key.Span, Node: n, DefaultDays: -1, MajorDays: -1, MinorDays: -1, PatchDays: -1}
	for _, p := range n.Pairs {
		switch key(p) {
		case "default-days":
			c.Default, c.DefaultDays = d.days(p)
		case "semver-major-days":
			c.Major, c.MajorDays = d.days(p)
		case "semver-minor-days":
			c.Minor, c.MinorDays = d.days(p)
		case "semver-patch-days":
			c.Patch, c.PatchDays = d.days(p)
		case "include":
			c.Include = d.list(p)
		case "exclude":
			c.Exclude = d.list(p)
		default:
			d.unknown(p, place{what: "cooldown", keys: cooldownKeys})
		}
	}
	return c
}

// days reads a number of days from 0 to 90, which is as long as Dependabot waits.
func (d *decoder) days(p Pair) (*Field, int) {
	v := p.Value.Resolve()
	if v.Kind != Scalar || v.Tag != TagInt {
		d.wrong(p, "a number of days")
		return nil, -1
	}
	n, err := strconv.Atoi(v.Value)
	if err != nil || n < 0 || n > 90 {
		d.errorf(v.Span, "%s must be 0 to 90 days, not %s", quote(key(p)), quote(v.Value))
		return d.field(p), -1
	}
	return d.field(p), n
}

func (d *decoder) registries(p Pair) []Entry {
	n := d.mapping(p)
	if n == nil {
		return nil
	}
	var out []Entry
	for _, p := range d.capped(n, "registries") {
		v := p.Value.Resolve()
		if v.Kind != Mapping {
			d.wrong(p, "a mapping")
			continue
		}
		e := Entry{Node: v}
		d.fill(&e.Name, p.Key.Resolve())
		out = append(out, e)
		for _, q := range v.Pairs {
			if !slices.Contains(registryKeys, key(q)) {
				d.loose(q, v, place{what: "registry", name: e.Name.Value, keys: registryKeys})
			}
		}
		d.required(v, "registry "+quote(e.Name.Value), "type")
	}
	return out
}
