package repo

import (
	"io/fs"
	"os"
	"strings"
	"sync"
)

// Disk is a root as a file system for Load. A root looks at each folder on the way to a file, every time; most files that are read are
// workflows, whose folder a Disk keeps open. What does not open from there, as a link to another folder does not, is left to the root.
type Disk struct {
	root  fs.FS
	open  func(name string) (*os.Root, error)
	once  sync.Once
	works *os.Root // the folder of the workflows; nil when it cannot be opened
}

// NewDisk returns the file system of root, which the caller closes after it.
func NewDisk(root *os.Root) *Disk { return &Disk{root: root.FS(), open: root.OpenRoot} }

// Close gives back what was kept open.
func (d *Disk) Close() error {
	d.once.Do(func() {})
	if d.works == nil {
		return nil
	}
	return d.works.Close()
}

// Open opens a file or a folder.
func (d *Disk) Open(name string) (fs.File, error) {
	base, ok := strings.CutPrefix(name, WorkflowDir+"/")
	if !ok || strings.Contains(base, "/") || !fs.ValidPath(name) {
		return d.root.Open(name)
	}
	d.once.Do(func() {
		if works, err := d.open(WorkflowDir); err == nil {
			d.works = works
		}
	})
	if d.works != nil {
		if f, err := d.works.Open(base); err == nil {
			return f, nil
		}
	}
	return d.root.Open(name)
}

// Stat describes a file or a folder; links are followed within the root.
func (d *Disk) Stat(name string) (fs.FileInfo, error) { return fs.Stat(d.root, name) }

// ReadDir lists a folder.
func (d *Disk) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(d.root, name) }
