package har_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/har"
	"flagrante/proxy"
)

var update = flag.Bool("update", false, "write testdata/har/*.txt anew")

// TestReadRecordings reads what real producers wrote of the same calls, and
// compares what became of them with the text beside each recording.
func TestReadRecordings(t *testing.T) {
	for _, producer := range []string{"chromium", "firefox", "mitmproxy", "playwright"} {
		t.Run(producer, func(t *testing.T) {
			var got strings.Builder
			tally, err := har.Read(bytes.NewReader(recording(t, producer+".har")), func(e *proxy.Exchange) error {
				describe(&got, e)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(&got, "%+v\n", tally)
			golden := filepath.Join("..", "..", "testdata", "har", producer+".txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got.String()), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// describe writes a call on four lines.
func describe(w *strings.Builder, e *proxy.Exchange) {
	q := e.Request
	fmt.Fprintf(w, "%s %s %s\n", q.Method, q.URL, q.Proto)
	fmt.Fprintf(w, "  at %s from %q, %+v\n", e.Start.Format("15:04:05.000000"), e.Upstream.Addr, e.Phases)
	fmt.Fprintf(w, "  sent %d fields, %s\n", len(q.Header), describeBody(q.Body))
	switch r := e.Response; {
	case r != nil:
		fmt.Fprintf(w, "  got %s %d %q %d fields, %s", r.Proto, r.Status, r.Reason, len(r.Header), describeBody(r.Body))
	case e.Err != nil:
		fmt.Fprintf(w, "  got none: %v", e.Err)
	}
	if e.Aborted {
		w.WriteString("  aborted")
	}
	w.WriteString("\n")
}

func describeBody(b proxy.Body) string {
	text := fmt.Sprintf("%d of %d bytes %.48q", len(b.Data), b.Size, b.Data)
	for _, mark := range []struct {
		is   bool
		name string
	}{{b.Cut, "cut"}, {b.Decoded, "decoded"}, {!b.Complete, "incomplete"}} {
		if mark.is {
			text += " " + mark.name
		}
	}
	if b.Err != "" {
		text += ": " + b.Err
	}
	return text
}
