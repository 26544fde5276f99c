package desk

import (
	"bytes"
	"encoding/json"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"flagrante/draft"
	"flagrante/draft/desk/service"
)

// printed is a picture as a browser pastes it.
func printed(t *testing.T) string {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewRGBA(image.Rect(0, 0, 4, 3))); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestAPrintIsAttachedCheckedAndRemoved(t *testing.T) {
	m := &memory{drafts: samples()}
	var seen []string
	h := openDesk(t, m, func(o *service.Options) {
		m.attachments = o.Shelf.List
		sub, _, _, err := o.Live.Subscribe("")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			sub.Close()
			for e := range sub.C {
				seen = append(seen, string(e.Data))
			}
			if len(seen) != 3 || !strings.Contains(seen[0], "d-k3f9qa2m") {
				t.Errorf("open pages were told %v", seen)
			}
		})
	})
	const all = "/api/v1/drafts/d-k3f9qa2m/attachments"
	w := ask(h, "POST", all+"?name="+url.QueryEscape("tela de erro.png"), printed(t))
	var a draft.Attachment
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || w.Code != http.StatusCreated || a.Name != "tela-de-erro.png" || a.Width != 4 || a.Checked {
		t.Fatalf("got %d %s: %v", w.Code, w.Body, err)
	}
	page := ask(h, "GET", "/drafts/d-k3f9qa2m", "").Body.String()
	if !strings.Contains(page, `<img src="/drafts/d-k3f9qa2m/attachments/a-1" alt="tela-de-erro.png" width="4" height="3"`) || !strings.Contains(page, "Só sai depois de conferido") {
		t.Error("the page does not show the print, or does not ask")
	}
	w = ask(h, "GET", "/drafts/d-k3f9qa2m/attachments/a-1", "")
	if w.Header().Get("Content-Type") != "image/png" || w.Header().Get("Content-Security-Policy") != "default-src 'none'; sandbox" || w.Header().Get("X-Content-Type-Options") != "nosniff" || int64(w.Body.Len()) != a.Size {
		t.Errorf("served %d bytes with %v", w.Body.Len(), w.Header())
	}
	if w = ask(h, "POST", all+"/a-1/check", `{"actor":"bia"}`); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"checked_by":"bia"`) {
		t.Errorf("checked: %d %s", w.Code, w.Body)
	}
	if w = ask(h, "DELETE", all+"/a-1", ""); w.Code != http.StatusNoContent {
		t.Errorf("removed: %d", w.Code)
	}
	if w = ask(h, "GET", all, ""); strings.TrimSpace(w.Body.String()) != `{"attachments":[]}` {
		t.Errorf("left: %s", w.Body)
	}
}

func TestFilesOfAFormAreAttached(t *testing.T) {
	m := &memory{drafts: samples()}
	h := openDesk(t, m, func(o *service.Options) { m.attachments = o.Shelf.List })
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for name, content := range map[string]string{"": "", "app.log": "linha"} {
		part, err := w.CreateFormFile("file", name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := part.Write([]byte(content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	answer := ask(h, "POST", "/drafts/d-k3f9qa2m/attachments", form.String(), "Content-Type", w.FormDataContentType())
	if answer.Code != http.StatusSeeOther || answer.Header().Get("Location") != "/drafts/d-k3f9qa2m#attachments" {
		t.Fatalf("got %d %s: %s", answer.Code, answer.Header().Get("Location"), answer.Body)
	}
	answer = ask(h, "GET", "/drafts/d-k3f9qa2m/attachments/a-1", "")
	if answer.Header().Get("Content-Disposition") != "attachment; filename=app.txt" || answer.Body.String() != "linha" {
		t.Errorf("served %q as %s", answer.Body, answer.Header().Get("Content-Disposition"))
	}
	for _, step := range []string{"check", "remove"} {
		if answer = ask(h, "POST", "/drafts/d-k3f9qa2m/attachments/a-1/"+step, ""); answer.Code != http.StatusSeeOther {
			t.Errorf("%s: %d", step, answer.Code)
		}
	}
	if answer = ask(h, "GET", "/drafts/d-k3f9qa2m/attachments/a-1", ""); answer.Code != http.StatusNotFound {
		t.Errorf("removed, but: %d", answer.Code)
	}
}

func TestWhatIsNotTakenIsExplained(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()})
	for body, want := range map[string]string{"": "vazio", "\x7fELF\x02": "tipo de arquivo", "\x89PNG\r\n\x1a\n": "danificada"} {
		a := ask(h, "POST", "/api/v1/drafts/d-k3f9qa2m/attachments?name=x", body)
		if a.Code != http.StatusUnprocessableEntity || !strings.Contains(a.Body.String(), want) || !strings.Contains(a.Body.String(), `"hint":"`) {
			t.Errorf("%q: %d %s", body, a.Code, a.Body)
		}
	}
	if a := ask(h, "POST", "/api/v1/drafts/none/attachments", "x"); a.Code != http.StatusNotFound {
		t.Errorf("no draft: %d", a.Code)
	}
}
