package report

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/syntax"
)

// TestLineHashes holds the hashes that the uploading action's own tests expect, and some for texts that are not ASCII or
// not UTF-8, as Node decodes them.
func TestLineHashes(t *testing.T) {
	greetings := []string{
		"e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1",
		"c8e28b0b4002a3a0:1", "c129715d7a2bc9a3:1",
	}
	for _, c := range []struct {
		text string
		want []string
	}{
		{"", []string{"c129715d7a2bc9a3:1"}},
		{" a\nb\n  \t\tc\n d", []string{"271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"}},
		{" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End", []string{
			"8b7cf3e952e7aeb2:1", "b1ae1287ec4718d9:1", "bff680108adb0fcc:1", "c6805c5e1288b612:1", "b86d3392aea1be30:1", "e6ceba753e1a442:1",
		}},
		{" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", greetings},
		{" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", greetings},
		{" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", greetings},
		{" hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n", greetings},
		{strings.Repeat("Lorem ipsum dolor sit amet.\n", 10), []string{
			"a7f2ff13bc495cf2:1", "a7f2ff13bc495cf2:2", "a7f2ff13bc495cf2:3", "a7f2ff13bc495cf2:4", "a7f2ff13bc495cf2:5", "a7f2ff13bc495cf2:6",
			"a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1", "c129715d7a2bc9a3:1",
		}},
		{"日本語 🚀\n\ufeff\ncafé", []string{"b99718300d2132c9:1", "8fb478b4a971f557:1", "37806498fad6782a:1"}},
		{"a\xff\xe6\x97b\n\xed\xa0\x80\xf0\x9f\x9a \xc3", []string{"23f2f9cdd6812f3:1", "d3f0ea30adefadfc:1"}},
		{"\ufeffon: push\r\n", []string{"7d7ebca0bbced967:1", "c129715d7a2bc9a3:1"}},
	} {
		var got []string
		for _, h := range lineHashes(c.text) {
			got = append(got, h.String())
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%.40q (-want +got):\n%s", c.text, diff)
		}
	}
}

// FuzzLineHashes shows that each line of a source has its hash, whatever the text.
func FuzzLineHashes(f *testing.F) {
	for _, text := range append(hostile(), workflow, "a\r \nb\r\n\r", strings.Repeat("x", 300), strings.Repeat("\n", 150)) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if got, want := len(lineHashes(text)), syntax.NewSource("", text).Lines(); got != want {
			t.Errorf("%d hashes for %d lines of %q", got, want, text)
		}
	})
}
