package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"sekisho/lint"
	"sekisho/lint/report"
)

// newAction is the step of the composite action at the top of this repository. The inputs come by the environment, not through
// a shell. The outputs are set however it ends.
func newAction(s *system, rules lint.RuleSet) *cobra.Command {
	return &cobra.Command{
		Use:    "action",
		Short:  "Check the workspace as the step of a workflow",
		Hidden: true, // of no use at a shell
		Args:   cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			st := &step{}
			code, lines := outcome(s.action(rules, st))
			for _, line := range lines {
				s.annotation("error", line)
			}
			if err := s.setOutputs(st, code); err != nil {
				return failed(fmt.Errorf("the outputs cannot be set: %w", err))
			}
			return exit(code)
		},
	}
}

// step is a run of the action.
type step struct {
	inputs
	reported bool
	findings int
	headline string
}

// annotates tells whether annotations and a summary are to be written besides what --format asks for. Outside of the action,
// where there is no step, they are not.
func (st *step) annotates() bool { return st != nil && len(st.formats) == 0 }

// report remembers what was printed.
func (st *step) report(r *report.Report, o report.Options) {
	if st != nil {
		st.reported = true
		st.findings, st.headline = report.Headline(r, o)
	}
}

func (s *system) action(rules lint.RuleSet, st *step) error {
	var err error
	if st.inputs, err = readInputs(s.getenv); err != nil {
		return err
	}
	if len(st.paths) == 0 && s.holdsNothing(".") {
		return errors.New("the workspace is empty; check out the repository in a step before, by actions/checkout")
	}
	if st.onlyChanged {
		err = s.lintChanged(rules, st)
	} else {
		err = s.lintStep(rules, st, "")
	}
	if err == nil && !st.reported {
		return errors.New("nothing was checked, for the input args asks for help")
	}
	return err
}

// lintChanged reports what the event of the run changed, or everything where that cannot be told.
func (s *system) lintChanged(rules lint.RuleSet, st *step) error {
	ts, err := s.targets(st.paths, "")
	if err != nil {
		return err
	}
	commit, err := s.changedSince(ts)
	if err == nil {
		// The clone may turn out to lack files of the commit.
		if err = s.lintStep(rules, st, commit); st.reported || !isProblem(err) {
			return err
		}
	}
	s.annotation("notice", "everything is reported: "+strings.TrimPrefix(err.Error(), "--since: "))
	return s.lintStep(rules, st, "")
}

// lintStep runs the command line that the inputs stand for, with a commit only what is new since then.
func (s *system) lintStep(rules lint.RuleSet, st *step, commit string) error {
	o := &lintFlags{step: st}
	cmd := newLint(s, rules, o)
	if commit != "" {
		o.since.value, o.since.set, o.exact = commit, true, true
	}
	return s.execute(cmd, st.arguments())
}

func isProblem(err error) bool {
	code, _ := outcome(err)
	return code == exitProblem
}

// holdsNothing tells whether a folder is empty.
func (s *system) holdsNothing(dir string) bool {
	root, err := s.open(dir)
	if err != nil {
		return false
	}
	defer root.Close()
	entries, err := fs.ReadDir(root.FS(), ".")
	return err == nil && len(entries) == 0
}

// annotation prints a line that the runner shows with the run.
func (s *system) annotation(kind, line string) {
	fmt.Fprintf(s.stdout, "::%s title=sekisho::%s\n", kind, strings.ReplaceAll(plain(line), "%", "%25"))
}

// setOutputs sets the outputs, each in a line of its own: none of them holds a line break.
func (s *system) setOutputs(st *step, code int) error {
	name := s.getenv("GITHUB_OUTPUT")
	if name == "" {
		return nil
	}
	text := fmt.Sprintf("exit-code=%d\n", code)
	if st.reported {
		text += fmt.Sprintf("findings=%d\nsummary=%s\n", st.findings, st.headline)
		if st.sarifFile != "" {
			text += "sarif-file=" + st.sarifFile + "\n"
		}
	}
	f, err := s.appendTo(name)
	if err != nil {
		return err
	}
	_, err = io.WriteString(f, text)
	return errors.Join(err, f.Close())
}
