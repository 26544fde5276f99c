package desk

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/draft/desk/service"
	"flagrante/draft/desk/users"
)

// carrying is an orange picture whose file carries a text besides (PNG, 3rd edition, 11.3.3.2).
func carrying(t *testing.T, text string) []byte {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 40, 30))
	for i := range 40 * 30 {
		m.Set(i%40, i/40, color.RGBA{0xff, 0x88, 0, 0xff})
	}
	var file bytes.Buffer
	if err := png.Encode(&file, m); err != nil {
		t.Fatal(err)
	}
	chunk := append([]byte("tEXtComment\x00"), text...)
	framed := binary.BigEndian.AppendUint32(nil, uint32(len(chunk)-4))
	framed = binary.BigEndian.AppendUint32(append(framed, chunk...), crc32.ChecksumIEEE(chunk))
	const headEnd = 33 // the signature and IHDR
	return bytes.Join([][]byte{file.Bytes()[:headEnd], framed, file.Bytes()[headEnd:]}, nil)
}

// showing has the answer of one failure hold a picture, one that is broken, and a bomb.
func showing(t *testing.T, id string) func(string, string) [][]byte {
	t.Helper()
	whole := carrying(t, "senha-no-arquivo")
	bomb := bytes.Clone(whole)
	binary.BigEndian.PutUint32(bomb[16:], 1<<20)
	binary.BigEndian.PutUint32(bomb[20:], 1<<20)
	binary.BigEndian.PutUint32(bomb[29:], crc32.ChecksumIEEE(bomb[12:29]))
	return func(failure, side string) [][]byte {
		if failure != id || side != service.SideResponse {
			return nil
		}
		return [][]byte{whole, whole[:60], bomb}
	}
}

// TestAPictureIsShownToWhoeverAsksForIt, drawn anew, and notes that; no page has it unasked.
func TestAPictureIsShownToWhoeverAsksForIt(t *testing.T) {
	reveals := &fakeReveals{}
	m := &memory{drafts: samples()}
	h := openDesk(t, m, func(o *service.Options) { o.Pictures, o.Reveals = showing(t, "k3f9qa2m"), reveals })
	const at = "/failures/k3f9qa2m/pictures/response/"
	for _, page := range []string{"/failures/k3f9qa2m", "/drafts/d-k3f9qa2m"} {
		if got := ask(h, "GET", page, "").Body.String(); strings.Contains(got, at) || !strings.Contains(got, "/failures/k3f9qa2m/body/response?as=picture") {
			t.Errorf("%s shows a picture, or does not offer it", page)
		}
	}
	page := ask(h, "GET", "/failures/k3f9qa2m/body/response?as=picture", "").Body.String()
	if got := strings.Count(page, `<img src="`+at); got != 3 {
		t.Errorf("the body shows %d pictures: %s", got, page)
	}
	w := ask(h, "GET", at+"1", "")
	drawn, err := png.Decode(w.Body)
	if w.Code != http.StatusOK || err != nil || drawn.Bounds().Dx() != 40 || drawn.At(20, 20) != (color.RGBA{0xff, 0x88, 0, 0xff}) {
		t.Errorf("got %d %v", w.Code, err)
	}
	for name, want := range map[string]string{"Content-Type": "image/png", "Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if raw := ask(h, "GET", at+"1", "").Body.String(); strings.Contains(raw, "senha-no-arquivo") {
		t.Error("what the file carried besides is shown")
	}
	for path, want := range map[string]int{at + "2": 422, at + "3": 422, at + "4": 404, at + "0": 404, at + "x": 404, "/failures/k3f9qa2m/pictures/request/1": 404, "/failures/none/pictures/response/1": 404} {
		if w := ask(h, "GET", path, ""); w.Code != want {
			t.Errorf("%s: got %d", path, w.Code)
		}
	}
	row := store.Audit{Time: noon, Actor: "api", Action: "picture", Subject: "k3f9qa2m", Place: "response.body"}
	if diff := cmp.Diff([]store.Audit{row, row}, reveals.audit); diff != "" {
		t.Errorf("the audit: %s", diff)
	}
	if got := wordsOf(t, ask(h, "GET", "/masked", "").Body.String()); !strings.Contains(got, "viu uma imagem") {
		t.Errorf("the page of what was masked says %s", got)
	}
}

// TestAPictureIsAttachedUnseen to the draft: it does not leave before somebody has looked.
func TestAPictureIsAttachedUnseen(t *testing.T) {
	var shelf func() ([]string, bool)
	h := openDesk(t, &memory{drafts: samples()}, func(o *service.Options) {
		o.Pictures, o.DraftID = showing(t, "k3f9qa2m"), func(*capture.Failure) string { return "d-k3f9qa2m" }
		shelf = func() (names []string, checked bool) {
			list, err := o.Shelf.List(t.Context(), "d-k3f9qa2m")
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range list {
				names, checked = append(names, a.Name+" "+a.By), checked || a.CheckedBy != ""
			}
			return names, checked
		}
	})
	w := ask(h, "POST", "/failures/k3f9qa2m/pictures/response/1/attach", "")
	if at := w.Header().Get("Location"); w.Code != http.StatusSeeOther || at != "/drafts/d-k3f9qa2m#attachments" {
		t.Errorf("got %d to %s: %s", w.Code, at, w.Body)
	}
	if got := ask(h, "POST", "/failures/k3f9qa2m/pictures/response/3/attach", "").Code; got != 422 {
		t.Errorf("a bomb: got %d", got)
	}
	names, checked := shelf()
	if diff := cmp.Diff([]string{"response-1.png api"}, names); diff != "" || checked {
		t.Errorf("attached %s, checked %v", diff, checked)
	}
}

// TestViewersAreOfferedNoPictures for they may not see what is behind masks.
func TestViewersAreOfferedNoPictures(t *testing.T) {
	all := team(t)
	h := stored(t, withTeam(all), func(o *service.Options) {
		o.Failures, o.Pictures = &memory{drafts: samples()}, showing(t, "k3f9qa2m")
	})
	for role, want := range map[users.Role]int{users.Viewer: http.StatusForbidden, users.Reviewer: http.StatusOK} {
		see := func(path string) *httptest.ResponseRecorder {
			r := httptest.NewRequest("GET", path, nil)
			r.Host = "localhost"
			r.Header.Set("Cookie", logIn(t, h, role.String()))
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			return w
		}
		if got := see("/failures/k3f9qa2m/pictures/response/1").Code; got != want {
			t.Errorf("%s: got %d", role, got)
		}
		if offered := strings.Contains(see("/failures/k3f9qa2m").Body.String(), "as=picture"); offered != (want == http.StatusOK) {
			t.Errorf("%s: offered %v", role, offered)
		}
	}
}
