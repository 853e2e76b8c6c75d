package flow

import (
	"slices"
	"strings"

	"sekisho/lint/catalog"
	"sekisho/lint/shell"
	"sekisho/lint/syntax"
)

// SecretFlow is where the secrets go that a script has: those that its step holds and those that its commands get from a vault or
// a service.
type SecretFlow struct {
	Script *shell.Script
	Run    *Run // the script file of the repository that the step runs; nil for the step's own script
	Held   Held

	followed  *shell.Followed
	masked    map[string]int // where the script tells the runner to mask a variable, by its key
	secrets   map[string]int // the same of everything made from a secret, by the secret's text
	respelled map[string]respelling
	functions map[string]bool
	values    map[string]assigned // what the script gives a variable first
}

// assigned is the right side of an assignment.
type assigned struct {
	by   *shell.Command
	word *shell.Word
}

// respelling is a variable of the environment that the script gives another spelling of its own value.
type respelling struct {
	at int
	by *shell.Command
}

// Carried is a secret that a word, a stream or a file holds.
type Carried struct {
	Secret HeldSecret     // zero when a command got it
	Minted *shell.Command // the command that got it from a vault or a service, whose value GitHub does not know
	At     shell.Span     // what expands it
	Var    string         // the variable that holds it; "" where the secret itself stands
	By     *shell.Command // what gave it another spelling, which GitHub's mask misses
	Cut    bool           // an expansion did so
	Masked bool           // the script told the runner to mask this spelling before
	Late   bool           // it does so later
	Made   []shell.Span   // the assignments it came through, the last one first
}

// Exact reports a value that GitHub masks in the log: one that is stored as a secret, or that the script had masked.
func (c *Carried) Exact() bool {
	return c.Masked || c.Minted == nil && c.By == nil && !c.Cut && !c.Secret.Part
}

// Text names the secret for messages.
func (c *Carried) Text() string {
	if c.Minted != nil {
		return "the credential that `" + strings.ReplaceAll(mintName(c.Minted), "`", "'") + "` gave"
	}
	return c.Secret.Text()
}

// mintsToken reports a command that gets a credential.
func mintsToken(c *shell.Command) bool {
	if _, ok := catalog.Mints(words(c)); ok {
		return true
	}
	return asksToken(c)
}

// asksToken reports a request for a token, of whose answer a field is the token.
func asksToken(c *shell.Command) bool {
	d, ok := c.Download()
	if !ok {
		return false
	}
	for i := range d.URLs {
		if catalog.TokenAddress(d.URLs[i].Text) {
			return true
		}
	}
	return false
}

func mintName(c *shell.Command) string {
	if name, ok := catalog.Mints(words(c)); ok {
		return name
	}
	return c.Name
}

// Spelling says for messages what was made of the secret; "" when nothing was.
func (c *Carried) Spelling() string {
	switch {
	case c.By != nil:
		return "`" + strings.ReplaceAll(c.By.Name, "`", "'") + "` makes of"
	case c.Cut:
		return "the script cuts out of"
	case c.Secret.Part:
		return "`fromJSON` takes out of"
	}
	return ""
}

// SecretFlows returns the scripts of a step in which a secret moves: its own first, then script files of the repository that it
// runs. Scripts that mention none are not among them.
func (f *Flow) SecretFlows(file *syntax.File, job *syntax.Job, step *syntax.Step) []*SecretFlow {
	if step.Run == nil {
		return nil
	}
	f.mu.Lock()
	out, seen := f.secretFlows[step]
	f.mu.Unlock()
	if seen {
		return out
	}
	out = f.findSecretFlows(file, job, step)
	f.mu.Lock()
	if f.secretFlows == nil {
		f.secretFlows = map[*syntax.Step][]*SecretFlow{}
	}
	f.secretFlows[step] = out
	f.mu.Unlock()
	return out
}

func (f *Flow) findSecretFlows(file *syntax.File, job *syntax.Job, step *syntax.Step) []*SecretFlow {
	var out []*SecretFlow
	var held Held
	if f.MayHold(file) {
		held = f.Held(file, job, step)
	}
	if mints := f.Clues(step).Has(catalog.ClueMints) && catalog.MayMint(step.Run.Value); mints || held.mentioned(step.Run.Value) {
		if script := f.Script(file, job, step); script.Dialect != shell.Other {
			out = append(out, newSecretFlow(script, held, nil, mints))
		}
	}
	if held.None() || !f.MayRun(step) {
		return out
	}
	for _, run := range f.Runs(file, job, step, held) {
		if mints := f.FileClues(run.Source).Has(catalog.ClueMints) && catalog.MayMint(run.Source.Text); mints || run.Held.mentioned(run.Source.Text) {
			out = append(out, newSecretFlow(run.Script, run.Held, &run, mints))
		}
	}
	return out
}

// MayHold answers false when nothing in a file can bring a secret into a step.
func (f *Flow) MayHold(file *syntax.File) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	may, seen := f.mayHold[file]
	if !seen {
		if f.mayHold == nil {
			f.mayHold = map[*syntax.File]bool{}
		}
		may = file.Action != nil || file.Contains("ecrets", 1) || file.Contains("github.token", 9) || file.Contains("id-token", 5) ||
			file.Contains("'token'", 3) || InExpressions(file, "secrets", "token")
		f.mayHold[file] = may
	}
	return may
}

// InExpressions tells whether one of some words in small letters stands in an expression, whatever the case of its letters and the escapes
// of YAML that spell it.
func InExpressions(file *syntax.File, words ...string) bool {
	for s, fence := range file.Exprs() {
		text := s.Value[fence.Start:fence.End]
		if slices.ContainsFunc(words, func(word string) bool { return ContainsFold(text, word) }) {
			return true
		}
	}
	return false
}

// mentioned answers false when a script has none of what is held in its text, and prints no whole environment.
func (h Held) mentioned(script string) bool {
	if len(h.holes) > 0 {
		return true
	}
	for name := range h.vars {
		if strings.Contains(script, name) {
			return true
		}
	}
	return len(h.vars) > 0 && mayDump(script)
}

// mayDump answers false when a script has none of the commands that print the environment.
func mayDump(script string) bool {
	for word := range strings.FieldsSeq(script) {
		word = strings.Trim(word, "()$\"'`;&|{}")
		if word == "" || strings.IndexByte("epdts/", word[0]|0x20) < 0 {
			continue
		}
		switch strings.ToLower(word) {
		case "env", "printenv", "/proc/self/environ", "export", "declare", "typeset", "set", "env:", `env:\*`, "env:*":
			return true
		}
	}
	return false
}

func newSecretFlow(script *shell.Script, held Held, run *Run, mints bool) *SecretFlow {
	s := &SecretFlow{Script: script, Run: run, Held: held}
	seeds := shell.Seeds{
		Var:  func(name string) bool { _, ok := held.vars[name]; return ok },
		Hole: func(i int) bool { _, ok := held.holes[i]; return ok },
		Sure: true,
	}
	if mints {
		seeds.Command = mintsToken
	}
	s.followed = script.Follow(seeds)
	s.index()
	s.respell()
	s.masks()
	return s
}

// index notes the functions of the script and what it assigns.
func (s *SecretFlow) index() {
	s.functions, s.values = map[string]bool{}, map[string]assigned{}
	for _, c := range s.Script.Commands {
		if c.Function != "" {
			s.functions[c.Function] = true
		}
		for i := range c.Assigns {
			a := &c.Assigns[i]
			if _, again := s.values[a.Name]; !again {
				s.values[a.Name] = assigned{c, &a.Value}
			}
		}
	}
}

// Function tells whether a name is that of a function of the script.
func (s *SecretFlow) Function(name string) bool { return s.functions[name] }

// Assigned returns a word, or when it is one variable the value that the script has given this before, with the command that it stands in.
func (s *SecretFlow) Assigned(c *shell.Command, w *shell.Word) (*shell.Command, *shell.Word) {
	if len(w.Vars) != 1 || w.Text != "$"+w.Vars[0].Name && w.Text != "${"+w.Vars[0].Name+"}" {
		return c, w
	}
	if v, ok := s.values[w.Vars[0].Name]; ok && v.by.Start < c.Start {
		return v.by, v.word
	}
	return c, w
}

// maxTurns bounds how often a value is followed back from one variable to another.
const maxTurns = 8

// Word returns the secret that a word of a command holds: of several the one that the log would show.
func (s *SecretFlow) Word(c *shell.Command, w *shell.Word) (best Carried, ok bool) {
	take := func(one Carried, found bool) {
		if found && (!ok || best.Exact() && !one.Exact()) {
			best, ok = one, true
		}
	}
	for _, v := range w.Vars {
		if !v.Length {
			take(s.variable(c, v))
		}
	}
	for _, i := range w.Holes {
		if hole, held := s.Held.holes[i]; held {
			take(s.resolve(c, shell.Origin{Span: hole.span, Hole: i, Command: c}))
		}
	}
	for _, from := range w.From {
		if from.Captured() {
			take(s.Output(from))
		}
	}
	if ok && s.Script.Dialect == shell.PowerShell && poshCuts(w.Text) && !best.Masked {
		best.Cut = true
	}
	return best, ok
}

// poshCuts reports a word of PowerShell that takes a part of a value or spells it otherwise.
func poshCuts(text string) bool {
	for _, method := range [...]string{".substring(", ".split(", ".toupper(", ".tolower(", ".replace(", ".tochararray(", "tobase64string(", "frombase64string(", ".insert(", ".remove("} {
		if ContainsFold(text, method) {
			return true
		}
	}
	return false
}

// poshMade tells whether a command of PowerShell cuts what it assigns to a variable out of another value.
func (s *SecretFlow) poshMade(c *shell.Command, name string) bool {
	if s.Script.Dialect != shell.PowerShell || c == nil {
		return false
	}
	for i := range c.Assigns {
		if c.Assigns[i].Name == name {
			return poshCuts(c.Assigns[i].Value.Text)
		}
	}
	return false
}

func (s *SecretFlow) variable(c *shell.Command, v shell.VarUse) (Carried, bool) {
	o := shell.Origin{Span: v.Span, Name: v.Name, Hole: -1, Command: c, Cut: v.Cut}
	if _, held := s.Held.vars[v.Name]; held && !v.Foreign && (c.Function == "" || !positional(v.Name)) {
		return s.resolve(c, o)
	}
	if _, derived := s.followed.Vars.Of(c, v); derived {
		return s.resolve(c, o)
	}
	return Carried{}, false
}

// Variable returns the secret in a variable that a word of a command names, not expands.
func (s *SecretFlow) Variable(c *shell.Command, w *shell.Word, name string) (Carried, bool) {
	if !c.Env.Has(name) {
		return Carried{}, false
	}
	return s.variable(c, shell.VarUse{Span: w.Span, Name: name})
}

// Output returns the secret that a command writes to its standard output.
func (s *SecretFlow) Output(c *shell.Command) (best Carried, ok bool) {
	if echoes(s.Script, c) {
		for i := 1; i < len(c.Words); i++ {
			if one, found := s.Word(c, &c.Words[i]); found && (!ok || best.Exact() && !one.Exact()) {
				best, ok = one, true
			}
		}
		return best, ok
	}
	if c.Name == "" && s.Script.Dialect == shell.PowerShell && len(c.Words) > 0 { // an expression
		return s.Word(c, &c.Words[0])
	}
	o, ok := s.followed.Output(c)
	if !ok {
		return Carried{}, false
	}
	return s.resolve(c, o)
}

// echoes reports a command that prints its arguments.
func echoes(script *shell.Script, c *shell.Command) bool {
	switch strings.ToLower(c.Name) {
	case "echo":
		return true
	case "printf":
		return len(c.Words) < 2 || c.Words[1].Text != "-v"
	case "write-host", "write-output", "write-information", "write-warning", "write-error", "write":
		return script.Dialect == shell.PowerShell
	}
	return false
}

// Input returns the secret that a command finds in its standard input.
func (s *SecretFlow) Input(c *shell.Command) (Carried, bool) {
	o, ok := s.followed.Input(c)
	if !ok {
		return Carried{}, false
	}
	return s.resolve(c, o)
}

// File returns the secret that the file holds which a word names.
func (s *SecretFlow) File(c *shell.Command, w *shell.Word) (Carried, bool) {
	o, ok := s.followed.File(c, w)
	if !ok {
		return Carried{}, false
	}
	return s.resolve(c, o)
}

// resolve follows a value back to the secret that it was made from.
func (s *SecretFlow) resolve(c *shell.Command, o shell.Origin) (out Carried, ok bool) {
	out.At = o.Span
	if o.Command == c && o.Name != "" {
		out.Var = o.Name
	}
	by := c
	for range maxTurns {
		for _, change := range o.By {
			if loses(change) {
				return out, false
			}
			out.By = change
		}
		out.Cut = out.Cut || o.Cut
		if o.Name == "" {
			return s.began(c, o, out)
		}
		by = o.Command
		if at, told := s.masked[maskKey(by, o.Name)]; told && out.By == nil && !out.Cut {
			out.Masked, out.Late = out.Masked || at < c.Start, true
		}
		if held, is := s.Held.vars[o.Name]; is && (by.Function == "" || !positional(o.Name)) {
			out.Secret = held
			if r, again := s.respelled[o.Name]; again && r.at < c.Start && out.By == nil {
				out.By = r.by
			}
			return s.finish(c, out)
		}
		next, derived := s.followed.Vars.Of(by, shell.VarUse{Name: o.Name})
		if !derived {
			return out, false
		}
		out.Made = append(out.Made, next.Span)
		out.Cut = out.Cut || !out.Masked && s.poshMade(next.Command, o.Name)
		o = next
	}
	return out, false
}

// began ends resolve where a value did not come from a variable.
func (s *SecretFlow) began(c *shell.Command, o shell.Origin, out Carried) (Carried, bool) {
	switch hole, held := s.Held.holes[o.Hole]; {
	case o.Hole >= 0 && held:
		out.Secret = hole.HeldSecret
	case o.Seed != nil && (out.By != nil || !asksToken(o.Seed)): // the answer as a whole may be anything
		out.Minted = o.Seed
	default:
		return out, false
	}
	return s.finish(c, out)
}

func (s *SecretFlow) finish(c *shell.Command, out Carried) (Carried, bool) {
	if out.Minted == nil && out.Secret.Public() {
		return out, false
	}
	if at, told := s.secrets[out.Text()]; told {
		out.Masked, out.Late = out.Masked || at < c.Start, true
	}
	return out, true
}

// loses reports a command that lets nothing of a secret through that is worth hiding: a checksum, a count, a field that is no
// credential.
func loses(c *shell.Command) bool {
	switch name := strings.ToLower(c.Name); name {
	case "md5sum", "sha1sum", "sha256sum", "sha512sum", "shasum", "cksum", "wc":
		return true
	case "openssl":
		return !hasWord(c, "base64", "-base64", "-a") || hasWord(c, "-pass", "-passin", "-k", "-out")
	case "jq", "yq":
		return noSecretFilter(filterOf(c))
	case "python", "python3":
		return !strings.Contains(codeOf(c), "print") && !strings.Contains(codeOf(c), "stdout.write")
	}
	return false
}

func hasWord(c *shell.Command, any ...string) bool {
	return slices.ContainsFunc(c.Words, func(w shell.Word) bool { return slices.Contains(any, w.Text) })
}

// filterOf returns the filter of a jq command.
func filterOf(c *shell.Command) string {
	for i := 1; i < len(c.Words); i++ {
		switch text := c.Words[i].Text; {
		case text == "--arg" || text == "--argjson" || text == "--slurpfile":
			i += 2
		case strings.HasPrefix(text, "-"):
		default:
			return text
		}
	}
	return ""
}

func noSecretFilter(filter string) bool {
	filter = strings.TrimSuffix(strings.TrimSpace(filter), "// empty")
	filter = strings.TrimRight(filter, "? ")
	last := strings.TrimSpace(filter[strings.LastIndexByte(filter, '|')+1:])
	switch first, _, _ := strings.Cut(last, "("); first {
	case "empty", "keys", "length", "type", "has", "@uri", "tojson", "any", "all", "test":
		return true
	}
	return strings.HasPrefix(last, ".") && catalog.NoSecretField(last)
}

// codeOf returns what follows -c.
func codeOf(c *shell.Command) string {
	for i := 1; i+1 < len(c.Words); i++ {
		if strings.HasPrefix(c.Words[i].Text, "-") && strings.HasSuffix(c.Words[i].Text, "c") {
			return c.Words[i+1].Text
		}
	}
	return ""
}
