package desk

import (
	"context"
	"errors"
	"testing"

	"flagrante/draft/desk/service"
)

func TestReadiness(t *testing.T) {
	reason := error(nil)
	h := openDesk(t, &memory{}, func(o *service.Options) { o.Ready = func(context.Context) error { return reason } })
	if w := ask(h, "GET", "/readyz", "", "Authorization", ""); w.Code != 200 || w.Body.String() != "ready\n" {
		t.Errorf("ready: %d %q", w.Code, w.Body)
	}
	reason = errors.New("the store is read-only")
	if w := ask(h, "GET", "/readyz", "", "Authorization", ""); w.Code != 503 || w.Body.String() != "not ready: the store is read-only\n" {
		t.Errorf("not ready: %d %q", w.Code, w.Body)
	}
	if w := ask(h, "GET", "/healthz", "", "Authorization", ""); w.Code != 200 {
		t.Errorf("alive: %d", w.Code)
	}
}
