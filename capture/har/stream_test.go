package har_test

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"flagrante/capture/har"
	"flagrante/proxy"
)

// TestReadStreams reads what exists nowhere as a whole. The same at full size is
// TestReadHalfAGigabyte.
func TestReadStreams(t *testing.T) { stream(t, 200) }

// stream reads entries of 256 KiB behind one that is larger than an entry may be,
// and looks at the memory while it does.
func stream(t *testing.T, entries int) {
	t.Helper()
	r, w := io.Pipe()
	go func() { w.CloseWithError(generate(w, entries)) }()
	peak := uint64(0)
	calls := 0
	tally, err := har.Read(r, func(*proxy.Exchange) error {
		if calls++; calls%64 == 0 {
			var now runtime.MemStats
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapAlloc)
		}
		return nil
	})
	if want := (har.Tally{Calls: entries, Unreadable: 1}); tally != want || err == nil || !strings.HasSuffix(err.Error(), ": it is too large") {
		t.Fatalf("%+v, %v", tally, err)
	}
	if peak > 128<<20 {
		t.Errorf("%d MiB of heap were in use", peak>>20)
	}
}

// generate writes a HAR with so many entries of 256 KiB, behind one that is too
// large.
func generate(w io.Writer, entries int) error {
	body := strings.Repeat("x", 256<<10)
	item := func(at, size int) error {
		_, err := fmt.Fprintf(w, `{"startedDateTime":"2026-03-02T12:00:00Z","time":%d,"request":{"method":"GET","url":"http://a.example/"},
			"response":{"status":500,"content":{"text":"`, at)
		for ; err == nil && size > 0; size -= len(body) {
			_, err = io.WriteString(w, body)
		}
		if err == nil {
			_, err = io.WriteString(w, "\"}}}")
		}
		return err
	}
	_, err := io.WriteString(w, `{"log":{"entries":[`)
	if err == nil {
		err = item(0, har.EntryLimit)
	}
	for i := 0; i < entries && err == nil; i++ {
		if _, err = io.WriteString(w, ","); err == nil {
			err = item(i, len(body))
		}
	}
	if err == nil {
		_, err = io.WriteString(w, `]}}`)
	}
	return err
}

func BenchmarkRead(b *testing.B) {
	for _, name := range []string{"chromium.har", "firefox.har"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "har", name))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := har.Read(bytes.NewReader(data), func(*proxy.Exchange) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("bodies of 256 KiB", func(b *testing.B) {
		var file bytes.Buffer
		if err := generate(&file, 64); err != nil {
			b.Fatal(err)
		}
		b.SetBytes(int64(file.Len()))
		b.ReportAllocs()
		for b.Loop() {
			if tally, _ := har.Read(bytes.NewReader(file.Bytes()), func(*proxy.Exchange) error { return nil }); tally.Calls != 64 {
				b.Fatalf("%+v", tally)
			}
		}
	})
}
