package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"
)

// maxLinks is how many symbolic links may lead to a file.
const maxLinks = 16

// save replaces the text of the file at name below root in one step: after a crash the file holds the one text or the other.
// The mode stays, and a link within the root stays a link. It fails when the file no longer holds old.
func save(root *os.Root, name, old, text string) error {
	name, err := follow(root, name)
	if err != nil {
		return err
	}
	info, err := root.Stat(name)
	if err != nil {
		return err
	}
	now, err := root.ReadFile(name)
	switch {
	case err != nil:
		return err
	case string(now) == text:
		return nil
	case string(now) != old:
		return errors.New("the file has changed since it was read; run again")
	}
	mode := info.Mode().Perm()
	return replace(root, name, &mode, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// saveNew writes a file that does not exist, and makes the folder that holds it.
func saveNew(root *os.Root, name, text string) error {
	if err := root.MkdirAll(path.Dir(name), 0o777); err != nil {
		return err
	}
	return replace(root, name, nil, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// replace puts what write gives in the place of the file at name, in one step. With a mode the file has it; without one it
// gets that of new files.
func replace(root *os.Root, name string, mode *fs.FileMode, write func(io.Writer) error) error {
	perm := fs.FileMode(0o666)
	if mode != nil {
		perm = *mode
	}
	temp, f, err := create(root, name, perm)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil && mode != nil {
		// What the process masks out of new files is not masked out of this one.
		err = f.Chmod(perm)
	}
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = root.Rename(temp, name)
	}
	if err != nil {
		return errors.Join(err, root.Remove(temp))
	}
	return nil
}

// follow returns the file that a symbolic link stands for. It fails when that lies outside the root.
func follow(root *os.Root, name string) (string, error) {
	for range maxLinks {
		info, err := root.Lstat(name)
		if err != nil || info.Mode()&fs.ModeSymlink == 0 {
			return name, err
		}
		to, err := root.Readlink(name)
		if err != nil {
			return "", err
		}
		next := path.Join(path.Dir(name), strings.ReplaceAll(to, `\`, "/"))
		if path.IsAbs(to) || !fs.ValidPath(next) {
			return "", fmt.Errorf("it is a symbolic link to %s, which lies outside", to)
		}
		name = next
	}
	return "", errors.New("too many symbolic links")
}

// create makes a new file beside name.
func create(root *os.Root, name string, mode fs.FileMode) (string, *os.File, error) {
	dir, base := path.Split(name)
	for i := 0; ; i++ {
		temp := dir + "." + base + ".sekisho-" + strconv.Itoa(os.Getpid()) + "-" + strconv.Itoa(i)
		f, err := root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode|0o200)
		if !errors.Is(err, fs.ErrExist) || i >= 100 {
			return temp, f, err
		}
	}
}
