package repo

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkMonorepo loads a repository of 500 workflows, 200 actions and 20,000 other files from the disk.
func BenchmarkMonorepo(b *testing.B) {
	root := b.TempDir()
	write := func(name, text string) {
		name = filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			b.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	step := "      - uses: ./.github/actions/a1\n      - run: |\n          set -e\n          make build && make test\n        env:\n          TOKEN: ${{ secrets.TOKEN }}\n"
	for i := range 500 {
		write(fmt.Sprintf(".github/workflows/w%d.yml", i), "on: push\npermissions: {}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n"+strings.Repeat(step, 20))
	}
	for i := range 200 {
		write(fmt.Sprintf(".github/actions/a%d/action.yml", i), "name: a\nruns:\n  using: composite\n  steps:\n"+strings.Repeat("    - run: echo a\n      shell: bash\n", 10))
	}
	for i := range 20_000 {
		write(fmt.Sprintf("packages/p%d/src/f%d.ts", i%1000, i), "")
	}
	for b.Loop() {
		opened, err := os.OpenRoot(root)
		if err != nil {
			b.Fatal(err)
		}
		if r := Load(opened.FS(), Options{}); len(r.Files) != 700 || len(r.Problems) > 0 {
			b.Fatalf("%d files, problems: %v", len(r.Files), r.Problems)
		}
		opened.Close()
	}
}
