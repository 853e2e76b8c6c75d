package lint

import (
	"cmp"
	"slices"
	"strings"

	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

// renames pairs the files that are new in a repository with those that are gone and had at least half of their text, as git
// does. It maps paths now to paths then. Git itself would see those of the work tree only if it ran the filters that the
// repository sets.
func renames(then, now *repo.Repo) map[string]string {
	gone, fresh := missing(then, now), missing(now, then)
	if len(gone) == 0 || len(fresh) == 0 {
		return nil
	}
	was := map[string]string{}
	gone, fresh = renamedOnly(was, gone, fresh)
	pairs := similar(gone, fresh)
	slices.SortStableFunc(pairs, func(a, b pair) int { return cmp.Compare(b.common, a.common) })
	used := map[string]bool{}
	for _, p := range pairs {
		if was[p.to] == "" && !used[p.from] {
			was[p.to], used[p.from] = p.from, true
		}
	}
	return was
}

// missing lists the files of a that are not in b.
func missing(a, b *repo.Repo) []*syntax.File {
	var out []*syntax.File
	for _, f := range a.Files {
		if b.File(f.Path) == nil {
			out = append(out, f)
		}
	}
	return out
}

// renamedOnly pairs files with equal texts, in their order, and returns those that are left.
func renamedOnly(was map[string]string, gone, fresh []*syntax.File) (goneLeft, freshLeft []*syntax.File) {
	byText := map[string][]*syntax.File{}
	for _, f := range gone {
		byText[f.Text] = append(byText[f.Text], f)
	}
	for _, f := range fresh {
		if same := byText[f.Text]; len(same) > 0 {
			was[f.Path] = same[0].Path
			byText[f.Text] = same[1:]
		} else {
			freshLeft = append(freshLeft, f)
		}
	}
	for _, f := range gone {
		if left := byText[f.Text]; len(left) > 0 && left[0] == f {
			goneLeft = append(goneLeft, f)
			byText[f.Text] = left[1:]
		}
	}
	return goneLeft, freshLeft
}

// pair is a file that may be another one under a new name, and how much of the larger one both have.
type pair struct {
	from, to string
	common   float64
}

// similar lists the pairs of files of one kind that have half of their text in common. When all of them would be too much to
// compare, those behind are new.
func similar(gone, fresh []*syntax.File) []pair {
	const (
		maxCompared = 64 << 20 // bytes of all comparisons
		overhead    = 1 << 10  // of one, in bytes
	)
	var pairs []pair
	left := maxCompared
	for _, from := range gone {
		lines := countLines(from)
		for _, to := range fresh {
			if left -= len(from.Text) + len(to.Text) + overhead; left < 0 {
				return pairs
			}
			if from.Kind != to.Kind {
				continue
			}
			if common := similarity(lines, countLines(to)); common >= 0.5 {
				pairs = append(pairs, pair{from.Path, to.Path, common})
			}
		}
	}
	return pairs
}

// countLines counts how often a file has each line.
func countLines(f *syntax.File) map[string]int {
	count := map[string]int{}
	for line := range strings.Lines(f.Text) {
		count[strings.TrimRight(line, "\r\n")]++
	}
	return count
}

// similarity returns how much of the larger of two texts the lines make up that both have.
func similarity(a, b map[string]int) float64 {
	sizeA, sizeB, common := 0, 0, 0
	for line, n := range a {
		sizeA += n * (len(line) + 1)
	}
	for line, n := range b {
		sizeB += n * (len(line) + 1)
		common += min(n, a[line]) * (len(line) + 1)
	}
	return float64(common) / float64(max(sizeA, sizeB, 1))
}
