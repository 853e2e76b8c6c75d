package syntax

import (
	"strings"
	"unicode/utf8"

	"sekisho/lint/expr"
)

// Field is a scalar that is the value of a key. In the typed trees a nil *Field means that the key is absent; a key whose
// value has the wrong type leaves the field nil too and an Error in File.Errs.
type Field struct {
	Str
	Key Span // of the key's spelling
}

// Condition is the value of an if: key. Spans inside are offsets into Value.
type Condition struct {
	Field
	Cond  expr.Condition
	Fixed expr.Tri // what it comes to in every run; Unknown where something decides, and for what cannot be read
}

// Map is a mapping whose keys the author chooses: env, with, outputs, matrix rows, secrets.
type Map struct {
	Span          // of the value
	Key     Span  // of the key that holds the mapping
	Node    *Node // aliases followed
	Entries []Entry
	Expr    *Str // the whole mapping is one ${{ }}; Entries is empty then
}

// Entry is one key of a Map.
type Entry struct {
	Name  Str
	Value *Str  // nil when the value is no scalar
	Node  *Node // the value, aliases followed
}

// Get returns the scalar of the entry called name in any letter case, or nil. It is safe on a nil Map.
func (m *Map) Get(name string) *Str {
	if m == nil {
		return nil
	}
	for i := range m.Entries {
		if given := m.Entries[i].Name.Value; mayEqualFold(given, name) && strings.EqualFold(given, name) {
			return m.Entries[i].Value
		}
	}
	return nil
}

// mayEqualFold answers false for most words that differ in more than letter case: those that begin with different letters.
func mayEqualFold(a, b string) bool {
	return a == "" || b == "" || a[0]|0x20 == b[0]|0x20 || (a[0]|b[0]) >= utf8.RuneSelf
}

// List is a key whose value is a scalar or a sequence of scalars.
type List struct {
	Span
	Key    Span
	Node   *Node
	Values []*Str
}

// Workflow is a file of .github/workflows.
type Workflow struct {
	Node         *Node
	Name         *Field
	RunName      *Field
	Description  *Field
	Dependencies *Node // the lock of actions; nil when absent
	On           *On
	Permissions  *Permissions
	Env          *Map
	Defaults     *Defaults
	Concurrency  *Concurrency
	CacheMode    *Field // read, write, write-only, none
	Jobs         []*Job // in source order
	JobsKey      Span

	byID map[string]*Job // by lower-cased id, the first of twins
}

// Job returns the job with this id in any letter case, or nil.
func (w *Workflow) Job(id string) *Job { return w.byID[strings.ToLower(id)] }

// On holds the triggers.
type On struct {
	Span
	Key    Span
	Node   *Node
	Events []*Event
}

// Event is one trigger with what narrows it.
type Event struct {
	Name           Str
	Node           *Node // the mapping below the name; nil in the short forms
	Types          *List
	Branches       *List
	BranchesIgnore *List
	Tags           *List
	TagsIgnore     *List
	Paths          *List
	PathsIgnore    *List
	Workflows      *List       // workflow_run
	Names          *List       // image_version
	Versions       *List       // image_version
	Schedules      []*Schedule // schedule
	Inputs         []*Input    // workflow_dispatch, workflow_call
	Secrets        []*SecretDecl
	Outputs        []*Output // workflow_call
}

// Schedule is one entry of on.schedule.
type Schedule struct{ Cron, Timezone *Field }

// Input is a declared input of a workflow or an action.
type Input struct {
	Name        Str
	Node        *Node
	Type        *Field // string, boolean, number, choice, environment; nil means string
	Description *Field
	Required    *Field
	Default     *Field
	Deprecated  *Field // deprecationMessage
	Options     *List
}

// SecretDecl is a secret that a reusable workflow declares.
type SecretDecl struct {
	Name        Str
	Node        *Node
	Description *Field
	Required    *Field
}

// Output is a declared output of a reusable workflow or a composite action.
type Output struct {
	Name        Str
	Node        *Node
	Description *Field
	Value       *Field
}

// Permissions is a permissions: block.
type Permissions struct {
	Span
	Key    Span
	Node   *Node
	All    *Str // read-all, write-all, or an expression
	Scopes []Scope
}

// Scope is one line of a permissions block.
type Scope struct{ Name, Value Str }

// Defaults is a defaults: block; only run: exists.
type Defaults struct {
	Span
	Key              Span
	Shell            *Field
	WorkingDirectory *Field
	Expr             *Str // the whole of run: is one ${{ }}
}

// Concurrency is a concurrency: key in either form.
type Concurrency struct {
	Span
	Key              Span
	Group            *Field // also the short form
	CancelInProgress *Field
	Queue            *Field
}

// Environment is an environment: key in either form.
type Environment struct {
	Span
	Key        Span
	Name       *Field // also the short form
	URL        *Field
	Deployment *Field // false: secrets without a deployment record
}

// Job is one entry of jobs.
type Job struct {
	ID              Str
	Node            *Node // aliases followed; nil when the job is no mapping
	Name            *Field
	Needs           *List
	If              *Condition
	RunsOn          *RunsOn
	Permissions     *Permissions
	Environment     *Environment
	Concurrency     *Concurrency
	Outputs         *Map
	Env             *Map
	Defaults        *Defaults
	Strategy        *Strategy
	ContinueOnError *Field
	TimeoutMinutes  *Field
	CancelTimeout   *Field // cancel-timeout-minutes
	Container       *Container
	Services        []*Container // Name is set
	ServicesExpr    *Str         // all services are one ${{ }}
	CacheMode       *Field
	Snapshot        *Node
	SnapshotIf      *Condition
	Steps           []*Step
	StepsKey        Span

	Uses    *Field // a reusable workflow; Steps is empty then
	With    *Map
	Secrets *Secrets
}

// Contains tells whether a place stands in what the job holds, which is nothing when it is no mapping.
func (j *Job) Contains(at Span) bool { return j.Node != nil && j.Node.Contains(at) }

// Secrets is what a job hands to a reusable workflow.
type Secrets struct {
	Span
	Key     Span
	Inherit bool
	Map     *Map // nil when Inherit
}

// RunsOn is where a job runs.
type RunsOn struct {
	Span
	Key    Span
	Labels []*Str // one that is a whole ${{ }} may stand for several
	Group  *Field
}

// Strategy is a strategy: block.
type Strategy struct {
	Span
	Key         Span
	FailFast    *Field
	MaxParallel *Field
	Matrix      *Matrix
	Expr        *Str // the whole strategy is one ${{ }}
}

// Matrix is strategy.matrix.
type Matrix struct {
	Span
	Key     Span
	Node    *Node
	Expr    *Str  // the whole matrix is one ${{ }}
	Rows    *Map  // without include and exclude
	Include *Node // nil when absent
	Exclude *Node
}

// Container is a job's container or one of its services.
type Container struct {
	Span
	Key        Span // container, or the service's name
	Name       *Str // of a service
	Node       *Node
	Image      *Field // also the short form
	Username   *Field
	Password   *Field
	Env        *Map
	Ports      *List
	Volumes    *List
	Options    *Field
	Entrypoint *Field
	Command    *Field

	CredentialsExpr *Str // the credentials are one ${{ }}
}

// Step is one step of a job or a composite action.
type Step struct {
	Span
	Node             *Node
	ID               *Field
	Name             *Field
	If               *Condition
	Uses             *Field
	Run              *Field
	Shell            *Field
	WorkingDirectory *Field
	With             *Map
	Env              *Map
	ContinueOnError  *Field
	TimeoutMinutes   *Field
	Background       *Field
	Wait             *List
	WaitAll          *Field // or a bare key
	Cancel           *List
	Parallel         []*Step // a group: the other fields but Name are empty
	ParallelKey      Span
}

// Action is an action.yml.
type Action struct {
	Node        *Node
	Name        *Field
	Description *Field
	Author      *Field
	Inputs      []*Input
	Outputs     []*Output
	Runs        *Runs
	Branding    *Branding
}

// Branding is how an action looks in the marketplace.
type Branding struct {
	Span
	Key         Span
	Icon, Color *Field
}

// Runs is how an action runs.
type Runs struct {
	Span
	Key                                              Span
	Node                                             *Node
	Using                                            *Field // composite, docker, node24 and older
	Main, Pre, Post                                  *Field // node
	PreIf, PostIf                                    *Condition
	Image, PreEntrypoint, Entrypoint, PostEntrypoint *Field // docker
	Args                                             *List
	Env                                              *Map
	Steps                                            []*Step // composite
	StepsKey                                         Span
}
