package page

import (
	"net/http"
	"net/url"
	"strings"

	"flagrante/draft/desk/door"
)

// errorView is the data of an error's page.
type errorView struct {
	Key, Detail string
	// Back is the page that a form came from, empty where that is not known.
	Back string
}

// FailPage answers with the page of a problem.
func (d *Pages) FailPage(w http.ResponseWriter, r *http.Request, p *door.Problem) {
	if err := d.render(w, r, p.Status, "error", view{Title: "error." + p.Key, Data: errorView{p.Key, p.Detail, formPage(r)}}); err != nil {
		d.Logger.Error().Err(err).Msg("the desk could not show an error")
		http.Error(w, "internal error", http.StatusInternalServerError)
	}
}

// formPage is the page of the draft or of the failure that a form belongs to.
func formPage(r *http.Request) string {
	parts := strings.Split(r.URL.EscapedPath(), "/")
	if r.Method != http.MethodPost || len(parts) < 4 || parts[1] != "drafts" && parts[1] != "failures" {
		return ""
	}
	return "/" + parts[1] + "/" + parts[2]
}

// LeadToLogin shows the way to the login. A browser that follows a link from
// another site holds back our strict cookie; moving on from a page of ours lets
// it come along, so that only those without a cookie see the login.
func (d *Pages) LeadToLogin(w http.ResponseWriter, r *http.Request) error {
	if r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		return d.moveOn(w, r, localPath(r.URL.RequestURI()))
	}
	target := "/login"
	if r.Method == http.MethodGet && r.URL.Path != "/" {
		target += "?" + url.Values{"next": {r.URL.RequestURI()}}.Encode()
	}
	http.Redirect(w, r, target, http.StatusSeeOther)
	return nil
}
