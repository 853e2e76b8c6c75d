package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// inputs are those of the composite action, as its step hands them on in the environment.
type inputs struct {
	paths       []string
	strict      bool
	failOn      string
	onlyChanged bool
	formats     []string
	sarifFile   string
	args        []string
}

// readInputs fails for what cannot be meant. Whether a path exists and what a format may be is found out later.
func readInputs(getenv func(string) string) (inputs, error) {
	in := inputs{
		paths:     items(getenv("INPUT_PATHS")),
		failOn:    strings.TrimSpace(getenv("INPUT_FAIL_ON")),
		formats:   items(getenv("INPUT_FORMAT")),
		sarifFile: strings.TrimSpace(getenv("INPUT_SARIF_FILE")),
		args:      items(getenv("INPUT_ARGS")),
	}
	var err error
	if in.strict, err = truth("strict", getenv("INPUT_STRICT")); err != nil {
		return inputs{}, err
	}
	if in.onlyChanged, err = truth("only-changed", getenv("INPUT_ONLY_CHANGED")); err != nil {
		return inputs{}, err
	}
	return in, in.check()
}

// truth reads an input that is true or false; empty is false.
func truth(name, value string) (bool, error) {
	switch strings.TrimSpace(value) {
	case "true":
		return true, nil
	case "false", "":
		return false, nil
	}
	return false, fmt.Errorf("the input %s is %q; write true or false", name, value)
}

// items returns the lines of a value without the blanks around them, empty ones left out.
func items(value string) []string {
	var list []string
	for line := range strings.Lines(value) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}

func (in *inputs) check() error {
	if strings.ContainsFunc(in.sarifFile, unicode.IsControl) || in.sarifFile == "-" {
		return fmt.Errorf("the input sarif-file is %q; give the name of one file", in.sarifFile)
	}
	if slices.Contains(in.paths, "-") {
		return errors.New("the input paths has no standard input to stand for by -; give files and folders")
	}
	for _, arg := range in.args {
		flag, _, _ := strings.Cut(arg, "=")
		switch {
		case !strings.HasPrefix(arg, "-") || strings.Trim(arg, "-") == "":
			return fmt.Errorf("the input args takes flags, and %q is none; give paths by the input paths", arg)
		case strings.ContainsFunc(flag, unicode.IsSpace):
			return fmt.Errorf("the input args takes one flag a line, written --name=value; %q holds a blank", flag)
		}
	}
	return nil
}

// arguments returns the command line that the inputs stand for. Flags given by args stand last, so that they count; nothing
// behind -- is a flag.
func (in *inputs) arguments() []string {
	var flags []string
	if in.strict {
		flags = append(flags, "--strict")
	}
	if in.failOn != "" {
		flags = append(flags, "--fail-on="+in.failOn)
	}
	if len(in.formats) == 0 {
		flags = append(flags, "--format=text")
	}
	for _, format := range in.formats {
		flags = append(flags, "--format="+format)
	}
	if in.sarifFile != "" {
		flags = append(flags, "--format=sarif="+in.sarifFile)
	}
	return slices.Concat(flags, in.args, []string{"--"}, in.paths)
}
