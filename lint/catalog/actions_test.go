package catalog

import (
	"strings"
	"testing"
)

func TestActionsAreFound(t *testing.T) {
	for name, a := range map[string]*actions{
		"caches": cacheTable(), "deploys": deployTable(), "gitusers": gitUserTable(), "logins": loginTable(), "scopes": scopeTable(), "scripts": scriptTable(), "tools": toolTable(),
	} {
		a.all(func(row []string) {
			action := strings.TrimSuffix(row[0], "/*")
			for _, uses := range []string{action, action + "@v1", strings.ToUpper(action) + "@a/b@c", action + "/", action + "/@"} {
				if _, folder := strings.CutSuffix(row[0], "/*"); folder {
					uses = strings.Replace(uses, action, action+"/x", 1)
					uses = strings.Replace(uses, strings.ToUpper(action), strings.ToUpper(action)+"/X", 1)
				}
				if got := a.first(uses); got == nil {
					t.Errorf("%s does not know %s", name, uses)
				}
			}
		})
		for _, uses := range []string{"", "@", "/", "//", "a", "a/", "./x", "docker://a/b", "octo-org/nothing@v1", "\xff/\xff"} {
			if got := a.first(uses); got != nil {
				t.Errorf("%s takes %q for %q", name, uses, got[0])
			}
		}
	}
}

func BenchmarkActionUnknown(b *testing.B) {
	t := scriptTable()
	for b.Loop() {
		t.uses("actions/checkout@v4")
	}
}

func BenchmarkActionKnown(b *testing.B) {
	t := scopeTable()
	for b.Loop() {
		t.uses("actions/checkout@v4")
	}
}
