package redact_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"flagrante/capture/redact"
	"flagrante/proxy"
)

// hostile are shapes that somebody could choose to have much looked at twice, each in any
// length.
func hostile() map[string]func(n int) string {
	repeat := func(unit string) func(int) string {
		return func(n int) string { return strings.Repeat(unit, n/len(unit)+1)[:n] }
	}
	nest := func(text string, in func(string) string) func(int) string {
		return func(n int) string {
			nested := text
			for len(nested) < n {
				nested = in(nested)
			}
			return nested
		}
	}
	shapes := map[string]func(int) string{
		"deep":         func(n int) string { return strings.Repeat("[", n/2) + strings.Repeat("]", n/2) },
		"deep objects": func(n int) string { return strings.Repeat(`{"a":`, n/6) + "1" + strings.Repeat("}", n/6) },
		"one string":   func(n int) string { return `{"a":"` + strings.Repeat("a8 ", n/3) + `"}` },
		"members":      func(n int) string { return `{` + strings.Repeat(`"valor":"abcd",`, n/15) + `"z":1}` },
		"attributes":   func(n int) string { return "<a " + strings.Repeat(`b="c" `, n/6) + "/>" },
		"base64":       nest(`{"senha":"x"}`, func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s + s)) }),
		"strings of JSON": nest(`{"senha":"x"}`, func(s string) string {
			quoted, err := json.Marshal(s)
			if err != nil {
				return s
			}
			return `{"a":` + string(quoted) + `}`
		}),
		"secrets that begin alike": func(n int) string {
			var b strings.Builder
			for i := 0; b.Len() < n/2; i++ {
				fmt.Fprintf(&b, `{"token":"aaaa%dQ9xVt4"},`, i)
			}
			return "[" + b.String() + `"` + strings.Repeat("aaaa ", n/10) + `"]`
		},
	}
	for _, unit := range []string{
		"[", `{"`, `["a",`, `{'a':`, `"`, "<", "<a>", "%25", `\"`, `\\`, "&amp;lt;", "--a\r\n", "-----BEGIN PRIVATE KEY-----", "eyJ.", "a=b&", "senha=", "token ", "a:", "data:", "data: {\n", "a@b.", "1.", "(11) ",
		"000201br.gov.bcb", "Maria de ", "Rua ", "curl -u ", "Cookie: a=", "Set-Cookie: a;", "a;b\n", "<![CDATA[", "<token:", "http://a@", "http://hooks.slack.com/services/", "conta(", "AB12 ", "senha invalida: ", "1234567890:",
	} {
		shapes["many "+unit] = repeat(unit)
	}
	return shapes
}

// masked masks a message of a shape.
func masked(r *redact.Redactor, shape func(int) string, n int) {
	r.Personal(request("https://a.example/", proxy.Fields{{Name: "X-Api-Key", Value: planted}}, shape(n)))
}

// TestHostileShapes holds that four times as much to mask takes four times the memory,
// whatever its shape.
func TestHostileShapes(t *testing.T) {
	r := redact.New(redact.WithKey(testKey()))
	allocated := func(shape func(int) string, n int) float64 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		masked(r, shape, n)
		runtime.ReadMemStats(&after)
		return float64(after.TotalAlloc - before.TotalAlloc)
	}
	const small = 16 << 10
	for name, shape := range hostile() {
		one, four := allocated(shape, small), allocated(shape, 4*small)
		if four > 8*one+(1<<20) || four > 200*4*small {
			t.Errorf("%s: %.0f bytes for %d, %.0f for four times as much", name, one, small, four)
		}
	}
}

// TestTooDeep holds that what lies too deep to be looked at is not kept, and that the rest
// is, as JSON.
func TestTooDeep(t *testing.T) {
	r := redact.New(redact.WithKey(testKey()))
	body := `{"id":7,"a":` + strings.Repeat(`[`, 5000) + `"q7Zk2mX9pL4vT8wR3nB6"` + strings.Repeat(`]`, 5000) + `,"b":"c"}`
	out, marks := r.Exchange(request("https://a.example/", nil, body))
	got := string(out.Request.Body.Data)
	if !json.Valid(out.Request.Body.Data) || strings.Contains(got, planted) || !strings.HasPrefix(got, `{"id":7,"a":[[`) || !strings.HasSuffix(got, `]],"b":"c"}`) {
		t.Errorf("got %s", got)
	}
	if len(marks) != 1 || marks[0].Rule != "too-nested" {
		t.Errorf("marks: %v", marks)
	}
}

// BenchmarkHostile masks hostile shapes, and says how many times as long the worst of them
// takes when it is four times as long, by the time of the processor.
func BenchmarkHostile(b *testing.B) {
	r := redact.New(redact.WithKey(testKey()))
	for name, shape := range hostile() {
		b.Run(strings.ReplaceAll(name, "/", "|"), func(b *testing.B) {
			var one, four time.Duration
			for n := 0; b.Loop(); n++ {
				start := used(b)
				masked(r, shape, 256<<10-n%64)
				one += used(b) - start
				start = used(b)
				masked(r, shape, 1<<20-n%64)
				four += used(b) - start
			}
			b.ReportMetric(float64(four)/float64(one), "×4n:n")
			b.ReportMetric(float64(four.Milliseconds())/float64(b.N), "ms/MiB")
		})
	}
}
