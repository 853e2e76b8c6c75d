package repo

import "strings"

// RefKind is what the ref of a uses: value looks like.
type RefKind uint8

// The kinds of refs.
const (
	CommitRef RefKind = iota // all digits of a commit
	ShortRef                 // the first digits of one, which a tag or branch of that name comes before
	TagRef
	BranchRef
)

// KindOfRef tells what a ref looks like.
func KindOfRef(ref string) RefKind {
	if IsHex(ref) {
		if len(ref) == 40 || len(ref) == 64 {
			return CommitRef
		}
		if len(ref) >= 7 && len(ref) < 40 && strings.Trim(ref, "0123456789") != "" {
			return ShortRef
		}
	}
	// A version is a tag, wherever it stands in the name: v4, 1.2.3, setup-v2, release-1.0. A path is a branch, and so is 2.x.
	if !strings.Contains(ref, "/") && !strings.HasSuffix(strings.ToLower(ref), ".x") && strings.ContainsAny(ref, "0123456789") || strings.HasPrefix(ref, "refs/tags/") {
		return TagRef
	}
	return BranchRef
}
