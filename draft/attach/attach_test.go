package attach

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"flagrante/draft"
)

var noon = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)

// open returns a shelf whose IDs are a1, a2, … and that masks the word "segredo".
func open(t *testing.T) *Shelf {
	t.Helper()
	n := 0
	return Open(filepath.Join(t.TempDir(), "attachments"), Options{
		Now: func() time.Time { return noon },
		NewID: func() string {
			n++
			return "a" + strconv.Itoa(n)
		},
		Mask: func(_, _ string, text []byte) []byte {
			return bytes.ReplaceAll(text, []byte("segredo"), []byte("<token>"))
		},
	})
}

func TestAdd(t *testing.T) {
	noisy := pngOf(t, drawing(8, 6))
	noisy = append(noisy[:len(noisy)-12], append(chunk("tEXt", []byte("Author\x00Ana")), chunk("IEND", nil)...)...)
	webm := "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm" + strings.Repeat("v", 100)
	mp4 := "\x00\x00\x00\x20ftypisom" + strings.Repeat("v", 100)
	for _, c := range []struct {
		name, file string
		data       string
		want       draft.Attachment
	}{
		{"print", "../../etc/tela de erro.exe", string(noisy), draft.Attachment{Name: "tela-de-erro.png", MediaType: "image/png", Width: 8, Height: 6}},
		{"photo", "foto.JPEG", string(jpegOf(t, drawing(8, 6))), draft.Attachment{Name: "foto.jpg", MediaType: "image/jpeg", Width: 8, Height: 6}},
		{"moving", "x.gif", string(gifOf(t, drawing(8, 6))), draft.Attachment{Name: "x.png", MediaType: "image/png", Width: 8, Height: 6}},
		{"recording", "gravação.webm", webm, draft.Attachment{Name: "gravação.webm", MediaType: "video/webm"}},
		{"mp4", `C:\v\a"b<.mp4`, mp4, draft.Attachment{Name: "ab.mp4", MediaType: "video/mp4"}},
		{"log", "app.log", "linha com segredo\n", draft.Attachment{Name: "app.txt", MediaType: "text/plain", Checked: true}},
		{"json", "", `{"a":1}`, draft.Attachment{Name: "anexo.json", MediaType: "application/json", Checked: true}},
		{"page", "a.html", "<script>alert(1)</script>", draft.Attachment{Name: "a.txt", MediaType: "text/plain", Checked: true}},
		{"drawing as text", "a.svg", `<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>`, draft.Attachment{Name: "a.txt", MediaType: "text/plain", Checked: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t)
			got, err := s.Add(t.Context(), "d-aaaaaaaaaa", Incoming{c.file, "ana"}, strings.NewReader(c.data))
			if err != nil {
				t.Fatal(err)
			}
			c.want.ID, c.want.DraftID, c.want.Added, c.want.By = "a1", "d-aaaaaaaaaa", noon, "ana"
			if diff := cmp.Diff(c.want, got, cmpopts.IgnoreFields(draft.Attachment{}, "Size", "Digest")); diff != "" {
				t.Error(diff)
			}
			f, again, err := s.Open(t.Context(), "d-aaaaaaaaaa", "a1")
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			stored, err := io.ReadAll(f)
			if err != nil || int64(len(stored)) != got.Size || again != got {
				t.Errorf("stored %d bytes of %d, %+v, %v", len(stored), got.Size, again, err)
			}
			if bytes.Contains(stored, []byte("Ana")) || bytes.Contains(stored, []byte("segredo")) {
				t.Errorf("stored %q", stored)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	large := make([]byte, MaxText+1)
	for i := range large {
		large[i] = 'a'
	}
	for _, c := range []struct {
		name, data string
		want       RefusedError
	}{
		{"nothing", "", RefusedError{Reason: Empty}},
		{"program", "\x7fELF\x02\x01\x01\x00\x00\x00", RefusedError{Reason: WrongType}},
		{"archive", "PK\x03\x04\x14\x00\x00\x00", RefusedError{Reason: WrongType}},
		{"document", "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", RefusedError{Reason: WrongType}},
		{"broken picture", "\x89PNG\r\n\x1a\nnothing", RefusedError{Reason: Broken}},
		{"cut picture", string(pngOf(t, drawing(80, 60))[:120]), RefusedError{Reason: Broken}},
		{"bomb", string(bomb(t, 50000)), RefusedError{Huge, maxPixels}},
		{"bomb of no size", string(bomb(t, 0)), RefusedError{Reason: Broken}},
		{"long text", string(large), RefusedError{TooLarge, MaxText}},
		{"text that is none later", strings.Repeat("a", 600) + "\x00", RefusedError{Reason: WrongType}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t)
			_, err := s.Add(t.Context(), "d-aaaaaaaaaa", Incoming{Name: "x"}, strings.NewReader(c.data))
			refused, ok := errors.AsType[*RefusedError](err)
			if !ok || *refused != c.want {
				t.Fatalf("got %v, want %v", err, &c.want)
			}
			left, err := os.ReadDir(filepath.Join(s.dir, "d-aaaaaaaaaa"))
			if err != nil || len(left) != 0 {
				t.Errorf("left behind: %v, %v", left, err)
			}
		})
	}
}

func TestOnlyTheUserCanReadThem(t *testing.T) {
	s := open(t)
	if _, err := s.Add(t.Context(), "d-a", Incoming{Name: "a.txt"}, strings.NewReader("x")); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{"": 0o700, "d-a": 0o700, "d-a/a1.json": 0o600, "d-a/a1.bin": 0o600} {
		info, err := os.Stat(filepath.Join(s.dir, path))
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%q: %v, %v", path, info.Mode(), err)
		}
	}
}

func TestCheckAndRemove(t *testing.T) {
	s := open(t)
	for range 2 {
		if _, err := s.Add(t.Context(), "d-a", Incoming{Name: "p.png"}, bytes.NewReader(pngOf(t, drawing(4, 4)))); err != nil {
			t.Fatal(err)
		}
	}
	if a, err := s.Check(t.Context(), "d-a", "a2", "bia"); err != nil || !a.Checked || a.CheckedBy != "bia" {
		t.Errorf("checked %+v, %v", a, err)
	}
	if err := s.Remove(t.Context(), "d-a", "a1"); err != nil {
		t.Error(err)
	}
	left, err := s.List(t.Context(), "d-a")
	if err != nil || len(left) != 1 || left[0].ID != "a2" || !left[0].Checked {
		t.Errorf("left %+v, %v", left, err)
	}
	for _, id := range []string{"a1", "../a2", "", "a2.json"} {
		if _, _, err := s.Open(t.Context(), "d-a", id); !errors.Is(err, ErrNotFound) {
			t.Errorf("open %q: %v", id, err)
		}
	}
	if _, err := s.Add(t.Context(), "../d-a", Incoming{}, strings.NewReader("x")); !errors.Is(err, ErrNotFound) {
		t.Errorf("outside: %v", err)
	}
	if none, err := s.List(t.Context(), "d-b"); err != nil || none != nil {
		t.Errorf("of another draft: %v, %v", none, err)
	}
}

func TestADraftHoldsSoMany(t *testing.T) {
	s := open(t)
	for range MaxFiles {
		if _, err := s.Add(t.Context(), "d-a", Incoming{}, strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.Add(t.Context(), "d-a", Incoming{}, strings.NewReader("x"))
	if refused, ok := errors.AsType[*RefusedError](err); !ok || *refused != (RefusedError{TooMany, MaxFiles}) {
		t.Errorf("one more: %v", err)
	}
}

// FuzzAdd: nothing that is attached crashes, and what is taken has a type of ours.
func FuzzAdd(f *testing.F) {
	f.Add("a.png", []byte("\x89PNG\r\n\x1a\n"))
	f.Add("a.jpg", []byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08"))
	f.Add("a\u202egpj.exe", []byte("GIF89a"))
	f.Add("x", []byte("text"))
	s := Open(f.TempDir(), Options{Now: func() time.Time { return noon }, NewID: func() string { return "a" }, Mask: func(_, _ string, text []byte) []byte { return text }})
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		a, err := s.Add(t.Context(), "d", Incoming{Name: name}, bytes.NewReader(data))
		if refused, ok := errors.AsType[*RefusedError](err); ok && refused.Reason != "" {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if a.Name == "" || strings.ContainsAny(a.Name, "/\\\x00\u202e\n") || filepath.Ext(a.Name) == "" {
			t.Errorf("called %q", a.Name)
		}
	})
}

// TestRewrite holds that texts and names change, with what is known of them, and
// pictures stay.
func TestRewrite(t *testing.T) {
	s := open(t)
	if n, err := s.Rewrite(t.Context(), strings.ToUpper); n != 0 || err != nil {
		t.Fatalf("nothing: %d, %v", n, err)
	}
	for name, content := range map[string]string{"quimera.txt": "fala de quimera", "outro.txt": "fica", "p.png": string(pngOf(t, drawing(4, 4)))} {
		if _, err := s.Add(t.Context(), "d-1", Incoming{Name: name}, strings.NewReader(content)); err != nil {
			t.Fatal(err)
		}
	}
	n, err := s.Rewrite(t.Context(), func(text string) string { return strings.ReplaceAll(text, "quimera", "<x>") })
	if n != 1 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	list, err := s.List(t.Context(), "d-1")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range list {
		f, a, err := s.Open(t.Context(), "d-1", a.ID)
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(f)
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
		if strings.Contains(a.Name+string(data), "quimera") || int64(len(data)) != a.Size || a.Name == "<x>.txt" && string(data) != "fala de <x>" {
			t.Errorf("%s is %q of %d", a.Name, data, a.Size)
		}
	}
}
