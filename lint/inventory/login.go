package inventory

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/syntax"
)

// logins returns what an action makes by itself: an identity, the token of an app, secrets that it loads. It notes these uses.
func (s *scope) logins(step *syntax.Step, name string, given map[string][]*Credential) []*Credential {
	uses := step.Uses.Value
	action := actionName(uses)
	at := Use{Place: place(s.file, step.Uses.Start), Job: s.job, Step: name, How: ByLogin, To: action}
	var out []*Credential
	note := func(c *Credential) *Credential {
		s.builder.use(c, at)
		s.held[c] = true
		out = append(out, c)
		return c
	}
	if app, ok := catalog.AppTokenOf(uses, with(step)); ok {
		c := note(s.credential(App, s.appName(step, action)))
		c.Opens, c.App = "GitHub", appToken(step, action, app)
	}
	if info, ok := catalog.Login(uses, with(step)); ok && (slices.Contains(info.Env, "*") || slices.Contains(info.Outputs, "*")) {
		note(s.credential(Loaded, action))
	}
	if s.asksIdentity(step) {
		c := note(s.identity(step, action))
		if !slices.Contains(s.asks, c) {
			s.asks = append(s.asks, c)
		}
	}
	return out
}

// asksIdentity reports a step whose action asks for the identity of the job.
func (s *scope) asksIdentity(step *syntax.Step) bool {
	if !s.job.Token.Identity() && !(s.job.ID == "" && s.job.Token.Unknown()) && !s.job.Token.opaque() {
		return false
	}
	need, known := catalog.Scopes(step.Uses.Value, with(step))
	federation, federates := catalog.FederationOf(step.Uses.Value)
	for _, scope := range need.Scopes {
		if scope.Name == "id-token" {
			return !scope.Maybe || federates
		}
	}
	return !known && federates && slices.ContainsFunc(federation.Inputs, func(in string) bool { return step.With.Get(in) != nil })
}

// opaque reports rights that an expression decides.
func (t Token) opaque() bool { return t.rank() == computed }

// identity is what a step exchanges the identity of its job for.
func (s *scope) identity(step *syntax.Step, action string) *Credential {
	federation, ok := catalog.FederationOf(action)
	var parts []string
	for _, in := range federation.Inputs {
		if str := step.With.Get(in); str != nil && strings.TrimSpace(str.Value) != "" {
			parts = append(parts, s.spelled(str))
		}
	}
	name := action
	if len(parts) > 0 {
		name = strings.Join(parts, " ")
	}
	if !ok {
		return s.credential(Identity, name)
	}
	c := s.credential(Identity, federation.Opens+" "+name)
	c.Name, c.Opens = name, federation.Opens
	return c
}

// appName tells apps apart: by the input that names one.
func (s *scope) appName(step *syntax.Step, action string) string {
	for _, in := range [...]string{"app-id", "app_id", "client-id", "client_id", "application_id", "github_app_id", "appid", "app-client-id"} {
		if str := step.With.Get(in); str != nil && strings.TrimSpace(str.Value) != "" {
			return s.spelled(str)
		}
	}
	return action
}

// spelled returns a value as people write it: a secret by its name, an expression without what surrounds it.
func (s *scope) spelled(str *syntax.Str) string {
	value := shown(strings.TrimSpace(str.Value))
	if len(str.Fences) != 1 || str.Fences[0].Len() != len(value) {
		return value
	}
	if held := s.plainValue(str); len(held) == 1 {
		return held[0].Text()
	}
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(value, "${{"), "}}"))
}

// appToken says what limits the token that a step makes.
func appToken(step *syntax.Step, action string, app catalog.AppToken) *AppToken {
	t := &AppToken{Action: action, Wide: app.Wide, Kept: app.Kept}
	if s := step.With.Get(app.Repositories); app.Repositories != "" && s != nil {
		t.Repositories = shown(strings.Join(strings.Fields(s.Value), " "))
	}
	prefix, each := strings.CutSuffix(app.Permissions, "*")
	var parts []string
	for i := 0; step.With != nil && i < len(step.With.Entries); i++ {
		e := &step.With.Entries[i]
		rest, ok := strings.CutPrefix(strings.ToLower(e.Name.Value), prefix)
		switch {
		case e.Value == nil || prefix == "":
		case each && ok && rest != "":
			parts = append(parts, rest+": "+e.Value.Value)
		case !each && ok && rest == "":
			parts = append(parts, strings.Join(strings.Fields(e.Value.Value), " "))
		}
	}
	t.Permissions = shown(strings.Join(parts, ", "))
	return t
}

// commands notes the commands of a job that ask for its identity.
func (w *walk) commands(file *syntax.File, sj *syntax.Job) {
	if sj.Uses != nil || !w.job.Token.Identity() {
		return
	}
	actions := map[int]bool{}
	for step := range sj.Flat() {
		if step.Uses != nil {
			actions[step.Uses.Start] = true
		}
	}
	for _, u := range w.flow.Identities(file, sj) {
		if actions[u.Start] {
			continue
		}
		c := w.credential(Identity, strings.Trim(u.What.String(), "`"))
		w.use(c, Use{Place: place(file, u.Start), Job: w.job, Step: stepAt(sj, u.Start), How: ByCommand})
		w.held[c] = true
		w.asks = append(w.asks, c)
	}
}

// stepAt names the step of a job that holds a place.
func stepAt(sj *syntax.Job, at int) string {
	for step := range sj.Flat() {
		if step.Start <= at && at < step.End {
			return stepName(step)
		}
	}
	return ""
}
