package desk

import (
	"net/http"
	"strings"
	"testing"

	"flagrante/capture/store/trouble"
	"flagrante/draft/desk/service"
)

func TestTroubleIsToldOnEveryPage(t *testing.T) {
	status := service.Status{}
	h := openDesk(t, &memory{drafts: samples()}, func(o *service.Options) { o.Status = func() service.Status { return status } })
	for _, path := range []string{"/", "/traffic", "/drafts/" + samples()[0].ID} {
		status = service.Status{}
		if page := ask(h, http.MethodGet, path+"?lang=en", "").Body.String(); strings.Contains(page, "data-trouble") || strings.Contains(page, "data-aside") || strings.Contains(page, "data-behind") {
			t.Errorf("%s tells of trouble when there is none", path)
		}
		for cause, sentence := range map[string]string{
			trouble.Full: "The disk is full", trouble.ReadOnly: "cannot be written to", trouble.Locked: "holds the database locked",
			trouble.Corrupt: "The database is corrupt", trouble.Disk: "The disk fails to read or write", trouble.Away: "The shared database cannot be reached",
		} {
			status = service.Status{Trouble: &trouble.Report{Cause: cause, Text: "/data/<b>.db"}}
			page := ask(h, http.MethodGet, path+"?lang=en", "").Body.String()
			if !strings.Contains(page, `role="alert" data-trouble="`+cause+`"`) || !strings.Contains(page, sentence) || !strings.Contains(page, "/data/&lt;b&gt;.db") {
				t.Errorf("%s does not tell of %s", path, cause)
			}
		}
		status = service.Status{Aside: "/data/flagrante.db.corrupt-1", Behind: 70_000}
		page := ask(h, http.MethodGet, path+"?lang=pt-BR", "").Body.String()
		if !strings.Contains(page, "/data/flagrante.db.corrupt-1") || !strings.Contains(page, "está 70.000 falhas atrás") {
			t.Errorf("%s does not tell what was set aside, and how far the search is behind", path)
		}
	}
}
