package lint

import (
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

// Severity says how bad a finding is; the zero value stands for the rule's default.
type Severity uint8

// The severities, mildest first.
const (
	Info Severity = iota + 1
	Low
	Medium
	High
	Critical
)

// Confidence says how sure a finding is; the zero value means Sure.
type Confidence uint8

// The confidences. Sure is what a finding has when its rule says nothing else.
const (
	Unsure Confidence = iota + 1 // low
	Likely                       // medium
	Sure                         // high
)

// Finding is one fault at one place.
type Finding struct {
	Rule string // id
	Path string // relative to the repository's root, with /
	syntax.Span
	Severity    Severity
	Confidence  Confidence
	Strict      bool    // shown only with --strict
	Message     string  // what is wrong with which thing; what to do. No position, no full stop
	Same        string  // findings of a rule and a file that agree in it are told as one; see Fold. "" for one that stands alone
	Anywhere    bool    // and of other files
	Here        string  // what is at this place, in a word, where a finding with another message stands for it
	Related     []Place // other places the message speaks of
	Repeats     int     // so many of Related, the first ones, have the same fault
	Trace       []Place // source, hops, sink, in order
	Way         *Way    // who gets to what, for pictures; nil when the rule does not tell
	Fixes       []Fix   // alternatives, the best first
	Hidden      []Place // what no report may quote: credentials
	Suppressed  *Suppression
	Fingerprint string // stable when lines move and blocks change places; see fingerprint
}

// Place is a place that explains a finding.
type Place struct {
	Path string // "" means the finding's file
	syntax.Span
	Message string
}

// Way leads from what starts a job to what is worth protecting there. A Trace, if there is one, tells how it goes on in the job.
type Way struct {
	Events []string // that may start the job, by name, in the order of the file
	Job    string   // its id
	Goal   string   // in the words of messages: the secret `X`, the token with `packages: write`
}

// Safety tells whether a fix may be applied without a look.
type Safety uint8

// The safeties.
const (
	Safe   Safety = iota + 1 // keeps behaviour, comments and layout
	Unsafe                   // needs a look
)

// Fix is one way to repair a finding, in the finding's file. Edits do not overlap.
type Fix struct {
	Title  string // imperative: "pin to …"
	Same   string // what it does in the words of all fixes that do the like, by which Fold joins them; "": the title
	Safety Safety
	Edits  []syntax.Edit
}

// Suppression is why a finding is not shown.
type Suppression struct {
	Span   syntax.Span // the comment
	Reason string
	Kind   string // comment, configuration or baseline
}

// Problem is something that could not be checked.
type Problem = repo.Problem

// Result is what a run found in one repository.
type Result struct {
	Findings []Finding                 // sorted by path, offset, rule; suppressed ones included and marked
	Problems []Problem                 // sorted by path
	Sources  map[string]*syntax.Source // texts of the files that findings, places and fixes speak of, by path
	Files    int                       // files checked
	Rules    []*Rule                   // those that could report, kinds as rules of their own, with the severity that the settings give them
	Older    int                       // open findings that Past.Since left out
}
