package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"sekisho/lint/report"
)

// formatHelp explains --format.
func formatHelp(formats []string) string {
	return `--format NAME prints the findings on standard output, --format NAME=FILE (or NAME=- for standard output) writes them to a
file, which is replaced as a whole; its folder must exist. Repeated, one run writes all of them, at most one to standard
output. When each has a file, nothing is printed: add --format text to see the findings as well. The names:

  ` + strings.Join(formats, ", ") + `

The format template prints what the template of --template makes of the findings, in the language of Go's text/template:

  --format template --template '{{range .Findings}}{{.Path}}:{{.Line}} {{.Rule}}{{"\n"}}{{end}}'

Its fields are those of ` + "`sekisho schema output`" + ` with a capital first letter, but URL and DurationMS, its functions those of
text/template and ` + strings.Join(report.TemplateFunctions(), ", ") + `. A
value is printed on one line, and what a terminal or a runner would obey becomes visible; {{raw .Message}} prints it as it is.
`
}

// output is one form in which a run prints its report.
type output struct {
	format string
	file   string // "": standard output
}

// outputs is a flag that takes NAME or NAME=FILE and may be repeated. At most one output goes to standard output.
type outputs struct {
	list    []output // as given
	formats []string // the names; the first stands for no flag at all
}

// String returns what is written.
func (o *outputs) String() string {
	var parts []string
	for _, out := range o.chosen() {
		if out.file != "" {
			out.format += "=" + out.file
		}
		parts = append(parts, out.format)
	}
	return strings.Join(parts, ",")
}

// Type returns what help shows as the value.
func (o *outputs) Type() string { return "NAME[=FILE]" }

// Set adds an output. It fails for an unknown name, and for a second one to standard output.
func (o *outputs) Set(value string) error {
	name, file, toFile := strings.Cut(value, "=")
	switch {
	case !slices.Contains(o.formats, name):
		return fmt.Errorf("%q is none of its values; %s", name, suggest(name, o.formats))
	case toFile && file == "":
		return fmt.Errorf("%q names no file; write %s=FILE, or %s for standard output", value, name, name)
	case file == "-":
		file = ""
	}
	if i := o.toStdout(); i >= 0 && file == "" {
		return onlyOne(o.list[i].format, name)
	}
	o.list = append(o.list, output{name, file})
	return nil
}

// onlyOne says that two formats would be printed into each other.
func onlyOne(first, second string) error {
	return fmt.Errorf("%s and %s would both go to standard output; write one of them to a file: %s=FILE", first, second, second)
}

// toStdout returns the index of the output that goes to standard output, or -1.
func (o *outputs) toStdout() int {
	return slices.IndexFunc(o.list, func(out output) bool { return out.file == "" })
}

// chosen returns what is written: without the flag, the first format to standard output.
func (o *outputs) chosen() []output {
	if len(o.list) == 0 {
		return []output{{format: o.formats[0]}}
	}
	return o.list
}

// add defines the flag, with the names as completions and, behind the equals sign, files.
func (o *outputs) add(cmd *cobra.Command, name, usage string) {
	cmd.Flags().Var(o, name, usage)
	_ = cmd.RegisterFlagCompletionFunc(name, func(_ *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		if strings.Contains(typed, "=") {
			return nil, cobra.ShellCompDirectiveDefault
		}
		return o.formats, cobra.ShellCompDirectiveNoFileComp
	})
}

// destination is an output whose place has been looked at.
type destination struct {
	output
	name string      // of the file, absolute; "": standard output
	info fs.FileInfo // of the file; nil: there is none yet
}

// destinations looks at all places before anything is done, so that a mistake in one costs no run. The order is that in which
// they are written: standard output, whose reader may be gone before the end, comes last.
func (s *system) destinations(outs []output) ([]*destination, error) {
	var files, stdout []*destination
	for _, out := range outs {
		d, err := s.destination(out)
		if err != nil {
			return nil, fmt.Errorf("--format %s=%s: %w", out.format, out.file, err)
		}
		if d.name == "" {
			stdout = append(stdout, d)
			continue
		}
		if i := slices.IndexFunc(files, d.sameFile); i >= 0 {
			return nil, fmt.Errorf("--format %s=%s: %s is written to the same file; give each its own", out.format, out.file, files[i].format)
		}
		files = append(files, d)
	}
	if len(stdout) > 1 {
		return nil, fmt.Errorf("--format: %w", onlyOne(stdout[0].format, stdout[1].format))
	}
	return append(files, stdout...), nil
}

// destination looks at the place of one output. A file that standard output is redirected to counts as standard output.
func (s *system) destination(out output) (*destination, error) {
	d := &destination{output: out}
	if out.file == "" {
		return d, nil
	}
	abs, err := s.abs(out.file)
	if err != nil {
		return nil, errors.New(reason(err))
	}
	d.name = abs
	d.info, err = s.stat(abs)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.name, err = s.newFile(out.file, abs)
		return d, err
	case err != nil:
		return nil, errors.New(reason(err))
	case d.info.IsDir():
		return nil, errors.New("it is a folder; name a file in it")
	case s.isStdout(d.info):
		d.name = ""
	case d.info.Mode().IsRegular():
		// The file is replaced, and the links that lead to it stay.
		if d.name, err = s.real(abs); err != nil {
			return nil, errors.New(reason(err))
		}
	}
	return d, nil
}

// newFile returns the name of a file that does not exist yet. It fails when the file could not be made.
func (s *system) newFile(file, abs string) (string, error) {
	if os.IsPathSeparator(file[len(file)-1]) {
		return "", errors.New("it is no file but a folder, which does not exist")
	}
	dir, err := s.real(filepath.Dir(abs))
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("there is no folder %s; make it first", filepath.Dir(file))
	}
	if err != nil {
		return "", errors.New(reason(err))
	}
	root, err := s.open(dir)
	if err != nil {
		return "", errors.New(reason(err))
	}
	defer root.Close()
	if _, err := root.Lstat(filepath.Base(abs)); err == nil {
		return "", errors.New("it is a symbolic link that leads nowhere")
	}
	return filepath.Join(dir, filepath.Base(abs)), nil
}

// sameFile tells whether two outputs would be written to one file. Names that differ in case alone are one on some systems.
func (d *destination) sameFile(other *destination) bool {
	if d.info != nil && other.info != nil {
		return os.SameFile(d.info, other.info) && d.info.Mode()&fs.ModeDevice == 0
	}
	return strings.EqualFold(d.name, other.name)
}

// isStdout tells whether standard output is this file or pipe.
func (s *system) isStdout(info fs.FileInfo) bool {
	f, ok := s.stdout.(interface{ Stat() (fs.FileInfo, error) })
	if !ok || info.Mode()&fs.ModeDevice != 0 {
		return false
	}
	own, err := f.Stat()
	return err == nil && os.SameFile(own, info)
}

// writeTo writes one report to its place. A file is replaced as a whole, a device or a pipe is written into.
func (s *system) writeTo(d *destination, write func(io.Writer) error) error {
	switch {
	case d.name == "":
		return write(s.stdout)
	case d.info != nil && !d.info.Mode().IsRegular():
		f, err := s.writable(d.name)
		if err != nil {
			return err
		}
		return errors.Join(write(f), f.Close())
	}
	root, err := s.open(filepath.Dir(d.name))
	if err != nil {
		return err
	}
	defer root.Close()
	var mode *fs.FileMode
	if d.info != nil {
		perm := d.info.Mode().Perm()
		mode = &perm
	}
	return replace(root, filepath.Base(d.name), mode, write)
}

// writeAll writes a report in all its forms and returns a line for each that could not be written.
func (s *system) writeAll(ds []*destination, r *report.Report, o report.Options) (lines []string) {
	for _, d := range ds {
		shape := o
		if d.name != "" {
			shape.Color, shape.Width = false, 0
		}
		err := s.writeTo(d, func(w io.Writer) error { return report.Write(w, d.format, r, shape) })
		switch {
		case err != nil && d.name == "":
			lines = append(lines, "the report cannot be written: "+err.Error())
		case err != nil:
			lines = append(lines, d.file+": not written: "+reason(err))
		}
	}
	return lines
}

// sayWhere tells a user to whom nothing was printed where to look.
func (s *system) sayWhere(ds []*destination, findings, problems int) {
	var files []string
	for _, d := range ds {
		if d.name == "" {
			return
		}
		files = append(files, d.file)
	}
	if findings+problems == 0 {
		return
	}
	what := number(findings, "finding")
	if problems > 0 {
		what += " and " + number(problems, "problem")
	}
	s.say(what + " written to " + strings.Join(files, ", ") + "; add --format text to see them here")
}

// maxTemplate is how many bytes a template may have.
const maxTemplate = 1 << 20

// template reads the template that an output needs; without such an output there is none.
func (s *system) template(text string, outs []output) (*report.Template, error) {
	const name = "template"
	needed := slices.ContainsFunc(outs, func(out output) bool { return out.format == name })
	switch {
	case needed && text == "":
		return nil, errors.New("--format template needs a template; add --template FILE")
	case !needed && text != "":
		return nil, errors.New("--template is for the format template; add --format template")
	case !needed:
		return nil, nil
	case strings.Contains(text, "{{"):
		return report.ParseTemplate("--template", text)
	}
	f, err := s.readable(text)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("--template: %s: no such file; a template in place of a file holds {{", text)
	}
	if err != nil {
		return nil, fmt.Errorf("--template: %s: %s", text, reason(err))
	}
	defer f.Close()
	content, err := io.ReadAll(io.LimitReader(f, maxTemplate+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("--template: %s: %s", text, reason(err))
	case len(content) > maxTemplate:
		return nil, fmt.Errorf("--template: %s: larger than %d bytes", text, maxTemplate)
	}
	return report.ParseTemplate(text, strings.TrimPrefix(string(content), "\ufeff"))
}
