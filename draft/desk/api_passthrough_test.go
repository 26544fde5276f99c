package desk

import (
	"net/http"
	"strings"
	"testing"

	"flagrante/draft/desk/service"

	"github.com/google/go-cmp/cmp"
)

func TestAPIListsWhatPassesUnread(t *testing.T) {
	for name, test := range map[string]struct {
		hosts []service.Passthrough
		want  string
	}{
		"none": {nil, `{"passthrough":[]}`},
		"one of each": {distrusted()[:2], `{"passthrough":[{"host":"*.fixado.example","reason":"rule"},` +
			`{"host":"api.banco.example:443","reason":"learned","since":"2026-11-23T14:57:00Z","until":"2026-11-23T15:07:00Z","rejections":1,` +
			`"last_rejection":"2026-11-23T14:57:00Z","cause":"the vendor closed"}]}`},
	} {
		h := openDesk(t, &memory{}, func(o *service.Options) { o.Passthrough = func() []service.Passthrough { return test.hosts } })
		got := strings.TrimSpace(ask(h, "GET", "/api/v1/passthrough", "").Body.String())
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestAPIForgetsWhatWasLearned(t *testing.T) {
	var forgotten []string
	h := openDesk(t, &memory{}, distrusting(&forgotten))
	if w := ask(h, "DELETE", "/api/v1/passthrough/api.banco.example:443", ""); w.Code != http.StatusNoContent || w.Body.Len() > 0 {
		t.Errorf("got %d: %s", w.Code, w.Body)
	}
	for _, host := range []string{"nowhere.example:443", "*.fixado.example", "%5B::1%5D:443"} {
		if a := askAPI(t, h, "DELETE", "/api/v1/passthrough/"+host, 404); a.Error == "" || !strings.Contains(a.Hint, "proxy.passthrough") {
			t.Errorf("%s: %+v", host, a)
		}
	}
	if diff := cmp.Diff([]string{"api.banco.example:443", "nowhere.example:443", "*.fixado.example", "[::1]:443"}, forgotten); diff != "" {
		t.Error(diff)
	}
}
