package rules

import (
	"slices"
	"strings"

	"sekisho/lint/expr"
	"sekisho/lint/syntax"
)

// headInDoubt looks at what the steps of a job can read of it.
func (s *alScope) headInDoubt(j *syntax.Job) bool {
	return s.strategyInDoubt(j.Strategy) || !plainID(j.ID.Value) || needsInDoubt(j.Needs) || s.runnerInDoubt(j.RunsOn)
}

func (s *alScope) strategyInDoubt(of *syntax.Strategy) bool {
	if of == nil {
		return s.enterMatrix(nil)
	}
	return s.enterMatrix(of.Matrix) || s.notBool(of.FailFast, alJobStrategy) || s.notNumber(of.MaxParallel, alJobStrategy)
}

func (s *alScope) frameInDoubt(j *syntax.Job) bool {
	return s.doubt(j.Name, alJobName) ||
		s.concurrencyInDoubt(j.Concurrency, alJobConcurrency) ||
		s.envInDoubt(j.Env, alJobEnv, inEnv) ||
		j.Defaults != nil && (s.shellInDoubt(j.Defaults.Shell) || s.doubt(j.Defaults.WorkingDirectory, alJobDefaults)) ||
		s.conditionInDoubt(j.If, alJobIf) ||
		s.notBool(j.ContinueOnError, alJobContinue) ||
		s.notNumber(j.TimeoutMinutes, alJobTimeout) ||
		s.containerInDoubt(j.Container, alJobContainer, alJobContainerCredentials, alJobContainerEnv) ||
		j.ServicesExpr != nil ||
		slices.ContainsFunc(j.Services, func(c *syntax.Container) bool {
			return s.containerInDoubt(c, alJobServices, alJobServicesCredentials, alJobServicesEnv)
		}) ||
		j.Uses != nil && (!callsWorkflow(j.Uses) || s.valuesInDoubt(j.With, alJobWith, inCall)) ||
		j.Secrets != nil && s.valuesInDoubt(j.Secrets.Map, alJobSecrets, inEnv) ||
		j.Snapshot != nil
}

// endInDoubt looks at what can read the outcome of a job's steps.
func (s *alScope) endInDoubt(j *syntax.Job) bool {
	return s.valuesInDoubt(j.Outputs, alJobOutput, inStep) || j.Environment != nil && (s.doubt(j.Environment.Name, alJobEnvironment) ||
		s.doubt(j.Environment.URL, alJobEnvironmentURL) || s.notBool(j.Environment.Deployment, alJobEnvironment))
}

// plainID reports an id that is spelled as it should be.
func plainID(id string) bool {
	for i := range len(id) {
		c := lowerByte(id[i])
		if !('a' <= c && c <= 'z' || c == '_' || i > 0 && (c == '-' || '0' <= c && c <= '9')) {
			return false
		}
	}
	return id != ""
}

func needsInDoubt(l *syntax.List) bool {
	if l == nil {
		return false
	}
	if len(l.Values) > mostNeeds {
		return true
	}
	for i, id := range l.Values {
		if !plainID(id.Value) || slices.ContainsFunc(l.Values[:i], func(other *syntax.Str) bool { return strings.EqualFold(id.Value, other.Value) }) {
			return true
		}
	}
	return false
}

func (s *alScope) containerInDoubt(c *syntax.Container, key, credentials, env alKey) bool {
	return c != nil && (c.CredentialsExpr != nil || s.doubt(c.Image, key) || s.doubt(c.Username, credentials) || s.doubt(c.Password, credentials) ||
		s.envInDoubt(c.Env, env, inStep) || s.listInDoubt(c.Ports, key) || s.listInDoubt(c.Volumes, key) || s.doubt(c.Options, key))
}

// callsWorkflow reports the address of a reusable workflow that is spelled as it should be.
func callsWorkflow(uses *syntax.Field) bool {
	if len(uses.Fences) > 0 {
		return false
	}
	if local, ok := strings.CutPrefix(uses.Value, "$/"); ok {
		return local != "" && !strings.Contains(local, "@")
	}
	if local, ok := strings.CutPrefix(uses.Value, "./"); ok {
		return local != "" && !strings.Contains(local, "@")
	}
	owner, rest, _ := strings.Cut(uses.Value, "/")
	repository, rest, _ := strings.Cut(rest, "/")
	path, ref, _ := strings.Cut(rest, "@")
	return owner != "" && owner[0] != '.' && repository != "" && path != "" && ref != ""
}

func (s *alScope) runnerInDoubt(r *syntax.RunsOn) bool {
	if r == nil {
		return false
	}
	if s.doubt(r.Group, alJobRunsOn) {
		return true
	}
	if len(r.Labels) == 1 && len(r.Labels[0].Fences) > 0 {
		return s.computedLabelInDoubt(r.Labels[0])
	}
	systems := 0
	for _, l := range r.Labels {
		if len(l.Fences) > 0 || labelInDoubt(l.Value) {
			return true
		}
		if namesSystem(l.Value) {
			systems++
		}
	}
	return systems > 1
}

// computedLabelInDoubt reports an expression for labels, with text around it or without, that may not be the name of a runner.
func (s *alScope) computedLabelInDoubt(label *syntax.Str) bool {
	if !wholeFence(label) {
		return s.textInDoubt(label, alJobRunsOn)
	}
	switch s.fence(label, 0, alJobRunsOn) {
	case alAny, alString, alList:
	default:
		return true
	}
	// actionlint looks up matrix.name, and no other path.
	x, ok := ungrouped(label.Fences[0].X).(*expr.Property)
	if !ok {
		return false
	}
	if root, ok := ungrouped(x.Of).(*expr.Name); !ok || !strings.EqualFold(root.Name, "matrix") {
		return false
	}
	return slices.ContainsFunc(s.matrixValues(x.Name), func(n *syntax.Node) bool {
		n = n.Resolve()
		return n.Kind == syntax.Scalar && !strings.Contains(n.Value, "${{") && labelInDoubt(n.Value)
	})
}

// labelInDoubt reports a label that may be meant as that of a runner of GitHub's and none has.
func labelInDoubt(label string) bool {
	switch label {
	case "ubuntu-latest", "ubuntu-24.04", "ubuntu-22.04", "windows-latest", "windows-2025", "windows-2022", "windows", "macos-latest", "macos-15", "macos-14", "macos":
		return false
	}
	return label == "" || strings.ContainsAny(label, "\"\\\n") || namesSystem(label) && likeHosted(label)
}

// namesSystem reports a label that may say which operating system a runner has.
func namesSystem(label string) bool {
	return begins(label, "ubuntu") || begins(label, "windows") || begins(label, "macos") || begins(label, "linux")
}

func begins(label, system string) bool {
	return len(label) >= len(system) && strings.EqualFold(label[:len(system)], system)
}
