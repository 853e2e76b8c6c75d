package catalog

import (
	"strings"
	"testing"
)

// FuzzClues compares the one pass over a script with a search for each word.
func FuzzClues(f *testing.F) {
	for _, words := range clueWords {
		f.Add("x" + words[0] + "y " + strings.ToUpper(words[len(words)-1]))
	}
	f.Add("")
	mintTable().all(func(row []string) { f.Add(row[0] + " " + row[1]) })
	f.Add("curl https://a/oauth/token https://a/access_tokens")
	f.Add("k")
	f.Add("K3")
	f.Add("\u212A3 np m")
	f.Fuzz(func(t *testing.T, script string) {
		low := []byte(script)
		for i, c := range low {
			low[i] = lower[c]
		}
		want := AnyClue
		for i, words := range clueWords {
			for _, w := range words {
				if strings.Contains(string(low), w) {
					want |= 1 << i
				}
			}
		}
		if got := Clues(script); got != want {
			t.Errorf("%q: %b, want %b", script, got, want)
		}
		if MayMint(script) && !want.Has(ClueMints) {
			t.Errorf("%q has no clue that it gets a credential", script)
		}
	})
}
