package syntax

import (
	"os"
	"testing"

	"gopkg.in/yaml.v3"
)

func benchText(b *testing.B) string {
	data, err := os.ReadFile("testdata/bench.yml")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	return string(data)
}

func BenchmarkParseYAML(b *testing.B) {
	text := benchText(b)
	for b.Loop() {
		if root, _, errs := ParseYAML(NewSource("bench.yml", text)); root == nil || len(errs) > 0 {
			b.Fatal(errs)
		}
	}
}

// BenchmarkYAMLv3 is the part of BenchmarkParseYAML that is not ours.
func BenchmarkYAMLv3(b *testing.B) {
	text := []byte(benchText(b))
	for b.Loop() {
		var node yaml.Node
		if err := yaml.Unmarshal(text, &node); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkValueSpan(b *testing.B) {
	text := benchText(b)
	src := NewSource("bench.yml", text)
	root, _, _ := ParseYAML(src)
	var strs []Str
	for _, n := range scalars(root, nil) {
		strs = append(strs, n.Str())
	}
	for b.Loop() {
		for i := range strs {
			src.ValueSpan(&strs[i], Span{Start: 0, End: len(strs[i].Value)})
		}
	}
}

func scalars(n *Node, found []*Node) []*Node {
	if n.Kind == Scalar {
		found = append(found, n)
	}
	for _, item := range n.Items {
		found = scalars(item, found)
	}
	for _, p := range n.Pairs {
		found = scalars(p.Value, scalars(p.Key, found))
	}
	return found
}
