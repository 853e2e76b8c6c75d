package policy

// The types below are what conditions see. Each field has the name that conditions use and what it means, from which
// docs/custom-rules.md is made. Nothing is nil: what is absent is "", 0, false or empty.

// File is the file that a condition looks at.
type File struct {
	Path string `expr:"path" doc:"from the root of the repository, with /"`
	Kind string `expr:"kind" doc:"\"workflow\" or \"action\""`
}

// Workflow is a workflow; empty in the file of an action.
type Workflow struct {
	Path        string            `expr:"path" doc:"from the root of the repository, with /"`
	Name        string            `expr:"name" doc:"as it is given"`
	RunName     string            `expr:"runName" doc:"run-name"`
	Events      []string          `expr:"events" doc:"the names of its triggers"`
	Triggers    []*Trigger        `expr:"triggers" doc:"what starts it"`
	Permissions Permissions       `expr:"permissions" doc:"of the token, for jobs without permissions of their own"`
	Env         map[string]string `expr:"env" doc:"variables by name"`
	Concurrency string            `expr:"concurrency" doc:"the group"`
	Jobs        []*Job            `expr:"jobs" doc:"in the order of the file"`
	Keys        []string          `expr:"keys" doc:"that are there, as they are spelled in the file"`
}

// Trigger is one event that starts a workflow.
type Trigger struct {
	Name           string      `expr:"name" doc:"of the event"`
	Types          []string    `expr:"types" doc:"activity types; empty where it is not said"`
	Branches       []string    `expr:"branches" doc:"patterns"`
	BranchesIgnore []string    `expr:"branchesIgnore" doc:"patterns"`
	Tags           []string    `expr:"tags" doc:"patterns"`
	TagsIgnore     []string    `expr:"tagsIgnore" doc:"patterns"`
	Paths          []string    `expr:"paths" doc:"patterns"`
	PathsIgnore    []string    `expr:"pathsIgnore" doc:"patterns"`
	Workflows      []string    `expr:"workflows" doc:"of workflow_run"`
	Inputs         []string    `expr:"inputs" doc:"names of the inputs of workflow_dispatch and workflow_call"`
	Schedules      []*Schedule `expr:"schedules" doc:"of schedule"`
	Keys           []string    `expr:"keys" doc:"that are there"`
}

// Schedule is one entry of on.schedule.
type Schedule struct {
	Cron     string `expr:"cron" doc:"as it is given"`
	Timezone string `expr:"timezone" doc:"\"\" means UTC"`
	Interval int    `expr:"interval" doc:"the shortest time between two runs, in minutes, taken as if each day were like the other; 0 when the cron cannot be read"`
}

// Permissions are those of a token.
type Permissions struct {
	Given  bool              `expr:"given" doc:"whether they are said at all"`
	All    string            `expr:"all" doc:"read-all, write-all or an expression in the place of scopes"`
	Scopes map[string]string `expr:"scopes" doc:"read, write or none by the name of the scope"`
}

// Job is a job.
type Job struct {
	ID             string            `expr:"id" doc:"its key"`
	Name           string            `expr:"name" doc:"as it is given"`
	If             string            `expr:"if" doc:"the condition"`
	Needs          []string          `expr:"needs" doc:"ids of jobs"`
	RunsOn         RunsOn            `expr:"runsOn" doc:"where it runs"`
	Permissions    Permissions       `expr:"permissions" doc:"of its token: its own, else those of the workflow"`
	Environment    Environment       `expr:"environment" doc:"that it deploys to"`
	TimeoutMinutes float64           `expr:"timeoutMinutes" doc:"0 where it is not said or an expression"`
	Concurrency    string            `expr:"concurrency" doc:"the group"`
	Container      string            `expr:"container" doc:"the image"`
	Services       []string          `expr:"services" doc:"the images"`
	Matrix         []string          `expr:"matrix" doc:"names of the rows"`
	Env            map[string]string `expr:"env" doc:"variables by name, without those of the workflow"`
	Uses           string            `expr:"uses" doc:"the reusable workflow that it calls"`
	With           map[string]string `expr:"with" doc:"inputs of that workflow, by name in lower case"`
	Inherits       bool              `expr:"inherits" doc:"whether it hands on all secrets (secrets: inherit)"`
	Steps          []*Step           `expr:"steps" doc:"in order, those of parallel groups too"`
	Keys           []string          `expr:"keys" doc:"that are there"`
	Events         []string          `expr:"events" doc:"names of the events that may start it, those of its callers and its conditions considered"`
	Deploys        bool              `expr:"deploys" doc:"whether an action or a command in it deploys or publishes, and not only for a pull request"`
	Secrets        []string          `expr:"secrets" doc:"names, in capitals, of the secrets that it and its steps read, and those of the env of the workflow"`
}

// RunsOn is where a job runs.
type RunsOn struct {
	Labels []string `expr:"labels" doc:"as they are given"`
	Group  string   `expr:"group" doc:"of runners"`
}

// Environment is the environment of a job.
type Environment struct {
	Name string `expr:"name" doc:"as it is given"`
	URL  string `expr:"url" doc:"as it is given"`
}

// Step is a step of a job or a composite action.
type Step struct {
	ID               string            `expr:"id" doc:"as it is given"`
	Name             string            `expr:"name" doc:"as it is given"`
	If               string            `expr:"if" doc:"the condition"`
	Run              string            `expr:"run" doc:"the script"`
	Shell            string            `expr:"shell" doc:"its own, else the default of the job or the workflow; \"\" where none is named"`
	WorkingDirectory string            `expr:"workingDirectory" doc:"its own"`
	Uses             string            `expr:"uses" doc:"the action, as it is given"`
	Target                             // what Uses names
	With             map[string]string `expr:"with" doc:"inputs of the action, by name in lower case"`
	Env              map[string]string `expr:"env" doc:"variables by name, without those of the job and the workflow"`
	ContinueOnError  string            `expr:"continueOnError" doc:"\"true\", \"false\" or an expression"`
	TimeoutMinutes   float64           `expr:"timeoutMinutes" doc:"0 where it is not said or an expression"`
	Keys             []string          `expr:"keys" doc:"that are there"`
	Commands         []*Command        `expr:"commands" doc:"that the script runs, in bash, sh, PowerShell and cmd"`
	Secrets          []string          `expr:"secrets" doc:"names, in capitals, of the secrets that it reads itself"`
}

// Command is one command of a script.
type Command struct {
	Name  string   `expr:"name" doc:"without path; \"\" where it is not fixed"`
	Words []string `expr:"words" doc:"its name and its arguments, without quotes"`
}

// Uses is one call of an action or a reusable workflow.
type Uses struct {
	Value  string `expr:"value" doc:"as it is given"`
	Kind   string `expr:"kind" doc:"\"action\" or \"workflow\""`
	Target        // what Value names
}

// Target is what a uses: value names. Of local and Docker actions only Local, Docker and Pinned are set.
type Target struct {
	Owner  string `expr:"owner" doc:"of the action's repository, in lower case"`
	Repo   string `expr:"repo" doc:"the repository without its owner, in lower case"`
	Path   string `expr:"path" doc:"below the repository, without slashes around it"`
	Ref    string `expr:"ref" doc:"what stands behind the @"`
	Pinned bool   `expr:"pinned" doc:"whether it cannot change: a whole commit, an image with its digest, or a local one"`
	Local  bool   `expr:"local" doc:"whether it is of this repository (./ or $/)"`
	Docker bool   `expr:"docker" doc:"whether it is an image (docker://)"`
}
