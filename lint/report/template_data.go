package report

import (
	"bytes"
	"encoding/json"
)

// document is what a template sees: the document of the json format.
type document struct {
	Version  int          `json:"version"`
	Tool     docTool      `json:"tool"`
	Findings []docFinding `json:"findings"`
	Problems []docProblem `json:"problems"`
	Summary  docSummary   `json:"summary"`
}

type docTool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

type docFinding struct {
	Rule        string          `json:"rule"`
	Severity    string          `json:"severity"`
	Confidence  string          `json:"confidence"`
	Level       string          `json:"level"`
	Path        string          `json:"path"`
	Line        int             `json:"line"`
	Column      int             `json:"column"`
	EndLine     int             `json:"endLine"`
	EndColumn   int             `json:"endColumn"`
	Offset      int             `json:"offset"`
	EndOffset   int             `json:"endOffset"`
	Message     string          `json:"message"`
	URL         string          `json:"url"`
	Related     []docPlace      `json:"related"`
	Trace       []docPlace      `json:"trace"`
	Fixes       []docFix        `json:"fixes"`
	Suppressed  *docSuppression `json:"suppressed"`
	Fingerprint string          `json:"fingerprint"`
}

type docPlace struct {
	Path      string `json:"path"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
	Message   string `json:"message"`
}

type docFix struct {
	Title  string    `json:"title"`
	Safety string    `json:"safety"`
	Edits  []docEdit `json:"edits"`
}

type docEdit struct {
	Offset    int    `json:"offset"`
	EndOffset int    `json:"endOffset"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"endLine"`
	EndColumn int    `json:"endColumn"`
	Text      string `json:"text"`
}

type docSuppression struct {
	Reason string `json:"reason"`
	Kind   string `json:"kind"`
}

type docProblem struct {
	Path    string `json:"path"`
	Message string `json:"message"`
}

type docSummary struct {
	Files      int            `json:"files"`
	Findings   int            `json:"findings"`
	Suppressed int            `json:"suppressed"`
	Older      int            `json:"older,omitempty"`
	Fixable    int            `json:"fixable"`
	BySeverity map[string]int `json:"bySeverity"`
	DurationMS int64          `json:"durationMs"`
}

// newDocument reads what writeJSON writes, so that the two cannot differ.
func newDocument(v *view) (*document, error) {
	var text bytes.Buffer
	p := newPrinter(&text)
	writeJSON(p, v)
	if err := p.flush(); err != nil {
		return nil, err
	}
	doc := new(document)
	return doc, json.Unmarshal(text.Bytes(), doc)
}

// exampleDocument has everything that a document can have.
func exampleDocument() *document {
	place := docPlace{Path: ".github/workflows/ci.yml", Line: 1, Column: 1, EndLine: 1, EndColumn: 2, Message: "message"}
	f := docFinding{
		Rule: "rule", Severity: "high", Confidence: "high", Level: "error", Path: place.Path,
		Line: 1, Column: 1, EndLine: 1, EndColumn: 2, EndOffset: 1, Message: "message", Fingerprint: "0",
		Related: []docPlace{place}, Trace: []docPlace{place, place},
		Fixes: []docFix{{Title: "title", Safety: "safe", Edits: []docEdit{{EndOffset: 1, Line: 1, Column: 1, EndLine: 1, EndColumn: 2, Text: "text"}}}},
	}
	marked := f
	marked.Suppressed = &docSuppression{Reason: "reason", Kind: "comment"}
	return &document{
		Version: 1, Tool: docTool{Name: "sekisho", Version: "1"},
		Findings: []docFinding{f, marked}, Problems: []docProblem{{Path: place.Path, Message: "message"}},
		Summary: docSummary{Files: 1, Findings: 1, Suppressed: 1, Older: 1, Fixable: 1, BySeverity: map[string]int{"high": 1}},
	}
}
