package export

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/curl"
	"flagrante/capture/har"
	"flagrante/draft"
	"flagrante/draft/gate"
	"flagrante/proxy"
)

func bundleOf(t *testing.T, d draft.Draft) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Bundle(t.Context(), &b, d, BundleOptions{Text: writing(t), Creator: har.Creator{Name: "flagrante", Version: "test"}, Gate: lastGate()}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// unpack returns the files of a bundle, and their names in order.
func unpack(t *testing.T, bundle []byte) (map[string]string, []string) {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	if err != nil {
		t.Fatal(err)
	}
	files, names := map[string]string{}, []string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name], names = string(data), append(names, f.Name)
		if want := sample().Evidence.Group.LastSeen; !f.Modified.Equal(want) {
			t.Errorf("%s was modified at %s, want %s", f.Name, f.Modified, want)
		}
	}
	return files, names
}

func TestBundleHoldsTheTicketAndItsEvidence(t *testing.T) {
	files, names := unpack(t, bundleOf(t, sample()))
	want := []string{
		"ticket.md", "ticket.html", "ticket.json", "exchange.har", "reproduce.sh", "reproduce.http",
		"evidence/last-request.json", "evidence/last-response.txt", "manifest.json",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	if got := files["evidence/last-request.json"]; got != `{"amount":1}` {
		t.Errorf("the request body is %q", got)
	}
	for _, name := range []string{"ticket.json", "exchange.har", "manifest.json"} {
		if !json.Valid([]byte(files[name])) {
			t.Errorf("%s is not JSON", name)
		}
	}
	if strings.Contains(files["ticket.html"], "<script>alert") {
		t.Error("ticket.html holds the vendor's script")
	}
}

func TestTheScriptOfABundleSendsTheRequestAgain(t *testing.T) {
	for name, body := range map[string]string{"text": `{"nome":"d'Ávila $(id)"}`, "latin1": "caf\xe9@file"} {
		t.Run(name, func(t *testing.T) {
			desk := newTracker()
			desk.before = answering(http.StatusInternalServerError, nil, "")
			server := httptest.NewServer(desk)
			defer server.Close()
			d := sample()
			request := &d.Evidence.Last.Exchange.Request
			request.URL = server.URL + "/v1/charges"
			request.Body = proxy.Body{Data: []byte(body), Size: int64(len(body)), Complete: true}
			files, _ := unpack(t, bundleOf(t, d))
			dir := t.TempDir()
			for _, name := range []string{"reproduce.sh", curl.BodyFile} {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(files[name]), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			again := exec.CommandContext(t.Context(), "bash", filepath.Join(dir, "reproduce.sh"))
			again.Env = append(os.Environ(), "NO_PROXY=*", "no_proxy=*")
			if out, err := again.CombinedOutput(); err != nil {
				t.Fatalf("reproduce.sh: %v: %s", err, out)
			}
			if len(desk.requests) != 1 || desk.requests[0].method != "POST" || string(desk.requests[0].body) != body {
				t.Errorf("the script sent %+v", desk.requests)
			}
		})
	}
}

func TestManifestListsEveryOtherFile(t *testing.T) {
	files, names := unpack(t, bundleOf(t, sample()))
	var manifest struct {
		Draft, Fingerprint string
		Files              []struct {
			Name, SHA256 string
			Size         int
		}
	}
	if err := json.Unmarshal([]byte(files["manifest.json"]), &manifest); err != nil {
		t.Fatal(err)
	}
	listed := []string{}
	for _, f := range manifest.Files {
		listed = append(listed, f.Name)
		sum := sha256.Sum256([]byte(files[f.Name]))
		if f.SHA256 != hex.EncodeToString(sum[:]) || f.Size != len(files[f.Name]) {
			t.Errorf("the manifest says %+v, which is not %s", f, f.Name)
		}
	}
	if diff := cmp.Diff(append(listed, "manifest.json"), names); diff != "" {
		t.Errorf("names (-manifest +zip):\n%s", diff)
	}
	if manifest.Draft != "d-k3f9qa2m" || manifest.Fingerprint != "v1:3c1f" {
		t.Errorf("the manifest is of %q, %q", manifest.Draft, manifest.Fingerprint)
	}
}

func TestBundleIsTheSameEveryTime(t *testing.T) {
	first := bundleOf(t, sample())
	if !bytes.Equal(first, bundleOf(t, sample())) {
		t.Error("two bundles of one draft differ")
	}
}

func TestBundleOfTwoFailuresAndNoAnswer(t *testing.T) {
	d := sample()
	first, last := *d.Evidence.First, *d.Evidence.Last
	first.ID, first.Time = "01JDCDZZZZ000000000000000A", first.Time.Add(-time.Hour)
	last.Exchange.Response, last.Exchange.Err = nil, &proxy.Error{Type: "connection_refused", Phase: proxy.PhaseConnect, Text: "refused"}
	d.Evidence.First, d.Evidence.Last = &first, &last
	_, names := unpack(t, bundleOf(t, d))
	want := []string{"reproduce.http", "evidence/last-request.json", "evidence/first-request.json", "evidence/first-response.txt"}
	if diff := cmp.Diff(want, names[5:len(names)-1]); diff != "" {
		t.Errorf("evidence (-want +got):\n%s", diff)
	}
}

func TestBundleSaysThatItCouldNotBeWritten(t *testing.T) {
	full := errors.New("the disk is full")
	pipe, w := io.Pipe()
	if err := pipe.CloseWithError(full); err != nil {
		t.Fatal(err)
	}
	err := Bundle(t.Context(), w, sample(), BundleOptions{Text: writing(t), Gate: lastGate()})
	if !errors.Is(err, full) || !strings.HasPrefix(err.Error(), "write ") {
		t.Errorf("got %v", err)
	}
}

func TestBundleHoldsWhatPeopleAttached(t *testing.T) {
	files := []File{
		{Name: "ecrã.png", Type: "image/png", Data: []byte("\x89PNG\x00"), Checked: true},
		{Name: "../ecrã.png", Type: "image/png", Data: []byte("\x89PNG\x01"), Checked: true},
	}
	o := BundleOptions{Text: writing(t), Gate: lastGate(), Files: func(context.Context, draft.Draft) ([]File, error) { return files, nil }}
	var b bytes.Buffer
	if err := Bundle(t.Context(), &b, sample(), o); err != nil {
		t.Fatal(err)
	}
	got, _ := unpack(t, b.Bytes())
	for name, want := range map[string]string{"attachments/01-ecrã.png": "\x89PNG\x00", "attachments/02-.._ecrã.png": "\x89PNG\x01"} {
		if got[name] != want || !strings.Contains(got["manifest.json"], name) {
			t.Errorf("%s is %q", name, got[name])
		}
	}
	files[0].Checked = false
	if err := Bundle(t.Context(), &b, sample(), o); !errors.As(err, new(*gate.BlockedError)) {
		t.Errorf("a picture that nobody looked at: %v", err)
	}
}

func TestTheArchiveHasOnlyTheCallsThatLedToTheFailure(t *testing.T) {
	d := sample()
	call := func(id, path string, links ...capture.Link) capture.Call {
		return capture.Call{Links: links, Exchange: proxy.Exchange{
			ID: id, Start: d.Evidence.Last.Time.Add(-time.Minute), Request: proxy.Request{Method: "GET", URL: "https://api.bank.example" + path, Proto: "HTTP/1.1"},
			Response: &proxy.Response{Status: 200, Proto: "HTTP/1.1"},
		}}
	}
	failure := *d.Evidence.Last
	failure.Before = []capture.Call{call("1", "/v1/other"), call("2", "/v1/token", capture.Link{From: "response.body/id", To: "request.body/id"})}
	d.Evidence.First, d.Evidence.Last = &failure, &failure
	files, _ := unpack(t, bundleOf(t, d))
	var doc struct {
		Log struct {
			Entries []struct{ Request struct{ URL string } }
		}
	}
	if err := json.Unmarshal([]byte(files["exchange.har"]), &doc); err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, e := range doc.Log.Entries {
		got = append(got, e.Request.URL)
	}
	if diff := cmp.Diff([]string{"https://api.bank.example/v1/token", "https://api.bank.example/v1/charges"}, got); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}
