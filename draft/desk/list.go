package desk

import (
	"fmt"
	"net/http"
	"strings"

	"flagrante/draft"
	"flagrante/draft/lifecycle"
)

// listLimit is how many drafts a page shows.
const listLimit = 50

// listView is the data of the list.
type listView struct {
	Drafts []row
	// Older is the link to the drafts after these, empty when there are none.
	Older  string
	First  bool
	Search searchView
	Route  routing
	// Mistrust is empty unless apps have turned our certificate down of late.
	Mistrust mistrustView
}

// row is one draft in the list.
type row struct {
	draft.Draft
	// Lacking is the number of items that the guide asks for and nobody gave.
	Lacking int
	Chart   chart
}

// routing is what an app needs to go through the proxy.
type routing struct{ Proxy, CA, Env, Curl string }

// list shows the drafts, those that failed last first.
func (d *desk) list(w http.ResponseWriter, r *http.Request) error {
	after := r.URL.Query().Get("after")
	only, search, err := d.search(lifecycle.DraftFields(), r)
	if err != nil {
		return err
	}
	drafts, next, err := d.Drafts.Find(r.Context(), lifecycle.Query{Filter: only, After: after, Limit: listLimit})
	if err != nil {
		return fmt.Errorf("list the drafts: %w", err)
	}
	v := listView{First: after == "", Search: search, Route: d.routing(), Mistrust: d.mistrust(), Drafts: make([]row, len(drafts))}
	for i, one := range drafts {
		v.Drafts[i] = row{Draft: one, Lacking: lacking(one.Checklist), Chart: chartOf(one.Evidence)}
	}
	if next != "" {
		v.Older = "/?" + search.after(next)
	}
	return d.render(w, r, http.StatusOK, "list", view{Title: "list.title", Data: v})
}

func lacking(items []draft.Item) int {
	n := 0
	for _, item := range items {
		if item.State == draft.Missing {
			n++
		}
	}
	return n
}

// routing writes the lines for a POSIX shell.
func (d *desk) routing() routing {
	proxy, ca := "http://"+d.ProxyAddr, shellWord(d.CAPath)
	env := []string{
		"export HTTP_PROXY=" + proxy + " HTTPS_PROXY=" + proxy,
		"export http_proxy=" + proxy + " https_proxy=" + proxy,
		"export NODE_USE_ENV_PROXY=1 NODE_EXTRA_CA_CERTS=" + ca,
		"export SSL_CERT_FILE=" + ca,
		"export CURL_CA_BUNDLE=" + ca,
		"export REQUESTS_CA_BUNDLE=" + ca,
	}
	return routing{
		Proxy: proxy, CA: d.CAPath, Env: strings.Join(env, "\n"),
		Curl: "curl --proxy " + proxy + " --cacert " + ca + " https://api.example.com/",
	}
}

// shellWord quotes a word for a POSIX shell, where it needs quoting.
func shellWord(s string) string {
	plain := strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-") == ""
	if plain && s != "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
