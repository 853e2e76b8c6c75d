package report

import (
	"fmt"
	"io"
	"testing"

	"sekisho/lint"
)

// thousand is a report with 1,000 findings in 100 files.
func thousand() *Report {
	texts := map[string]string{}
	r := &Report{Files: 100, Rules: sampleRules()}
	for i := range 100 {
		path := fmt.Sprintf(".github/workflows/w%02d.yml", i)
		texts[path] = workflow
		one := sample()
		for j := range 10 {
			f := one.Findings[j%5]
			f.Path = path
			r.Findings = append(r.Findings, f)
		}
	}
	texts[other] = callee
	r.Sources = sources(texts)
	r.Problems = []lint.Problem{{Path: "a", Message: "b"}}
	return r
}

func BenchmarkWrite(b *testing.B) {
	r := thousand()
	o := Options{Version: "0.1.0", Page: pages, Template: mustParse(b, everyField)}
	for _, format := range Formats() {
		b.Run(format, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := Write(io.Discard, format, r, o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
