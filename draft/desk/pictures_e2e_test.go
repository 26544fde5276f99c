//go:build e2e

package desk

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"flagrante/capture"
	"flagrante/capture/filter"
	"flagrante/draft/desk/live"
	"flagrante/draft/desk/service"
)

// counted is a desk whose chips have numbers as on a real one: of all, then of each
// chip in turn.
type counted struct {
	*memory
	asked atomic.Int64
}

func (c *counted) Count(context.Context, *filter.Filter) (int64, error) {
	return []int64{7, 4, 2, 2, 4, 3, 7}[(c.asked.Add(1)-1)%7], nil
}

// TestPicturesForTheGuides leaves the pictures of the guides in the folder that
// FLAGRANTE_PICTURES names (make pictures), each light and dark. Without it, it looks
// whether the pages are there and whole.
func TestPicturesForTheGuides(t *testing.T) {
	all := composed(t)
	strip := &live.Strip{}
	for i := range 180 {
		strip.Add(live.Call{At: noon, Host: "api.banco.example", Method: "GET", Status: []int{200, 200, 201, 200, 503, 200, 422, 200, 200}[i%9], Encrypted: true})
	}
	all[1].Evidence.Last.Mark = capture.Mark{Pinned: true, Note: "O banco pediu o certificado novo", NoteBy: "ana", Tags: []string{"certificado"}}
	drafts := &memory{drafts: all[:4]}
	desk := serveDesk(t, drafts, func(o *service.Options) {
		o.Drafts = &counted{memory: drafts}
		o.Strip = strip
		o.CAPath = "/home/ana/.local/share/flagrante/ca/ca.pem"
	})
	fresh := serveDesk(t, &memory{}, func(o *service.Options) { o.CAPath = "/home/ana/.local/share/flagrante/ca/ca.pem" })
	ctx, _ := browse(t)
	do(t, ctx, chromedp.Navigate(fresh+"/login?token="+token), shown(".empty"), chromedp.Navigate(desk+"/login?token="+token), shown(".drafts"))
	for _, p := range []struct {
		name, url, lang, seen string
		height                int64
	}{
		{"list", desk + "/", "pt-BR", ".drafts", 620}, {"list.en", desk + "/", "en", ".drafts", 620}, {"first-run", fresh + "/", "pt-BR", ".ticks", 760},
		{"draft", desk + "/drafts/d-k3f9qa2m", "pt-BR", ".ticket", 1100}, {"draft.en", desk + "/drafts/d-k3f9qa2m", "en", ".ticket", 1100},
		{"failure", desk + "/failures/k3f9qa2m", "pt-BR", ".tree", 1000}, {"traffic", desk + "/traffic", "pt-BR", ".strip", 620},
		{"preview", desk + "/drafts/d-k3f9qa2m/export/banco", "pt-BR", "#outgoing", 820}, {"setup", desk + "/setup", "pt-BR", ".setup", 1250},
		{"several", desk + "/export/banco?draft=d-k3f9qa2m&draft=d-val1dade", "pt-BR", ".parcels", 760}, {"receipt", desk + "/drafts/d-val1dade/receipts/r-0", "pt-BR", ".receipt", 620},
		{"masked", desk + "/masked", "pt-BR", "main h1", 620}, {"login", desk + "/login", "pt-BR", "#token", 520},
	} {
		for _, scheme := range []string{"light", "dark"} {
			look{p.lang, scheme, 1360}.apply(t, ctx)
			do(t, ctx, chromedp.EmulateViewport(1360, p.height), chromedp.Navigate(p.url+mark(p.url)+"lang="+p.lang), shown(p.seen))
			name := "desk-" + p.name + ".png"
			if scheme == "dark" {
				name = "desk-" + p.name + ".dark.png"
			}
			keepPicture(t, name, get(t, ctx, chromedp.CaptureScreenshot()))
		}
	}
}

// mark is what comes before one more value of an address.
func mark(address string) string {
	if strings.Contains(address, "?") {
		return "&"
	}
	return "?"
}
