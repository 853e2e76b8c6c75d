package syntax

import (
	"fmt"
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

// TestDockerStages checks what a Dockerfile defines and copies, and which stages are in its image.
func TestDockerStages(t *testing.T) {
	const text = `ARG BASE=a TOP
FROM $BASE AS One
ARG NPM_TOKEN A="b c" \
  B='d'
ENV NPM_TOKEN=$NPM_TOKEN X="y z"
env OLD some "old" value
COPY --chown=1:1 .npmrc ./
COPY ["a b", ".env","/x/"]
COPY <<EOF /x
ENV NOT=this
EOF
RUN <<EOF
ARG NOT
EOF
FROM b AS two
COPY --from=one . .
ADD --exclude=.git . \
  /src
FROM one
`
	d := ParseDockerfile(NewSource("Dockerfile", text))
	var vars, copies, names []string
	for _, v := range d.Vars {
		vars = append(vars, fmt.Sprintf("%d %v %s=%s", v.Stage, v.Env, d.Slice(v.Name.Span), d.Slice(v.Value.Span)))
	}
	for _, c := range d.Copies {
		line := fmt.Sprint(c.Stage, c.Excludes)
		for _, s := range c.Sources {
			line += " " + d.Slice(s.Span)
		}
		copies = append(copies, line)
	}
	for _, i := range d.Instructions {
		names = append(names, fmt.Sprint(i.Name, i.Stage, len(strings.Split(d.Slice(i.Span), "\n"))))
	}
	if diff := cmp.Diff([]string{"-1 false BASE=a", "-1 false TOP=", "0 false NPM_TOKEN=", "0 false A=b c", "0 false B=d", "0 true NPM_TOKEN=$NPM_TOKEN", "0 true X=y z", `0 true OLD=some "old" value`}, vars); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"0 [] .npmrc", "0 [] a b .env", "1 [.git] ."}, copies); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(strings.Fields("ARG-11 FROM01 ARG02 ENV01 ENV01 COPY01 COPY01 COPY03 RUN03 FROM11 COPY11 ADD12 FROM21"), stripped(names)); diff != "" {
		t.Error(diff)
	}
	if last := d.LastStage(""); last != 2 || d.LastStage("TWO") != 1 || d.LastStage("none") != 2 || !d.Within(0, 2) || d.Within(1, 2) || d.Within(-1, 2) {
		t.Errorf("the image is made of stage %d, with the wrong ones in it", last)
	}
}

func stripped(names []string) []string {
	for i := range names {
		names[i] = strings.ReplaceAll(names[i], " ", "")
	}
	return names
}

func FuzzParseDockerfile(f *testing.F) {
	for _, text := range []string{"", "FROM a\n", "ARG A=$A\nFROM ${A", "RUN --x \\\n # c\n\n y", "RUN <<EOF\nx\nEOF", "RUN <<", "FROM a \\", "COPY --from=\n", "ADD\t\\\r\n http://x y", "ARG A=${A:-$A}$A\nFROM $A$",
		"ENV A \"b\nARG 'c=\\", "COPY [\",\",]", "COPY <<E /x\nE\nADD . \\\n", "FROM a AS a\nFROM a AS a\nFROM a\nENV =\"\" =x"} {
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
		inside := func(what string, at Span) {
			if at.Start < 0 || at.End < at.Start || at.End > len(text) {
				t.Errorf("%q: the %s %v is outside", text, what, at)
			}
		}
		for _, i := range d.Instructions {
			inside("instruction", i.Span)
			d.Within(i.Stage, d.LastStage(""))
		}
		for _, v := range d.Vars {
			inside("name", v.Name.Span)
			inside("value", v.Value.Span)
		}
		for _, c := range d.Copies {
			for _, s := range c.Sources {
				inside("source", s.Span)
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
