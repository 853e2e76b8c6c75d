package syntax

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseDockerfile(t *testing.T) {
	const text = `# syntax=docker/dockerfile:1
ARG TAG=3.12
ARG BASE="python:${TAG}"
FROM --platform=linux/amd64 $BASE AS build
from ${OTHER:-alpine} as Small
FROM build
FROM scratch
COPY --from=build /a /b
COPY --from=ghcr.io/o/tool:1 \
  /tool /usr/bin/
COPY --from=0 /c /d
ADD http://example.com/x.tgz /x
ADD --checksum=sha256:00 https://example.com/y.tgz /y
RUN --mount=type=cache,target=/x \
    apt-get update && \
    # a comment
    apt-get install curl
RUN ["a", "b"]
RUN <<'EOF'
curl x | sh
EOF
FROM ${UNKNOWN}
`
	d := ParseDockerfile(NewSource("Dockerfile", text))
	var images, runs, adds []string
	for _, i := range d.Images {
		images = append(images, i.Name+" "+d.Slice(i.Span))
	}
	for _, r := range d.Runs {
		runs = append(runs, r.Text)
		if r.Start+len(r.Text) > len(text) {
			t.Errorf("the script at %d leaves the file", r.Start)
		}
	}
	for _, a := range d.Adds {
		adds = append(adds, a.Value)
	}
	if diff := cmp.Diff([]string{"python:3.12 $BASE", "alpine ${OTHER:-alpine}", "scratch scratch", "ghcr.io/o/tool:1 ghcr.io/o/tool:1", "${UNKNOWN} ${UNKNOWN}"}, images); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"apt-get update && \\\n" + strings.Repeat(" ", 4+len("# a comment")-1) + "\\\n    apt-get install curl", "curl x | sh\n"}, runs); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"http://example.com/x.tgz"}, adds); diff != "" {
		t.Error(diff)
	}
	if d := ParseDockerfile(NewSource("Dockerfile", "# escape=`\nFROM a\n")); len(d.Images) > 0 {
		t.Error("a Dockerfile with another escape is read")
	}
}

func FuzzParseDockerfile(f *testing.F) {
	for _, text := range []string{"", "FROM a\n", "ARG A=$A\nFROM ${A", "RUN --x \\\n # c\n\n y", "RUN <<EOF\nx\nEOF", "RUN <<", "FROM a \\", "COPY --from=\n", "ADD\t\\\r\n http://x y", "ARG A=${A:-$A}$A\nFROM $A$"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d := ParseDockerfile(NewSource("Dockerfile", text))
		for _, i := range d.Images {
			if i.Start < 0 || i.End <= i.Start || i.End > len(text) {
				t.Errorf("%q: the image %v is empty or outside", text, i)
			}
		}
		for _, a := range d.Adds {
			if a.Start < 0 || a.End <= a.Start || a.End > len(text) {
				t.Errorf("%q: the address %v is empty or outside", text, a)
			}
		}
		for _, r := range d.Runs {
			if r.Start < 0 || r.Start+len(r.Text) > len(text) {
				t.Errorf("%q: the script %v is outside", text, r)
			}
		}
	})
}

func TestSettings(t *testing.T) {
	const text = "# c\nexport A=b # d\nB = 'c d'\n  \"auth\": \"xyz\",\n//reg/:_authToken=t\nmachine h login a password p1\n- token: x\n;e=f\nnothing\nC=\n"
	src := NewSource(".env", text)
	var got []string
	for _, s := range Settings(src) {
		got = append(got, s.Name+"="+src.Slice(s.Value))
	}
	want := []string{"A=b", "B=c d", "auth=xyz", "//reg/:_authToken=t", "password=p1", "token=x", "C="}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func FuzzSettings(f *testing.F) {
	for _, text := range []string{"", "a=b", "a: 'b", "export \t", "machine a password b", "\x00=\xff", "a=\"\"", "{\"a\":\"b\"}"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range Settings(NewSource(".env", text)) {
			if s.Value.Start < 0 || s.Value.End < s.Value.Start || s.Value.End > len(text) {
				t.Errorf("%q: the value %v is outside", text, s.Value)
			}
		}
	})
}
