// Package flow answers what a job may do, who can start it, which conditions guard it and which secrets it holds.
package flow

import "sekisho/lint/repo"

// Flow is the analysis of one repository. It is safe for concurrent use.
type Flow struct{ repo *repo.Repo }

// New prepares the analysis; answers are computed when asked for.
func New(r *repo.Repo) *Flow { return &Flow{repo: r} }
