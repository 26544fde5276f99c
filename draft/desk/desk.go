// Package desk is the web page where a draft is reviewed and sent, and the JSON
// API beside it. Whatever an app or a vendor sent is shown as escaped text only.
package desk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture"
	"flagrante/capture/filter"
	"flagrante/capture/store"
	"flagrante/capture/store/trouble"
	"flagrante/draft"
	"flagrante/draft/attach"
	"flagrante/draft/desk/live"
	"flagrante/draft/desk/users"
	"flagrante/draft/export"
	"flagrante/draft/gate"
	"flagrante/draft/lifecycle"
	"flagrante/draft/profile"
	"flagrante/draft/text"
)

// Drafts is where drafts are read. Draft fails with lifecycle.ErrNotFound when
// there is no such draft.
type Drafts interface {
	Find(ctx context.Context, q lifecycle.Query) (drafts []draft.Draft, next string, err error)
	Values(ctx context.Context, field, prefix string, limit int) ([]string, error)
	// Count counts what a filter lets pass, all for nil.
	Count(ctx context.Context, f *filter.Filter) (int64, error)
	Draft(ctx context.Context, id string) (draft.Draft, error)
}

// Failures is where failures are read. Failure fails with store.ErrNotFound when
// there is no such failure.
type Failures interface {
	Failures(ctx context.Context, page store.Page) ([]capture.Failure, string, error)
	Values(ctx context.Context, field, prefix string, limit int) ([]string, error)
	Failure(ctx context.Context, id string) (*capture.Failure, error)
}

// Exporter sends drafts to portals.
type Exporter interface {
	Portals() []string
	Preview(ctx context.Context, portal string, d draft.Draft) (export.Preview, error)
	Export(ctx context.Context, portal string, d draft.Draft, who string) (draft.Receipt, error)
}

// Status counts what went through the proxy since it started.
type Status struct {
	// Calls is the number of exchanges that passed, failing or not.
	Calls int64 `json:"calls"`
	// Failures is the number of exchanges that were judged failing.
	Failures int64 `json:"failures"`
	// Dropped is the number of copies that were given up, so that the traffic
	// did not have to wait.
	Dropped int64 `json:"dropped"`
	// Waiting is the number of exchanges that are not judged and stored yet.
	Waiting int64 `json:"waiting"`
	// Skipped is the number of calls that succeeded and are missing from the numbers of
	// their endpoint, for the same reason.
	Skipped int64 `json:"skipped"`
	// Behind is the number of failures that are not found by their words yet, 0 while
	// that is soon made good.
	Behind int64 `json:"unindexed"`
	// Aside is where a database was put that turned out to be corrupt since the start,
	// empty when none did.
	Aside string `json:"aside,omitempty"`
	// Trouble says why failures can't be stored now, nil when they can.
	Trouble *trouble.Report `json:"trouble,omitempty"`
}

// Options are what a desk is made of. All are needed unless it says otherwise.
type Options struct {
	Drafts   Drafts
	Failures Failures
	Exporter Exporter
	// Exports and Tickets are what is done about them later.
	Exports Exports
	Tickets Tickets
	// Workings are what the page of the installation shows and tries.
	Workings Workings
	// Views keeps the filters that people come back to.
	Views Views
	// Book changes drafts.
	Book *lifecycle.Book
	// Gate looks at what is handed over as a file.
	Gate *gate.Gate
	// Bundle writes the zip archive of a draft.
	Bundle func(ctx context.Context, w io.Writer, d draft.Draft) error
	// DraftID names the draft that a failure belongs to.
	DraftID func(f *capture.Failure) string
	Status  func() Status
	// Passthrough returns the hosts whose calls pass unread, and Forget has one
	// that was learned intercepted again. It reports whether there was one.
	Passthrough func() []Passthrough
	Forget      func(host string) bool
	// Shelf keeps what people add to drafts.
	Shelf *attach.Shelf
	// Masks masks values by hand.
	Masks Masks
	// Reveals shows personal data behind masks, where the settings allow it.
	Reveals Reveals
	// Pictures returns those of one side of a failure ("request", "response") that are still
	// in memory, as they passed.
	Pictures func(failureID, side string) [][]byte
	// Live tells open pages what changed, and Strip remembers the calls that passed.
	Live  *live.Hub
	Strip *live.Strip
	// Ready returns why the product cannot do its work, nil when it can. The
	// text is shown to anyone who asks.
	Ready func(ctx context.Context) error
	// Token opens the desk, to all of it.
	Token string
	// Users are those who may use the desk with a password; nil for the token alone.
	Users *users.Users
	// Hosts are the names under which the desk may be called, besides localhost
	// and all IP addresses; it may be empty.
	Hosts []string
	// Lang is the language of drafts, and of those who ask the desk for none.
	Lang    draft.Lang
	Profile profile.Profile
	Zone    *time.Location
	Now     func() time.Time
	Version string
	// ProxyAddr is where apps reach the proxy (host:port), CAPath the file of the
	// certificate that they must trust, and CA what it holds.
	ProxyAddr string
	CAPath    string
	CA        []byte
	// Logger receives errors that are not the caller's fault.
	Logger zerolog.Logger
}

// desk serves the pages and the API.
type desk struct {
	Options
	auth     auth
	books    books
	previews *previews
	paper
}

// paper is what pages are drawn with.
type paper struct {
	pages  *pages
	assets assets
}

// New returns the handler of the whole desk. It fails when an option is missing.
func New(o Options) (http.Handler, error) {
	if err := o.check(); err != nil {
		return nil, fmt.Errorf("open the desk: %w", err)
	}
	// Sentences, styles and scripts are read when somebody first asks for the desk: many
	// a program serves calls for a day before that.
	open := sync.OnceValues(func() (http.Handler, error) { return furnish(o) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler, err := open()
		if err != nil {
			o.Logger.Error().Err(err).Msg("the desk can't be opened")
			http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
			return
		}
		handler.ServeHTTP(w, r)
	}), nil
}

func furnish(o Options) (http.Handler, error) {
	d := &desk{Options: o, auth: newAuth(o.Token, o.Users, o.Now), previews: newPreviews()}
	var err error
	if d.books, err = readBooks(); err != nil {
		return nil, err
	}
	if d.assets, err = readAssets(); err != nil {
		return nil, err
	}
	d.pages = newPages(d.funcs)
	return d.handler(), nil
}

// check looks for options without which some page would panic later.
func (o *Options) check() error {
	switch {
	case o.Token == "":
		return errors.New("the token is empty")
	case o.Drafts == nil, o.Failures == nil, o.Exporter == nil:
		return errors.New("a source of drafts, of failures, or the exporter is missing")
	case o.Exports == nil, o.Tickets == nil:
		return errors.New("what is done about exports and tickets is missing")
	case o.Views == nil:
		return errors.New("a shelf of views is missing")
	case o.Book == nil:
		return errors.New("a book to change drafts in is missing")
	case o.Masks == nil, o.Reveals == nil:
		return errors.New("a keeper of masks is missing")
	case o.Gate == nil:
		return errors.New("the gate is missing")
	case o.Bundle == nil, o.DraftID == nil, o.Status == nil, o.Passthrough == nil, o.Forget == nil, o.Ready == nil, o.Now == nil, o.Live == nil, o.Strip == nil, o.Shelf == nil, o.Pictures == nil, o.Workings.missing():
		return errors.New("a function is missing")
	case o.Zone == nil:
		return errors.New("the time zone is missing")
	case o.Lang != draft.Portuguese && o.Lang != draft.English:
		return fmt.Errorf("the language %q is not known", o.Lang)
	}
	return nil
}

// textOptions are those of the ticket's text in a language.
func (d *desk) textOptions(lang draft.Lang) text.Options {
	return text.Options{Profile: d.Profile, Lang: lang, Zone: d.Zone}
}
