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

// maxCompared is how many lines of gone files are compared with those of new ones, all in all. What is behind is taken for new.
const maxCompared = 100_000_000

// similar lists the pairs of files of one kind that have half of their text in common.
func similar(gone, fresh []*syntax.File) []pair {
	type line struct{ file, count int }
	index := map[string][]line{} // the gone files that have a line
	sizes := make([]int, len(gone))
	for i, f := range gone {
		var lines map[string]int
		lines, sizes[i] = countLines(f)
		for text, n := range lines {
			index[text] = append(index[text], line{i, n})
		}
	}
	var pairs []pair
	left := maxCompared
	for _, to := range fresh {
		lines, size := countLines(to)
		common := make([]int, len(gone))
		for text, n := range lines {
			if left -= len(index[text]); left < 0 {
				return pairs
			}
			for _, l := range index[text] {
				common[l.file] += min(n, l.count) * (len(text) + 1)
			}
		}
		for i, from := range gone {
			if 2*common[i] >= max(size, sizes[i]) && from.Kind == to.Kind {
				pairs = append(pairs, pair{from.Path, to.Path, float64(common[i]) / float64(max(size, sizes[i], 1))})
			}
		}
	}
	return pairs
}

// countLines counts how often a file has each line, and the bytes of all. Line ends count as one.
func countLines(f *syntax.File) (lines map[string]int, size int) {
	lines = map[string]int{}
	for line := range strings.Lines(f.Text) {
		line = strings.TrimRight(line, "\r\n")
		lines[line]++
		size += len(line) + 1
	}
	return lines, size
}
