package report

import (
	"fmt"
	"image"
	_ "image/png" // of screenshots
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
)

// chromium finds a Chromium, in whose absence the test is skipped.
func chromium(t *testing.T) string {
	t.Helper()
	for _, name := range []string{"chromium-headless-shell", "headless_shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if program, err := exec.LookPath(name); err == nil {
			return program
		}
	}
	t.Skip("there is no Chromium on the PATH")
	return ""
}

// browser shows pages in a Chromium whose every request goes to a counting proxy.
type browser struct {
	program, dir, proxy string
	requests            atomic.Int32
}

func newBrowser(t *testing.T) *browser {
	b := &browser{program: chromium(t), dir: t.TempDir()}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.requests.Add(1)
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(server.Close)
	b.proxy = server.URL
	return b
}

// run opens a page and returns what the browser prints.
func (b *browser) run(t *testing.T, page string, width int, dark bool, args ...string) string {
	t.Helper()
	file := filepath.Join(b.dir, "page.html")
	if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	scheme := 1
	if dark {
		scheme = 0
	}
	args = append(args, "--headless", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-background-networking", "--disable-component-update",
		"--disable-sync", "--disable-dev-shm-usage", "--user-data-dir="+filepath.Join(b.dir, "profile"), "--proxy-server="+b.proxy, "--proxy-bypass-list=<-loopback>",
		fmt.Sprintf("--window-size=%d,1400", width), fmt.Sprintf("--blink-settings=preferredColorScheme=%d", scheme))
	if os.Getuid() == 0 {
		args = append(args, "--no-sandbox")
	}
	cmd := exec.CommandContext(t.Context(), b.program, append(args, "file://"+filepath.ToSlash(file))...)
	var said strings.Builder
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", b.program, err, said.String())
	}
	return string(out)
}

// picture takes a screenshot.
func (b *browser) picture(t *testing.T, page string, width int, dark bool) image.Image {
	t.Helper()
	shot := filepath.Join(b.dir, "shot.png")
	b.run(t, page, width, dark, "--screenshot="+shot)
	f, err := os.Open(shot)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	m, _, err := image.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestInventoryInBrowser looks at the page on a phone and on a desk, in light and dark.
func TestInventoryInBrowser(t *testing.T) {
	b := newBrowser(t)
	page := renderInventory(t, "html", sampleInventory(t, ""), InventoryOptions{})
	for _, width := range []int{390, 1280} {
		for _, dark := range []bool{false, true} {
			m := b.picture(t, page, width, dark)
			if got := m.Bounds().Dx(); got != width {
				t.Fatalf("the picture is %d wide, want %d", got, width)
			}
			if back := light(m, image.Point{X: 1, Y: 1}); back == dark {
				t.Errorf("width %d, dark %v: the background is light: %v", width, dark, back)
			}
			if share := drawn(m); share < 0.02 {
				t.Errorf("width %d, dark %v: %.1f%% of the picture is drawn on", width, dark, 100*share)
			}
		}
	}
	// Scripts are for the test alone: they say how much wider than the window the page and its widest text are.
	open := strings.Replace(page, `<details class="entry">`, `<details open class="entry">`, -1)
	_, body, _ := strings.Cut(open, "<meta name=\"color-scheme\"")
	open = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme"` + body +
		`<script>document.title = "over " + (document.documentElement.scrollWidth - innerWidth) + " spilled " + [...document.querySelectorAll("svg g")].filter(g => {
			const box = g.querySelector("rect").getBBox()
			return [...g.querySelectorAll("text")].some(t => t.getBBox().x + t.getBBox().width > box.x + box.width)
		}).map(g => "[" + g.textContent + "]").join("") + " of " + document.querySelectorAll("svg g").length</script>`
	dom := b.run(t, open, 390, false, "--dump-dom")
	_, title, _ := strings.Cut(dom, "<title>")
	title, _, _ = strings.Cut(title, "</title>")
	if !strings.HasPrefix(title, "over 0 spilled  of ") || strings.HasSuffix(title, " of 0") {
		t.Errorf("on a phone: %s", title)
	}
	// A page with hostile text asks for nothing either.
	for _, text := range []string{`"><img src=https://p.example/x>`, `</style><link rel=stylesheet href=//p.example>`, `url(https://p.example)`} {
		b.run(t, renderInventory(t, "html", hostileInventory(text), InventoryOptions{}), 390, false, "--dump-dom")
	}
	if n := b.requests.Load(); n != 0 {
		t.Errorf("the page made %d requests", n)
	}
}

// light reports a bright point.
func light(m image.Image, at image.Point) bool {
	r, g, b, _ := m.At(at.X, at.Y).RGBA()
	return r+g+b > 3*0x8000
}

// drawn returns the share of points that are not of the color of the corner.
func drawn(m image.Image) float64 {
	back := m.At(1, 1)
	n := 0
	bounds := m.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			if m.At(x, y) != back {
				n++
			}
		}
	}
	return float64(n) / float64(bounds.Dx()*bounds.Dy())
}
