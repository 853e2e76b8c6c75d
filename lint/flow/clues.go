package flow

import (
	"sekisho/lint/catalog"
	"sekisho/lint/syntax"
)

// looked is what a look at the text of a script tells without parsing it.
type looked struct {
	clues catalog.Clue
	names bool // a word may name a file of the repository
}

// look looks at a step's script, once.
func (f *Flow) look(step *syntax.Step) looked {
	f.mu.Lock()
	l, seen := f.looks[step]
	f.mu.Unlock()
	if !seen {
		l = looked{catalog.Clues(step.Run.Value), f.repo.MayName(step.Run.Value)}
		f.mu.Lock()
		f.looks[step] = l
		f.mu.Unlock()
	}
	return l
}

// Clues tells what the script of a step may do, without parsing it.
func (f *Flow) Clues(step *syntax.Step) catalog.Clue {
	if step.Run == nil {
		return 0
	}
	return f.look(step).clues
}

// MayRun answers false, without parsing it, when the script of a step can run no script file of the repository.
func (f *Flow) MayRun(step *syntax.Step) bool { return step.Run != nil && f.look(step).names }

// FileClues tells what a script file of the repository may do, without parsing it.
func (f *Flow) FileClues(src *syntax.Source) catalog.Clue {
	f.mu.Lock()
	clues, seen := f.fileClues[src]
	f.mu.Unlock()
	if !seen {
		clues = catalog.Clues(src.Text)
		f.mu.Lock()
		if f.fileClues == nil {
			f.fileClues = map[*syntax.Source]catalog.Clue{}
		}
		f.fileClues[src] = clues
		f.mu.Unlock()
	}
	return clues
}
