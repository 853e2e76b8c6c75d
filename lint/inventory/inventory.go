// Package inventory lists the credentials that the workflows of a repository use, who can start what uses them, and which actions of
// others could read them.
package inventory

import (
	"fmt"
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/flow"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

// Inventory is what the files of one repository tell. Positions are those of the text as people read it.
type Inventory struct {
	Files       int           // workflows and actions that were looked at
	Jobs        []*Job        // in the order of files and jobs
	Credentials []*Credential // the most exposed first
	Actions     []*Action     // the most exposed first
	Trusts      []Trust       // in the order of files
	Problems    []repo.Problem
}

// Place is where something stands.
type Place struct {
	Path string
	syntax.Position
}

// Kind says what a credential is.
type Kind uint8

// The kinds of credential.
const (
	Secret   Kind = iota // of the repository, an environment of it, or its organization
	Variable             // vars.X, with a name that says that it holds a credential
	Plain                // a token that stands in a file
	Loaded               // what an action takes from a manager of secrets
	App                  // the token of a GitHub App
	Identity             // the identity of a job, exchanged for access to something else
)

// String returns the name of the kind.
func (k Kind) String() string {
	return [...]string{"secret", "variable", "plain", "loaded", "app", "identity"}[k]
}

// Lasts reports a credential that is valid until somebody replaces it.
func (k Kind) Lasts() bool { return k <= Loaded }

// Credential is one of them and where it is used.
type Credential struct {
	Kind Kind
	// Name is that of the secret or variable; of a Plain what it is and how it begins; of a Loaded the action that loads it; of an App the id of the app, else the action; of
	// an Identity what it becomes, else what asks for it. An expression stands as it is written: secrets[matrix.name].
	Name     string
	Every    bool   // a secret whose name is not fixed: it may be any, or all of them
	Opens    string // what it opens, where that is known: AWS, npm, GitHub; "" otherwise
	Named    bool   // by its name it only names something, such as a user or a region
	Exposure int    // see exposure.go
	Uses     []Use  // in the order of files
	Readers  []Reader
	App      *AppToken // of an App
}

// Text names a credential for people.
func (c *Credential) Text() string {
	switch {
	case c.Every && c.Name == "":
		return "every secret"
	case c.Kind == Plain:
		return c.Name + " in a file"
	case c.Kind == Loaded:
		return "secrets that " + c.Name + " loads"
	case c.Kind == App:
		return "app token " + c.Name
	case c.Kind == Identity && c.Opens != "":
		return "identity for " + c.Opens + " " + c.Name
	case c.Kind == Identity:
		return "identity " + c.Name
	case c.Kind == Variable:
		return "vars." + c.Name
	}
	return c.Name
}

// AppToken is what limits the token of a GitHub App.
type AppToken struct {
	Action       string // that makes it
	Permissions  string // as given; "" stands for every permission of the app
	Repositories string // as given
	Wide         bool   // it reaches every repository that the app is installed on
	Kept         bool   // it is not revoked when the job ends
}

// How says by what a job uses a credential.
type How uint8

// The ways to use one.
const (
	ByInput     How = iota // of an action or a called workflow
	ByVariable             // of the environment
	ByScript               // an expression in a script
	ByContainer            // credentials or options of a container
	ByCall                 // a secret that a called workflow is given
	ByLogin                // the action itself: it asks for an identity, makes a token or loads secrets
	ByCommand              // a command that asks for an identity
	ByRegistry             // of Dependabot
	ByFile                 // it stands there for everybody who can read the repository
	ByTest                 // its value goes nowhere: it is only compared, or names something
	ByGrant                // nothing is seen to use it, but the job may
)

// String returns a word for the way.
func (h How) String() string {
	return [...]string{"input", "variable", "script", "container", "call", "login", "command", "registry", "file", "test", "grant"}[h]
}

// Use is one place that uses a credential.
type Use struct {
	Place
	Job  *Job   // nil in a file without jobs
	Step string // how people call it; "" for the job's or the workflow's own keys
	How  How
	As   string // the input, variable or secret that it goes by; "" when there is none
	To   string // the action or workflow that it is handed to, without its ref; "" when there is none
}

// Job is what runs steps: a job, or an action of this repository that nothing in it uses.
type Job struct {
	Place
	ID          string // "" for an action
	Name        string // as written; "" when it has none
	Environment string // as written; "" when it has none
	Starts      []Start
	Token       Token
	OwnRunner   bool   // it runs on a machine that may outlive it
	Calls       string // the reusable workflow that it calls; "" for a job with steps
	Credentials []*Credential
	Actions     []*Action // of others
}

// Text names a job for people.
func (j *Job) Text() string {
	if j.ID == "" {
		return "the action " + j.Path
	}
	return "job " + j.ID
}

// Start is an event that may start a job.
type Start struct {
	Event  string
	Who    Who
	Guards []string // what stands in the way of strangers, the first being what decides
}

// Token is what the GITHUB_TOKEN of a job may do.
type Token struct {
	From   Source
	All    string  // read-all, write-all or an expression; "" otherwise
	Scopes []Scope // in the order of the file, those that give nothing left out
}

// Source says where the rights of a token come from.
type Source uint8

// The sources.
const (
	FromDefault  Source = iota // the repository's settings, which are not in the files
	FromJob                    // permissions of the job
	FromWorkflow               // permissions of the workflow
	FromCaller                 // the job that calls the workflow or uses the action
)

// String returns a word for the source.
func (s Source) String() string { return [...]string{"default", "job", "workflow", "caller"}[s] }

// Scope is one right.
type Scope struct{ Name, Level string }

// Trust is a statement in a file for a cloud that trusts the identities of GitHub.
type Trust struct {
	Place
	Of       string   // AWS, Google Cloud, Azure, Vault
	Limit    string   // whom it lets in
	Subjects []string // as written
	Admin    bool     // whom it lets in may do everything
}

// Pin says what holds a use of an action to what was looked at.
type Pin uint8

// The pins, the firmest first.
const (
	ByCommit  Pin = iota
	ByLock        // the lock file of the repository
	ByDigest      // of an image
	ByTag         // which its owner can move
	ByShort       // a shortened commit, which a tag or branch of that name comes before
	ByBranch      // which moves
	ByNothing     // an image without a tag, a path that is not in these files
)

// String returns a word for the pin.
func (p Pin) String() string {
	return [...]string{"commit", "lock", "digest", "tag", "short", "branch", "none"}[p]
}

// Holds reports a pin that nobody else can move.
func (p Pin) Holds() bool { return p <= ByDigest }

// Action is code of others: an action, a reusable workflow or an image that a step runs.
type Action struct {
	Name        string // owner/repository/path, docker://image, or ./path for one that is not in these files
	What        string // action, workflow, image, elsewhere
	Official    bool   // it belongs to GitHub
	Archived    bool
	Unpinned    bool     // some use of it is not pinned
	Compromised string   // what happened, when a commit that is known to be malicious is used
	Advisories  []string // published faults of the versions that are used
	Exposure    int      // see exposure.go
	Jobs        []*Occurrence
	Reach       []Reach // over all jobs, by way and then by exposure
	Token       Token   // the most that a token of its jobs may do
	Identity    bool    // some of its jobs may ask for an identity
}

// Occurrence is a job that uses an action.
type Occurrence struct {
	Job   *Job
	Uses  []ActionUse
	Reach []Reach // by way and then by exposure
}

// ActionUse is one place that uses an action.
type ActionUse struct {
	Place
	Step    string
	Ref     string
	Pin     Pin
	Version string // that the ref stands for, as far as that is known
}

// Way says how an action gets at a credential, the nearest first.
type Way uint8

// The ways. Behind all but the last the credential lies where the action can read it as a matter of course.
const (
	Made    Way = iota // by itself: it asks for an identity, makes a token or loads secrets
	Handed             // by an input, or a variable of its step
	Ambient            // by a variable of the job, the workflow or the container
	Written            // by a variable that an earlier step wrote to GITHUB_ENV
	Kept               // in what a login or a checkout before it left behind
	Granted            // every step of the job may ask for it
	Shared             // another step of the job uses it, on the same machine: for malicious code only
)

// String returns a word for the way.
func (w Way) String() string {
	return [...]string{"made", "handed", "environment", "written", "left", "granted", "same-runner"}[w]
}

// Text says the way for people.
func (w Way) Text() string {
	return [...]string{"made by it", "handed to it", "in its environment", "written to GITHUB_ENV before", "left by a login before", "granted to the job", "used by another step of its job"}[w]
}

// Direct reports a way that needs no attack on the runner.
func (w Way) Direct() bool { return w < Shared }

// Reach is a credential that an action could read.
type Reach struct {
	*Credential
	Way Way
	By  string // the input or variable, or the action that left it; "" when there is none
}

// Reader is an action that could read a credential.
type Reader struct {
	*Action
	Way Way
}

// maxPairs bounds how much is told of who could read what: files of people stay far below.
const maxPairs = 400_000

// New lists what the files of a repository tell.
func New(r *repo.Repo, f *flow.Flow) *Inventory {
	b := &builder{
		repo: r, flow: f, inv: &Inventory{Problems: slices.Clone(r.Problems)},
		credentials: map[credentialKey]*Credential{},
		actions:     map[string]*Action{},
		names:       map[nameKey]origins{},
		tokens:      map[*syntax.File]*Token{},
	}
	for _, file := range r.Files {
		b.file(file)
	}
	if b.pairs > maxPairs {
		b.inv.Problems = append(b.inv.Problems, repo.Problem{Message: fmt.Sprintf("only the first %d pairs of a credential and what uses or could read it are listed", maxPairs)})
	}
	b.finish()
	return b.inv
}

// builder collects an inventory.
type builder struct {
	repo        *repo.Repo
	flow        *flow.Flow
	inv         *Inventory
	credentials map[credentialKey]*Credential
	actions     map[string]*Action
	names       map[nameKey]origins
	tokens      map[*syntax.File]*Token
	used        map[*syntax.File]bool // actions of this repository that a step uses
	pairs       int
}

// spend reports that one more pair may be kept.
func (b *builder) spend() bool {
	b.pairs++
	return b.pairs <= maxPairs
}

// credentialKey tells credentials apart.
type credentialKey struct {
	kind Kind
	name string
}

// credential returns the one of this name.
func (b *builder) credential(kind Kind, name string) *Credential {
	key := credentialKey{kind, name}
	c := b.credentials[key]
	if c == nil {
		c = &Credential{Kind: kind, Name: name}
		if kind == Secret || kind == Variable {
			c.Named = catalog.Identifier(name) && !catalog.SecretName(name) // TOKEN_OF_SERVER
			if cloud, ok := catalog.CloudKey(name); ok {
				c.Opens = cloud.Name()
			} else if sure, _ := catalog.PersonalToken(name); sure {
				c.Opens = "GitHub"
			}
		}
		b.credentials[key] = c
		b.inv.Credentials = append(b.inv.Credentials, c)
	}
	return c
}

// use notes a place that uses a credential.
func (b *builder) use(c *Credential, u Use) {
	if b.spend() {
		c.Uses = append(c.Uses, u)
	}
}

// file lists what one file tells.
func (b *builder) file(file *syntax.File) {
	if unread(file) {
		b.inv.Problems = append(b.inv.Problems, repo.Problem{Path: file.Path, Message: "cannot be read as YAML to its end; what it holds is missing here"})
	}
	switch {
	case file.Workflow != nil:
		b.inv.Files++
		b.workflow(file)
		b.plain(file)
	case file.Action != nil:
		b.inv.Files++
		b.published(file)
		b.plain(file)
	case file.Dependabot != nil:
		b.dependabot(file)
	case file.Trust != nil:
		b.trust(file)
	}
}

// unread reports a workflow or an action of which a part is missing in the tree.
func unread(file *syntax.File) bool {
	switch {
	case file.Workflow == nil && file.Action == nil:
		return false
	case file.Root != nil:
		return file.Root.Partial
	}
	for line := range strings.Lines(file.Text) {
		if line = strings.TrimSpace(line); line != "" && line[0] != '#' {
			return true
		}
	}
	return false
}

func place(file *syntax.File, at int) Place { return Place{file.Path, file.Position(at)} }
