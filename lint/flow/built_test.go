package flow

import (
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"sekisho/lint/repo"
)

// TestFilesOfSteps checks which files of the repository a step runs and builds, through working directories, other files and actions.
func TestFilesOfSteps(t *testing.T) {
	fsys := fstest.MapFS{}
	for name, text := range map[string]string{
		"run.sh": "#!/bin/sh\n. ./lib.sh\npython3 tools/a.py\n", "lib.sh": "x=1\n", "tools/a.py": "import b\n", "tools/b.sh": "node c.js\n", "tools/c.js": "1\n", "bin/x": "#!/usr/bin/env ruby\nputs 1\n",
		"Dockerfile": "FROM a\n", "img/Dockerfile": "FROM b\n", "img/Other": "FROM c\n", "img/deep/Containerfile": "FROM d\n", "a.sh": "exec ./b.sh\n", "b.sh": "./a.sh\n",
	} {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	for _, tt := range []struct {
		step        string
		runs, built []string
	}{
		{"run: ./run.sh", []string{"run.sh", "lib.sh", "tools/a.py"}, nil},
		{"run: bash -e run.sh", []string{"run.sh", "lib.sh", "tools/a.py"}, nil},
		{"run: source tools/b.sh\n        working-directory: ./", []string{"tools/b.sh"}, nil},
		{"run: sh b.sh\n        working-directory: tools", []string{"tools/b.sh", "tools/c.js"}, nil},
		{"run: cd tools && bash b.sh", []string{"tools/b.sh", "tools/c.js"}, nil},
		{"run: sudo -E python3 -u \"$GITHUB_WORKSPACE/tools/a.py\" --x", []string{"tools/a.py"}, nil},
		{"run: ./bin/x", []string{"bin/x"}, nil},
		{"run: ./a.sh", []string{"a.sh", "b.sh"}, nil},
		{"run: python3 -c 'import a'; node -e 1; python3 none.py; ../run.sh; /run.sh", nil, nil},
		{"run: ssh host ./run.sh; cat run.sh; python3 tools/", nil, nil},
		{"run: docker build .", nil, []string{"Dockerfile"}},
		{"run: docker buildx build --push -t x -f img/Other img", nil, []string{"img/Other"}},
		{"run: cd img && podman build --file=Other .", nil, []string{"img/Other"}},
		{"run: docker image build img/\n        working-directory: .", nil, []string{"img/Dockerfile"}},
		{"run: sudo buildah bud deep\n        working-directory: img", nil, []string{"img/deep/Containerfile"}},
		{"run: docker build \"${{ github.workspace }}/img\"", nil, []string{"img/Dockerfile"}},
		{"run: docker build img --push --platform linux/amd64 -t x", nil, []string{"img/Dockerfile"}},
		{"run: docker build $DIR; docker build -; docker build https://example.com/x.git; docker compose build; make docker build", nil, nil},
		{"uses: docker/build-push-action@v6", nil, []string{"Dockerfile"}},
		{"uses: Docker/Build-Push-Action@v6\n        with: {context: ./img}", nil, []string{"img/Dockerfile"}},
		{"uses: docker/build-push-action@v6\n        with: {file: ./img/Other, context: ./img}", nil, []string{"img/Other"}},
		{"uses: docker/build-push-action@v6\n        with: {context: '${{ matrix.a }}'}", nil, nil},
		{"uses: docker/build-push-action@v6\n        with: {file: ../Dockerfile}", nil, nil},
	} {
		const name = ".github/workflows/a.yml"
		fsys[name] = &fstest.MapFile{Data: fmt.Appendf(nil, "on: push\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n      - %s\n", tt.step)}
		r := repo.Load(fsys, repo.Options{})
		f := New(r)
		file := r.File(name)
		var runs, built []string
		for job, step := range file.Steps() {
			for _, p := range f.Programs(file, job, step) {
				runs = append(runs, p.Source.Path)
			}
			for _, b := range f.Built(file, job, step) {
				built = append(built, b.Docker.Path)
			}
		}
		if diff := cmp.Diff(tt.runs, runs); diff != "" {
			t.Errorf("%s runs other files (-want +got):\n%s", tt.step, diff)
		}
		if diff := cmp.Diff(tt.built, built); diff != "" {
			t.Errorf("%s builds other files (-want +got):\n%s", tt.step, diff)
		}
	}
}
