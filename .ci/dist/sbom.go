package main

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"net/url"
	"runtime/debug"
	"strings"
)

// bill is a CycloneDX 1.6 document, as far as a Go binary fills one.
type bill struct {
	Format       string       `json:"bomFormat"`
	Spec         string       `json:"specVersion"`
	Version      int          `json:"version"`
	Metadata     metadata     `json:"metadata"`
	Components   []component  `json:"components"`
	Dependencies []dependency `json:"dependencies"`
}

type metadata struct {
	Component component `json:"component"`
}

type component struct {
	Ref        string     `json:"bom-ref"`
	Type       string     `json:"type"`
	Name       string     `json:"name"`
	Version    string     `json:"version"`
	Purl       string     `json:"purl"`
	Hashes     []hash     `json:"hashes,omitempty"`
	Licenses   []licence  `json:"licenses,omitempty"`
	Properties []property `json:"properties,omitempty"`
}

type hash struct {
	Algorithm string `json:"alg"`
	Content   string `json:"content"`
}

type licence struct {
	License struct {
		ID string `json:"id"`
	} `json:"license"`
}

type property struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

type dependency struct {
	Ref       string   `json:"ref"`
	DependsOn []string `json:"dependsOn"`
}

// sbom lists what a binary says it was linked from: its modules with their checksums, and Go's own library. It says nothing
// of who made it or when, so that the same binary gives the same list.
func sbom(info *buildinfo.BuildInfo, version string, program []byte) ([]byte, error) {
	main := module("application", &debug.Module{Path: info.Main.Path, Version: "v" + version})
	main.Hashes = []hash{{"SHA-256", digest(program)}}
	mit := licence{}
	mit.License.ID = "MIT"
	main.Licenses = []licence{mit}
	for _, key := range []string{"GOOS", "GOARCH", "CGO_ENABLED", "vcs.revision", "vcs.modified"} {
		if value := setting(info, key); value != "" {
			main.Properties = append(main.Properties, property{"go:" + key, value})
		}
	}
	std := module("library", &debug.Module{Path: "stdlib", Version: strings.TrimPrefix(info.GoVersion, "go")})
	parts := []component{std}
	for _, dep := range info.Deps {
		if dep.Replace != nil {
			dep = dep.Replace
		}
		parts = append(parts, module("library", dep))
	}
	needs := dependency{Ref: main.Ref}
	for _, part := range parts {
		needs.DependsOn = append(needs.DependsOn, part.Ref)
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	err := enc.Encode(bill{
		Format: "CycloneDX", Spec: "1.6", Version: 1,
		Metadata: metadata{main}, Components: parts, Dependencies: []dependency{needs},
	})
	return out.Bytes(), err
}

func module(kind string, m *debug.Module) component {
	purl := "pkg:golang/" + strings.ToLower(m.Path) + "@" + url.QueryEscape(m.Version)
	c := component{Ref: purl, Type: kind, Name: m.Path, Version: m.Version, Purl: purl}
	if m.Sum != "" {
		c.Properties = []property{{"go:sum", m.Sum}}
	}
	return c
}
