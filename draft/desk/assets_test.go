package desk

import (
	"math"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

func TestAssetsAreCachedByContent(t *testing.T) {
	h := openDesk(t, &memory{})
	for name, kind := range map[string]string{"desk.css": "text/css", "desk.js": "text/javascript", "copy.js": "text/javascript", "mark.svg": "image/svg+xml"} {
		w := ask(h, "GET", "/assets/"+name, "")
		if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), kind) {
			t.Errorf("%s: %d %s", name, w.Code, w.Header().Get("Content-Type"))
		}
		if w = ask(h, "GET", "/assets/"+name, "", "If-None-Match", w.Header().Get("ETag")); w.Code != http.StatusNotModified {
			t.Errorf("%s again: %d", name, w.Code)
		}
	}
}

// TestColoursCanBeRead holds the pairs of text and ground to the contrast that
// WCAG 2.2, criterion 1.4.3, asks of level AA, in the light and in the dark.
func TestColoursCanBeRead(t *testing.T) {
	css, err := os.ReadFile("assets/desk.css")
	if err != nil {
		t.Fatal(err)
	}
	light, dark, found := strings.Cut(string(css), "(prefers-color-scheme: dark)")
	if !found {
		t.Fatal("no dark colours")
	}
	dark, _, _ = strings.Cut(dark, "* {")
	for look, text := range map[string]string{"light": light, "dark": dark} {
		colours := map[string]float64{}
		for _, m := range regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]+)`).FindAllStringSubmatch(text, -1) {
			colours[m[1]] = luminance(t, m[2])
		}
		for _, pair := range []string{
			"ink ground", "ink sheet", "ink sunk", "soft ground", "soft sheet", "soft sunk", "accent ground", "accent sheet", "accent-ink accent", "accent-ink hover",
			"critical critical-bg", "high high-bg", "high sheet", "medium medium-bg", "medium sheet", "medium sunk", "low low-bg", "good good-bg", "good sheet", "good sunk", "bad sheet", "bad sunk",
			"mask mask-bg", "name sunk", "string sunk", "figure sunk", "word sunk",
		} {
			text, ground, _ := strings.Cut(pair, " ")
			high, low := max(colours[text], colours[ground]), min(colours[text], colours[ground])
			if ratio := (high + 0.05) / (low + 0.05); ratio < 4.5 {
				t.Errorf("%s: %s has a contrast of %.2f", look, pair, ratio)
			}
		}
	}
}

// luminance is the relative luminance of a colour, as WCAG 2.2 defines it.
func luminance(t *testing.T, colour string) float64 {
	t.Helper()
	digits := colour[1:]
	if len(digits) == 3 {
		digits = strings.Join([]string{digits[:1], digits[:1], digits[1:2], digits[1:2], digits[2:], digits[2:]}, "")
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(digits[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			sum += weight * c / 12.92
		} else {
			sum += weight * math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return sum
}
