// Package service is what the pages and the API have in common: what they are made of, and
// what is done when somebody asks for it, in whichever form.
package service

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/rs/zerolog"

	"flagrante/capture"
	"flagrante/capture/filter"
	"flagrante/capture/store"
	"flagrante/capture/store/trouble"
	"flagrante/draft"
	"flagrante/draft/attach"
	"flagrante/draft/desk/door"
	"flagrante/draft/desk/live"
	"flagrante/draft/desk/speech"
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

// Service is a desk that is open.
type Service struct {
	Options
	Auth  door.Auth
	Books speech.Books
	// Previews are those that were shown.
	Previews *Previews
}

// New opens a desk.
func New(o Options) (*Service, error) {
	books, err := speech.Read()
	if err != nil {
		return nil, err
	}
	return &Service{Options: o, Auth: door.NewAuth(o.Token, o.Users, o.Now), Books: books, Previews: newPreviews()}, nil
}

// Check looks for options without which some page would panic later.
func (o *Options) Check() error {
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

// TextOptions are those of the ticket's text in a language.
func (d *Service) TextOptions(lang draft.Lang) text.Options {
	return text.Options{Profile: d.Profile, Lang: lang, Zone: d.Zone}
}

// LangOf chooses the language of an answer: asked for in the URL, chosen before,
// preferred by the browser, or the default.
func (d *Service) LangOf(r *http.Request) draft.Lang { return speech.Choose(r, d.Lang) }
