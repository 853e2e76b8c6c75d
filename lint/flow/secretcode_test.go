package flow

import (
	"testing"
	"testing/fstest"

	"sekisho/lint/repo"
)

// FuzzCodeCalls holds that whatever stands in a script of another language, what is found lies in the file.
func FuzzCodeCalls(f *testing.F) {
	for _, seed := range []string{
		"console.log(process.env.KEY)", "console.log(`${process.env.KEY}`", "core.info('a' + process.env['KEY'].slice(0, 4))", "print(os.environ[\"KEY\"])",
		"console.log(\"\\", "console.log((((", "console.log('${{ secrets.X }}')", "createComment({body: process.env.KEY})", "print(f'{os.getenv(\"KEY\")[:4]}')", "console.log(process.env.KEY ? 1 : 2)",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, script string) {
		text := "on: push\njobs:\n  a:\n    runs-on: x\n    env:\n      KEY: ${{ secrets.KEY }}\n    steps:\n      - uses: actions/github-script@v8\n        with:\n          script: |\n            "
		for _, c := range script {
			if text += string(c); c == '\n' {
				text += "            "
			}
		}
		r := repo.Load(fstest.MapFS{".github/workflows/a.yml": {Data: []byte(text + "\n")}}, repo.Options{})
		flow := New(r)
		for _, file := range r.Files {
			for job, step := range file.Steps() {
				for _, one := range append(flow.CodePrints(file, job, step), flow.CodePosts(file, job, step)...) {
					if one.Start < 0 || one.End > len(file.Text) || one.End < one.Start {
						t.Errorf("%q: the span %v is outside the file", script, one.Span)
					}
				}
			}
		}
	})
}
