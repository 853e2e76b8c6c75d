package lint

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"

	"sekisho/lint/syntax"
)

// fingerprint names each finding by its rule, its file, the text it stands on and its rank among equals, so that it keeps its
// name when lines above it come and go. fs are one file's, in order.
func fingerprint(f *syntax.File, fs []Finding) {
	seen := map[string]int{}
	for i := range fs {
		first := f.Position(fs[i].Start).Line
		id := fs[i].Rule + "\x00" + fs[i].Path + "\x00" + strings.TrimSpace(f.Slice(f.LineSpan(first)))
		seen[id]++
		sum := sha256.Sum256([]byte(id + "\x00" + strconv.Itoa(seen[id])))
		fs[i].Fingerprint = hex.EncodeToString(sum[:16])
	}
}
