package lifecycle_test

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/store"
	"flagrante/capture/store/plan"
	"flagrante/capture/store/storetest"
	"flagrante/draft"
	"flagrante/draft/compose"
	"flagrante/draft/lifecycle"
	"flagrante/draft/profile"
	"flagrante/draft/text"
	"flagrante/proxy"
)

// shelfOf is a list of attachments that changes.
type shelfOf struct{ all []draft.Attachment }

func (s *shelfOf) list(_ context.Context, draftID string) (found []draft.Attachment, err error) {
	for _, a := range s.all {
		if a.DraftID == draftID {
			found = append(found, a)
		}
	}
	return found, nil
}

// composing is a list of drafts, of which is told how many are composed anew.
type composing struct {
	t        *testing.T
	log      *plan.Log
	store    *store.Store
	shelf    *shelfOf
	settings compose.Settings
	now      time.Time
}

func newComposing(t *testing.T) *composing {
	t.Helper()
	log, driver := plan.Register(t.Name())
	c := &composing{t: t, log: log, shelf: &shelfOf{}, now: noon.Add(time.Hour)}
	var err error
	c.store, err = store.Open(t.Context(), storetest.Place(t, ""), store.WithDriver(driver))
	check(t, err)
	t.Cleanup(func() { check(t, c.store.Close()) })
	guide, err := profile.Default()
	check(t, err)
	c.settings = compose.Settings{Profile: guide, Lang: draft.Portuguese, Zone: time.UTC}
	return c
}

func (c *composing) book() *lifecycle.Book {
	return lifecycle.New(c.store, c.settings).WithClock(func() time.Time { return c.now }).WithAttachments(c.shelf.list)
}

func (c *composing) append(b capture.Batch) {
	c.t.Helper()
	_, err := c.store.Append(c.t.Context(), b)
	check(c.t, err)
}

// anew lists the drafts, and returns how many of them were composed for that: those
// whose exchanges were read.
func (c *composing) anew() (composed int, drafts []draft.Draft) {
	c.t.Helper()
	c.log.Take()
	drafts, _, err := c.book().List(c.t.Context(), "", 50)
	check(c.t, err)
	for _, asked := range c.log.Take() {
		if strings.Contains(asked.Statement, "JOIN exchanges") && len(asked.Args) > 0 {
			composed++
		}
	}
	return composed, drafts
}

// A list reads no exchange of a draft of which nothing changed, and composes anew what
// something changed of: no others.
func TestListsComposeWhatChanged(t *testing.T) {
	const host = "api.bank.example"
	c := newComposing(t)
	batch := capture.Batch{}
	for n := range 4 {
		f := at(n, n)
		batch.Failures = append(batch.Failures, f)
		batch.Traffic = append(batch.Traffic, calls(f.Endpoint, n, 3, 1, 0))
	}
	c.append(batch)
	// An hour later the endpoint of none of them is called.
	c.append(capture.Batch{Traffic: []capture.Minute{calls("GET "+host+"/v1/other", 60, 1, 0, 0)}})
	if composed, drafts := c.anew(); composed == 0 || len(drafts) != 4 {
		t.Fatalf("%d drafts, %d composed at first", len(drafts), composed)
	}
	if composed, _ := c.anew(); composed != 0 {
		t.Fatalf("%d were composed although nothing changed", composed)
	}
	const id = "d-000002endp"
	for _, change := range []struct {
		name string
		do   func(b *lifecycle.Book) error
		// all says that every draft is composed anew; else it is one, or none.
		composed string
	}{
		{"other calls to the host", func(*lifecycle.Book) error {
			c.append(capture.Batch{Traffic: []capture.Minute{calls("GET "+host+"/v1/other", 61, 9, 2, 0)}})
			return nil
		}, "none"},
		{"the draft's endpoint succeeds", func(*lifecycle.Book) error {
			c.append(capture.Batch{Traffic: []capture.Minute{calls("GET "+host+"/v1/e2", 62, 1, 0, 0)}})
			return nil
		}, "one"},
		{"a good call of the endpoint", func(*lifecycle.Book) error {
			c.append(capture.Batch{Good: []capture.Good{{Endpoint: "GET " + host + "/v1/e2", Exchange: proxy.Exchange{Start: noon.Add(time.Hour), Response: &proxy.Response{Status: 200}}}}})
			return nil
		}, "one"},
		{"it fails again", func(*lifecycle.Book) error {
			again := at(2, 63)
			c.append(capture.Batch{Failures: []*capture.Failure{again}})
			return nil
		}, "one"},
		{"what comes late", func(*lifecycle.Book) error {
			c.append(capture.Batch{Traffic: []capture.Minute{calls("GET "+host+"/v1/other", 2, 9, 0, 0)}})
			return nil
		}, "all"},
		{"a choice", func(b *lifecycle.Book) error {
			_, err := b.Edit(t.Context(), id, ana(61), map[draft.Field]*string{draft.FieldTitle: to("Pix fora do ar")})
			return err
		}, "none"},
		{"a note", func(b *lifecycle.Book) error { _, err := b.Note(t.Context(), id, ana(61), "seen"); return err }, "none"},
		{"an attachment", func(*lifecycle.Book) error {
			c.shelf.all = append(c.shelf.all, draft.Attachment{ID: "a", DraftID: id, Name: "print.png", MediaType: "image/png", Size: 10})
			return nil
		}, "one"},
		{"a value masked by hand", func(*lifecycle.Book) error {
			_, err := c.store.Mask(t.Context(), store.Masked{ID: "m", Kind: "project", Mask: "<project:x>", Forms: "x", Time: noon})
			return err
		}, "all"},
		{"texts that are erased", func(*lifecycle.Book) error {
			_, err := c.store.EraseTexts(t.Context(), []string{"nowhere"}, "", false)
			return err
		}, "all"},
		{"another number of those on duty", func(*lifecycle.Book) error { c.settings.Phone = "+55 11 4000-0000"; return nil }, "all"},
		{"another edition", func(*lifecycle.Book) error { c.settings.Edition = "2"; return nil }, "all"},
		{"another profile", func(*lifecycle.Book) error { c.settings.Profile.Rules.Window = 2 * time.Hour; return nil }, "all"},
		{"another language", func(*lifecycle.Book) error { c.settings.Lang = draft.English; return nil }, "all"},
		{"the language of before", func(*lifecycle.Book) error { c.settings.Lang = draft.Portuguese; return nil }, "none"},
		{"a receipt", func(*lifecycle.Book) error {
			return c.store.Update(t.Context(), func(tx *sql.Tx) error {
				return lifecycle.InsertReceipt(t.Context(), tx, draft.Receipt{ID: "r", DraftID: "d-000001endp", Portal: "p", State: draft.ReceiptSent, Time: c.now})
			})
		}, "one"},
		{"merging", func(b *lifecycle.Book) error {
			_, err := b.Merge(t.Context(), id, ana(70), "d-000003endp")
			return err
		}, "one"},
	} {
		check(t, change.do(c.book()))
		composed, drafts := c.anew()
		b := c.book()
		for _, listed := range drafts {
			whole, err := b.Draft(t.Context(), listed.ID)
			check(t, err)
			o := text.Options{Profile: c.settings.Profile, Lang: c.settings.Lang, Zone: time.UTC}
			if diff := cmp.Diff(text.DraftObject(whole, o), text.DraftObject(listed, o)); diff != "" {
				t.Errorf("after %s: %s, composed (-) and listed (+):\n%s", change.name, listed.ID, diff)
			}
		}
		want := map[string]bool{"none": composed == 0, "one": composed > 0 && composed <= 3, "all": composed >= 3}[change.composed]
		if !want {
			t.Errorf("after %s: the exchanges of %d were read, want those of %s", change.name, composed, change.composed)
		}
		c.anew()
	}
}
