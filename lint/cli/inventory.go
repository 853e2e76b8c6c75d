package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sekisho/lint/flow"
	"sekisho/lint/inventory"
	"sekisho/lint/repo"
	"sekisho/lint/report"
)

// inventoryFlags are the flags of the command inventory.
type inventoryFlags struct {
	action string
	format outputs
	color  choice
	jobs   int
}

func newInventory(s *system) *cobra.Command {
	o := &inventoryFlags{color: choice{"auto", []string{"auto", "always", "never"}}}
	o.format.formats = report.InventoryFormats()
	cmd := &cobra.Command{
		Use:   "inventory [PATH…]",
		Short: "List the secrets, who can reach them, and what an action of others could read",
		Long: fmt.Sprintf(`List what the workflows of a repository hold: secrets, variables that look like one, app tokens and identities; where each is used, under
which environment, who can start that, and with what rights. And for each action of others whether it is pinned and which of all that it
could read: what to lose if it is compromised. The most exposed come first. All of it comes from the files alone: no secret is read, and
whether one exists, and where it is kept, only the settings of the repository tell.

PATH is a repository or a folder of repositories; without one it is the repository around the working directory.

--action OWNER/REPOSITORY answers "we hear that it was compromised: what must we rotate?"; with @REF only for uses of that very ref.

--format NAME prints the inventory, --format NAME=FILE writes it to a file; it may be repeated. The names: %s.
The page of html is one file that loads nothing and runs no script. `+"`sekisho schema inventory`"+` prints the JSON Schema of json.

Exit codes: 0 done, and nothing uses the action of --action; 1 something uses it; 2 wrong usage; 3 something could not be looked at.`, strings.Join(o.format.formats, ", ")),
		Example: `  sekisho inventory
  sekisho inventory --format html=inventory.html
  sekisho inventory --action tj-actions/changed-files path/to/repositories`,
		Args: cobra.ArbitraryArgs,
		RunE: func(_ *cobra.Command, args []string) error { return runInventory(s, o, args) },
	}
	f := cmd.Flags()
	f.SortFlags = false
	f.StringVar(&o.action, "action", "", "tell what must be rotated if the action `owner/repository[@ref]` was compromised")
	o.format.add(cmd, "format", "print the inventory as NAME, or write it to FILE; may be repeated")
	o.color.add(cmd, "color", "colour the output")
	f.IntVarP(&o.jobs, "jobs", "j", 0, "the `number` of files read at the same time; 0: one a processor")
	return cmd
}

func runInventory(s *system, o *inventoryFlags, args []string) error {
	all := &report.Inventories{}
	if o.action != "" {
		q, err := inventory.ParseQuery(o.action)
		if err != nil {
			return fmt.Errorf("--action: %q names no action: %w", o.action, err)
		}
		all.Query = &q
	}
	if o.jobs < 0 {
		return fmt.Errorf("--jobs is %d; use 0 or more", o.jobs)
	}
	outs, err := s.destinations(o.format.chosen())
	if err != nil {
		return err
	}
	if slices.Contains(args, "-") {
		return errors.New("inventory reads repositories, not standard input")
	}
	ts, err := s.targets(args, "")
	if err != nil {
		return err
	}
	if err := s.takeStock(all, ts, o.jobs); err != nil {
		return err
	}
	if lines := s.writeInventories(outs, all, o); len(lines) > 0 {
		return &stop{exitProblem, lines}
	}
	return exit(inventoryCode(all))
}

// takeStock adds the inventories of repositories. One that fails is a problem, unless it is the only one.
func (s *system) takeStock(all *report.Inventories, ts []*target, workers int) error {
	lists := make([]*inventory.Inventory, len(ts))
	errs := make([]error, len(ts))
	repo.Each(len(ts), workers, func(i int) {
		errs[i] = contain(func() (err error) {
			lists[i], err = s.inventory(ts[i], all.Query, workers)
			return err
		})
	})
	files := 0
	for i, t := range ts {
		switch {
		case errs[i] == nil:
			files += lists[i].Files
			all.List = append(all.List, report.Listed{Prefix: t.prefix, Inventory: lists[i]})
		case len(ts) == 1:
			return errs[i]
		default:
			all.Problems = append(all.Problems, repo.Problem{Path: strings.TrimSuffix(t.prefix, "/"), Message: errs[i].Error()})
		}
	}
	if files == 0 && len(all.Problems) == 0 && !slices.ContainsFunc(all.List, func(l report.Listed) bool { return len(l.Problems) > 0 }) {
		err := s.nothing(ts)
		if !slices.ContainsFunc(ts, func(t *target) bool { return t.all && s.isRepository(t.dir) }) {
			return err
		}
		s.say(err.Error()) // a repository without workflows holds no secret in them
	}
	return nil
}

// inventory takes stock of one repository. The whole of it is looked at, whatever part of it was given: who reaches a secret is said
// in other files as well.
func (s *system) inventory(t *target, q *inventory.Query, workers int) (*inventory.Inventory, error) {
	root, err := s.open(t.dir)
	if err != nil {
		return nil, &stop{exitProblem, []string{t.dir + ": " + reason(err)}}
	}
	defer root.Close()
	r := repo.Load(root.FS(), repo.Options{Extra: t.files, Loose: t.loose, Workers: workers})
	s.makeRoom(r)
	inv := inventory.New(r, flow.New(r))
	if q != nil {
		inv = inv.About(*q)
	}
	return inv, nil
}

// writeInventories writes the inventories in all their forms and returns a line for each that could not be written.
func (s *system) writeInventories(ds []*destination, all *report.Inventories, o *inventoryFlags) (lines []string) {
	for _, d := range ds {
		shape := report.InventoryOptions{Version: s.version}
		if d.name == "" {
			shape.Color, shape.Width = s.coloredLog(o.color.value), s.columns()
		}
		err := s.writeTo(d, func(w io.Writer) error { return report.WriteInventory(w, d.format, all, shape) })
		switch {
		case err != nil && d.name == "":
			lines = append(lines, "the inventory cannot be written: "+err.Error())
		case err != nil:
			lines = append(lines, d.file+": not written: "+reason(err))
		}
	}
	return lines
}

// inventoryCode is the exit code of what was listed.
func inventoryCode(all *report.Inventories) int {
	code := exitClean
	if len(all.Problems) > 0 {
		return exitProblem
	}
	for _, l := range all.List {
		switch {
		case len(l.Problems) > 0:
			return exitProblem
		case all.Query != nil && len(l.Actions) > 0:
			code = exitFindings
		}
	}
	return code
}
