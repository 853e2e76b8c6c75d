package syntax

import "strings"

// anchors notes each anchor that no alias stands for.
func (d *decoder) anchors(root *Node) {
	if root == nil || root.Partial || !strings.Contains(d.f.Text, "&") {
		return
	}
	used := make(map[*Node]bool, len(d.f.Aliases))
	for _, a := range d.f.Aliases {
		used[a.Target] = true
	}
	var walk func(n *Node)
	walk = func(n *Node) {
		if n == nil || n.Kind == Alias {
			return
		}
		if n.Anchor != "" && !used[n] {
			d.ignoredf(d.anchorSpan(n), "anchor %s is used nowhere; remove it", quote("&"+n.Anchor))
		}
		for _, item := range n.Items {
			walk(item)
		}
		for _, p := range n.Pairs {
			walk(p.Key)
			walk(p.Value)
		}
	}
	walk(root)
}

// anchorSpan returns the bytes of a node's anchor, which stands before it.
func (d *decoder) anchorSpan(n *Node) Span {
	at := strings.LastIndex(d.f.Text[:n.Start], "&"+n.Anchor)
	if at < 0 {
		return n.Span
	}
	return Span{Start: at, End: at + 1 + len(n.Anchor)}
}
