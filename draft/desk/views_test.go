package desk

import (
	"net/http"
	"strings"
	"testing"
)

func TestAFilterIsKeptAsAView(t *testing.T) {
	h := openDesk(t, &memory{drafts: samples()})
	form := formOf(t, h, "/?q=severity%3E%3Dhigh+host%3Aa", "/views")
	form.Set("name", "Só o banco A")
	w := ask(h, "POST", "/views", form.Encode())
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/?q=severity%3E%3Dhigh+host%3Aa" {
		t.Fatalf("got %d to %s", w.Code, w.Header().Get("Location"))
	}
	page := ask(h, "GET", "/", "").Body.String()
	if !strings.Contains(page, `href="/?q=severity%3E%3Dhigh&#43;host%3Aa"`) || !strings.Contains(page, "Só o banco A") {
		t.Errorf("no view in %s", page)
	}
	if got := ask(h, "GET", "/traffic", "").Body.String(); strings.Contains(got, "Só o banco A") {
		t.Error("it is a view of failures too")
	}
	ask(h, "POST", "/views/remove", formOf(t, h, "/?q=severity%3E%3Dhigh+host%3Aa", "/views/remove").Encode())
	if got := ask(h, "GET", "/", "").Body.String(); strings.Contains(got, "Só o banco A") {
		t.Error("it is still there")
	}
}

func TestViewsThroughTheAPI(t *testing.T) {
	h := openDesk(t, &memory{})
	put := func(path, body string) int { return ask(h, "PUT", path, body, "Content-Type", "application/json").Code }
	if got := put("/api/v1/views/failures/Lentas", `{"filter":"kind:slow"}`); got != http.StatusNoContent {
		t.Fatalf("got %d", got)
	}
	want := `{"views":[{"list":"failures","name":"Lentas","filter":"kind:slow","by":"api","changed":"2026-11-23T15:00:00Z"}]}`
	if got := strings.TrimSpace(ask(h, "GET", "/api/v1/views", "").Body.String()); got != want {
		t.Errorf("got %s", got)
	}
	if got := put("/api/v1/views/failures/Erradas", `{"filter":"kind:("}`); got != http.StatusBadRequest {
		t.Errorf("a filter that can't be read: %d", got)
	}
	if got := put("/api/v1/views/portals/x", `{"filter":""}`); got != http.StatusNotFound {
		t.Errorf("another list: %d", got)
	}
	for _, want := range []int{http.StatusNoContent, http.StatusNotFound} {
		if got := ask(h, "DELETE", "/api/v1/views/failures/Lentas", "").Code; got != want {
			t.Errorf("removed: %d, want %d", got, want)
		}
	}
}
