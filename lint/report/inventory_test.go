package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"sekisho/lint/flow"
	"sekisho/lint/inventory"
	"sekisho/lint/repo"
	"sekisho/lint/syntax"
)

// sampleInventory takes stock of the sample of lint/inventory, of an action in it where a query asks about one.
func sampleInventory(t testing.TB, query string) *Inventories {
	t.Helper()
	r := repo.Load(os.DirFS("../inventory/testdata/sample"), repo.Options{})
	all := &Inventories{List: []Listed{{Inventory: inventory.New(r, flow.New(r))}}}
	if query != "" {
		q, err := inventory.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		all.Query = &q
		all.List[0].Inventory = all.List[0].About(q)
	}
	return all
}

func renderInventory(t testing.TB, format string, all *Inventories, o InventoryOptions) string {
	t.Helper()
	var out bytes.Buffer
	if err := WriteInventory(&out, format, all, o); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestInventoryGolden(t *testing.T) {
	two := sampleInventory(t, "")
	two.List = append(two.List, Listed{"sub/repository/", &inventory.Inventory{Files: 1, Problems: []repo.Problem{{Path: "x.yml", Message: "unreadable"}}}})
	two.List[0].Prefix = "shop/"
	two.Problems = []repo.Problem{{Path: "other", Message: "cannot be opened"}}
	cases := []struct {
		name string
		all  *Inventories
		o    InventoryOptions
	}{
		{"sample", sampleInventory(t, ""), InventoryOptions{Version: "0.1.0"}},
		{"asked", sampleInventory(t, "docker/login-action"), InventoryOptions{Version: "0.1.0"}},
		{"unused", sampleInventory(t, "octo-org/nothing"), InventoryOptions{Version: "0.1.0"}},
		{"two", two, InventoryOptions{Version: "0.1.0", Color: true, Width: 60}},
	}
	for _, c := range cases {
		for _, format := range InventoryFormats() {
			t.Run(c.name+"."+format, func(t *testing.T) {
				golden(t, filepath.Join("testdata", "inventory", c.name+"."+format), []byte(renderInventory(t, format, c.all, c.o)))
			})
		}
	}
}

func TestInventoryErrors(t *testing.T) {
	err := WriteInventory(&bytes.Buffer{}, "xml", &Inventories{}, InventoryOptions{})
	if want := `unknown format "xml"; use text, json, markdown, html`; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	for _, format := range InventoryFormats() {
		if err := WriteInventory(broken{}, format, sampleInventory(t, ""), InventoryOptions{}); !errors.Is(err, errBroken) {
			t.Errorf("%s: got %v, want the writer's error", format, err)
		}
	}
}

func inventorySchemaOf(t *testing.T) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(InventorySchema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("inventory.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("inventory.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestInventorySchema(t *testing.T) {
	s := inventorySchemaOf(t)
	all := map[string]*Inventories{
		"sample": sampleInventory(t, ""), "asked": sampleInventory(t, "docker/login-action"), "unused": sampleInventory(t, "a/b"), "empty": {},
		"zero": {List: []Listed{{Inventory: &inventory.Inventory{Credentials: []*inventory.Credential{{}}, Jobs: []*inventory.Job{{Place: inventory.Place{Position: syntax.Position{Line: 1, Column: 1}}}}}}}},
	}
	for _, text := range hostile() {
		all[text] = hostileInventory(text)
	}
	for name, one := range all {
		if err := validate(s, renderInventory(t, "json", one, InventoryOptions{})); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	good := renderInventory(t, "json", sampleInventory(t, "docker/login-action"), InventoryOptions{})
	for _, c := range [][2]string{
		{`{"version":1,`, `{"version":2,`}, {`{"version":1,`, `{"version":1,"more":1,`}, {`"summary":{`, `"summary":{"more":1,`}, {`"kind":"secret"`, `"kind":"other"`},
		{`"way":"handed"`, `"way":"magic"`}, {`"pin":"tag"`, `"pin":"nail"`}, {`"who":"insiders"`, `"who":"me"`}, {`"how":"input"`, `"how":"luck"`}, {`"rotate":{`, `"rotate":{"more":1,`},
	} {
		bad := strings.Replace(good, c[0], c[1], 1)
		if bad == good {
			t.Errorf("the sample has no %s", c[0])
		} else if validate(s, bad) == nil {
			t.Errorf("%s is valid", c[1])
		}
	}
}

// hostileInventory has text in every place that a file can reach.
func hostileInventory(text string) *Inventories {
	at := inventory.Place{Path: text, Position: syntax.Position{Line: 1, Column: 2}}
	j := &inventory.Job{
		Place: at, ID: text, Name: text, Environment: text, Calls: text,
		Starts: []inventory.Start{{Event: text, Who: inventory.Anybody, Guards: []string{text}}, {Event: text + "b", Who: inventory.Forks}},
		Token:  inventory.Token{From: inventory.FromJob, All: text, Scopes: []inventory.Scope{{Name: text, Level: text}}},
	}
	var list []*inventory.Credential
	for kind := inventory.Secret; kind <= inventory.Identity; kind++ {
		c := &inventory.Credential{Kind: kind, Name: text, Opens: text, Every: kind == inventory.Variable, App: &inventory.AppToken{Action: text, Permissions: text, Repositories: text}}
		for how := inventory.ByInput; how <= inventory.ByGrant; how++ {
			c.Uses = append(c.Uses, inventory.Use{Place: at, Job: j, Step: text, How: how, As: text, To: text}, inventory.Use{Place: at, How: how, As: text, To: text})
		}
		list = append(list, c)
	}
	a := &inventory.Action{Name: text, What: "action", Unpinned: true, Compromised: text, Advisories: []string{text}, Token: j.Token}
	o := &inventory.Occurrence{Job: j}
	for pin := inventory.ByCommit; pin <= inventory.ByNothing; pin++ {
		o.Uses = append(o.Uses, inventory.ActionUse{Place: at, Step: text, Ref: text, Pin: pin, Version: text})
	}
	for i, c := range list {
		r := inventory.Reach{Credential: c, Way: inventory.Way(i % 7), By: text}
		o.Reach = append(o.Reach, r)
		c.Readers = []inventory.Reader{{Action: a, Way: r.Way}}
	}
	a.Jobs, a.Reach = []*inventory.Occurrence{o}, o.Reach
	j.Credentials, j.Actions = list, []*inventory.Action{a}
	whole := &inventory.Inventory{
		Jobs: []*inventory.Job{j}, Credentials: list, Actions: []*inventory.Action{a},
		Trusts:   []inventory.Trust{{Place: at, Of: text, Limit: text, Subjects: []string{text, text}, Admin: true}},
		Problems: []repo.Problem{{Path: text, Message: text}, {Message: text}},
	}
	return &Inventories{List: []Listed{{text, whole}, {"", whole}}, Problems: []repo.Problem{{Path: text, Message: text}}}
}

var (
	tags     = regexp.MustCompile(`<[^>]*>`)
	elements = regexp.MustCompile(`^</?(a|b|body|br|code|details|div|figure|g|h1|h2|head|html|li|meta|p|path|rect|span|style|summary|svg|text|title|ul)( [a-zA-Z-]+="[^"<>]*")*/?>$`)
	schemes  = regexp.MustCompile(`(?i)\b(src|href|url|@import|javascript:|on[a-z]+)\s*[=(]`)
)

// badHTML tells why a page is not one that loads nothing and holds nothing but what the writer puts there.
func badHTML(out string) string {
	head, body, _ := strings.Cut(out, "</style>")
	if strings.Contains(body, "<style") || strings.Contains(head, "</title><") && !strings.Contains(head, "<style>") {
		return "another style"
	}
	for _, tag := range tags.FindAllString(body, -1) {
		if !elements.MatchString(tag) {
			return "tag: " + tag
		}
		if schemes.MatchString(tag) {
			return "loads something: " + tag
		}
	}
	if schemes.MatchString(head) {
		return "the style loads something"
	}
	return ""
}

// harmOfInventory returns what a terminal, a runner or a reader of pages would obey in out; else "".
func harmOfInventory(format, out string, color bool) string {
	h := harm(format, out, color)
	switch {
	case h != "":
		return h
	case format == "html":
		return badHTML(out)
	case format == "json":
		if err := json.Unmarshal([]byte(out), new(any)); err != nil {
			return err.Error()
		}
	case format == "markdown":
		return badTables(out)
	}
	return ""
}

// badTables checks that each line is a heading, an item, a row of a table with the columns of its head, or words.
func badTables(out string) string {
	columns := 0
	for line := range strings.Lines(out) {
		line = strings.TrimSuffix(line, "\n")
		if !strings.HasPrefix(line, "| ") {
			columns = 0
			continue
		}
		n := strings.Count(line, "|")
		if columns != 0 && n != columns {
			return "row: " + line
		}
		columns = n
	}
	for _, tag := range tags.FindAllString(out, -1) {
		switch tag {
		case "<code>", "</code>", "<br>", "<wbr>":
		default:
			return "tag: " + tag
		}
	}
	return ""
}

func TestInventoryHostile(t *testing.T) {
	q := inventory.Query{Name: "a/b"}
	for _, text := range hostile() {
		for _, format := range InventoryFormats() {
			for _, asked := range []bool{false, true} {
				all := hostileInventory(text)
				if asked {
					all.Query = &inventory.Query{Name: text, Ref: text}
				}
				out := renderInventory(t, format, all, InventoryOptions{Color: asked, Version: text, Width: 60})
				if h := harmOfInventory(format, out, asked); h != "" {
					t.Errorf("%s of %q: %s", format, text, h)
				}
			}
		}
	}
	// Nothing of a text goes lost in json.
	for _, text := range []string{"a\nb", "\u202e", `"\`} {
		all := hostileInventory(text)
		all.Query = &q
		var doc struct {
			Repositories []struct {
				Jobs []struct{ Environment string }
			}
		}
		if err := json.Unmarshal([]byte(renderInventory(t, "json", all, InventoryOptions{})), &doc); err != nil || doc.Repositories[0].Jobs[0].Environment != text {
			t.Errorf("%q: %v, %v", text, doc, err)
		}
	}
}

func FuzzInventory(f *testing.F) {
	r := repo.Load(os.DirFS("../inventory/testdata/sample"), repo.Options{})
	for _, file := range r.Files {
		f.Add(file.Text, "docker/login-action")
	}
	for _, text := range hostile() {
		f.Add("on: push\nenv: {A: '${{ secrets.A }}'}\njobs:\n  a:\n    environment: "+text+"\n    runs-on: x\n    steps: [{uses: a/b@v1}]\n", text)
	}
	f.Fuzz(func(t *testing.T, text, query string) {
		r := repo.Load(fstest.MapFS{".github/workflows/a.yml": {Data: []byte(text)}, "action.yml": {Data: []byte(text)}}, repo.Options{})
		all := &Inventories{List: []Listed{{Inventory: inventory.New(r, flow.New(r))}}}
		if q, err := inventory.ParseQuery(query); err == nil {
			all.Query = &q
			all.List[0].Inventory = all.List[0].About(q)
		}
		for _, format := range InventoryFormats() {
			if h := harmOfInventory(format, renderInventory(t, format, all, InventoryOptions{}), false); h != "" {
				t.Errorf("%s: %s", format, h)
			}
		}
	})
}
