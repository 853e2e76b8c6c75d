package shell

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTraceFolder compares the lines marked "# traced" with those where a traced command starts.
func TestTraceFolder(t *testing.T) {
	files, err := filepath.Glob("testdata/trace/*.sh")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s := ParseFile(string(data), Bash)
			if s.Err != nil {
				t.Fatal(s.Err)
			}
			lines := strings.SplitAfter(string(data), "\n")
			var want, got []string
			for _, line := range lines {
				if strings.Contains(line, "# traced") {
					want = append(want, line)
				}
			}
			traced := make(map[int]bool)
			for _, c := range s.Commands {
				if c.Traced != nil && c.Traced.Kind != TraceTool {
					traced[strings.Count(string(data[:c.Start]), "\n")] = true
				}
			}
			for i, line := range lines {
				if traced[i] {
					got = append(got, line)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("traced lines (-want +got):\n%s", diff)
			}
		})
	}
}
