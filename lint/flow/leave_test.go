package flow_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/flow"
	"sekisho/lint/repo"
)

func TestLeftByScripts(t *testing.T) {
	const text = "on: push\njobs:\n  j:\n    runs-on: x\n    steps:\n" +
		"      - run: echo A=${{ secrets.A }} >> $GITHUB_ENV\n" +
		"      - uses: docker/login-action@v3\n" +
		"      - {id: B, run: 'echo Out=$X >> $GITHUB_OUTPUT', env: {X: '${{ secrets.B }}'}}\n" +
		"      - run: echo nothing\n" +
		"      - {id: aws, uses: aws-actions/configure-aws-credentials@v4}\n" +
		"      - run: echo C=$AWS_SECRET_ACCESS_KEY >> $GITHUB_ENV\n"
	r := repo.Load(fstest.MapFS{".github/workflows/a.yml": {Data: []byte(text)}}, repo.Options{})
	file := r.Files[0]
	var got []string
	for _, l := range flow.New(r).LeftByScripts(file, file.Workflow.Jobs[0]) {
		got = append(got, l.Variable+l.Output+" "+l.Secret.Text())
	}
	want := []string{"A the secret `A`", "b.outputs.out the secret `B`", "C the credential `AWS_SECRET_ACCESS_KEY`"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
