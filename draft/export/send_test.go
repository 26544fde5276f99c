package export

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"flagrante/draft"
)

func TestNoRedirectIsFollowed(t *testing.T) {
	visits := 0
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { visits++ }))
	defer elsewhere.Close()
	desk := newTracker()
	desk.before = fault(http.StatusTemporaryRedirect, http.Header{"Location": {elsewhere.URL}}, "")
	server := httptest.NewServer(desk)
	defer server.Close()
	x, _ := exporterOf(t, loopback(server.URL))
	receipt, err := x.Export(t.Context(), "bank", sample())
	if err != nil || receipt.State != draft.ReceiptFailed {
		t.Fatalf("got %+v and the error %v", receipt, err)
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
	x, _ := exporterOf(t, loopback(server.URL))
	receipt, err := x.Export(t.Context(), "bank", sample())
	server.Close()
	if err != nil || receipt.State != draft.ReceiptUnknown || !strings.Contains(receipt.Error, "larger than") {
		t.Errorf("got %+v and the error %v", receipt, err)
	}
	if written > 64 {
		t.Errorf("the portal could write %d MiB", written)
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
