package export

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
)

func TestNoRedirectIsFollowed(t *testing.T) {
	visits := 0
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits++ }))
	defer elsewhere.Close()
	desk := newTracker()
	desk.before = answering(http.StatusTemporaryRedirect, http.Header{"Location": {elsewhere.URL}}, "")
	server := httptest.NewServer(desk)
	defer server.Close()
	result := deliver(t, exporterOf(t, loopback(server.URL)), sample())
	if result.State == draft.ReceiptSent {
		t.Fatalf("got %+v", result)
	}
	if visits != 0 {
		t.Errorf("the redirect was followed %d times", visits)
	}
}

func TestAnEndlessAnswerIsReadToItsLimit(t *testing.T) {
	written := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusCreated)
		chunk := []byte(strings.Repeat(" ", 1<<20))
		for err := error(nil); err == nil; written++ {
			_, err = w.Write(chunk)
		}
	}))
	x := exporterOf(t, loopback(server.URL))
	answer, _, err := x.portals["bank"].send(t.Context(), Request{Method: http.MethodGet, URL: server.URL})
	server.Close()
	if err != nil || answer.broken == nil || !strings.Contains(answer.broken.Error(), "larger than") {
		t.Errorf("got %+v and the error %v", answer, err)
	}
	if written > 128 {
		t.Errorf("the portal could write %d MiB", written)
	}
}

// TestWhoeverWatchesIsToldWhatLeaves sends a large body, and one that is empty, as they would
// go without anybody watching.
func TestWhoeverWatchesIsToldWhatLeaves(t *testing.T) {
	var came []int64
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil || n != r.ContentLength || len(r.TransferEncoding) > 0 {
			t.Errorf("%d bytes of %d came, by %v (%v)", n, r.ContentLength, r.TransferEncoding, err)
		}
		came = append(came, n)
	}))
	defer server.Close()
	x := exporterOf(t, loopback(server.URL))
	var told []int64
	for _, size := range []int{3 << 20, 0} {
		told = append(told, 0)
		ctx := Watch(t.Context(), func(n int64) { told[len(told)-1] += n })
		if _, _, err := x.portals["bank"].send(ctx, Request{Method: http.MethodPost, URL: server.URL, Body: make([]byte, size)}); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([][]int64{{3 << 20, 0}, {3 << 20, 0}}, [][]int64{came, told}); diff != "" {
		t.Error(diff)
	}
}

func TestNewClientSaysWhatIsWrongWithTheCAFile(t *testing.T) {
	empty := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{empty, empty + ".missing"} {
		if _, err := newClient(Portal{CAFile: file}); err == nil || !strings.HasPrefix(err.Error(), "read ca_file: ") {
			t.Errorf("%s: got the error %v", file, err)
		}
	}
}
