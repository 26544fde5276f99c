package drafttest_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/store"
	"flagrante/draft"
	. "flagrante/draft/drafttest"
	"flagrante/draft/lifecycle"
	"flagrante/draft/text"
)

// listing is a list of drafts that is looked at while the world goes on.
type listing struct {
	t     *testing.T
	g     *rand.Rand
	store *store.Store
	book  *lifecycle.Book
	now   time.Time
	opts  text.Options
	// pieces are recordings that are not imported yet.
	pieces [][]byte
}

// step lets one thing happen.
func (l *listing) step() {
	l.t.Helper()
	if len(l.pieces) > 0 && l.g.IntN(2) == 0 {
		Into(l.t, l.store, l.pieces[0])
		l.pieces = l.pieces[1:]
		if l.g.IntN(3) == 0 {
			l.fine(l.book.RollUp(l.t.Context(), time.Time{}))
		}
		return
	}
	l.now = l.now.Add([]time.Duration{time.Second, time.Minute, time.Hour}[l.g.IntN(3)])
	if found := l.find(); len(found) > 0 {
		l.decide(found[l.g.IntN(len(found))].ID)
	}
}

// decide has somebody change a draft.
func (l *listing) decide(id string) {
	l.t.Helper()
	ctx, by, n := l.t.Context(), draft.Change{Actor: "ana", At: l.now}, fmt.Sprint(l.g.IntN(100))
	resolved := Start().Add(time.Duration(l.g.IntN(600)) * time.Second)
	if resolved.After(l.now) {
		resolved = l.now
	}
	var err error
	switch l.g.IntN(7) {
	case 0:
		_, err = l.book.Edit(ctx, id, by, map[draft.Field]*string{draft.FieldTitle: &n})
	case 1:
		_, err = l.book.Edit(ctx, id, by, map[draft.Field]*string{draft.FieldSeverity: nil, draft.FieldTitle: nil})
	case 2:
		_, err = l.book.Note(ctx, id, by, n)
	case 3:
		_, err = l.book.Tag(ctx, id, by, []string{n}, nil)
	case 4:
		_, err = l.book.SetState(ctx, id, by, draft.Move{State: draft.StateResolved, ResolvedAt: resolved})
	case 5:
		_, err = l.book.SetState(ctx, id, by, draft.Move{State: draft.StateSnoozed, Until: l.now.Add(time.Minute)})
	case 6:
		_, err = l.store.Mask(ctx, store.Masked{ID: n, Kind: "project", Mask: "<project:" + n + ">", Forms: n, Time: l.now})
	}
	l.fine(err)
}

func (l *listing) fine(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *listing) find() []draft.Draft {
	l.t.Helper()
	found, _, err := l.book.Find(l.t.Context(), lifecycle.Query{})
	l.fine(err)
	return found
}

// compare holds each draft of the list against the same one composed anew.
func (l *listing) compare(turn string) (drafts int) {
	l.t.Helper()
	for _, listed := range l.find() {
		whole, err := l.book.Draft(l.t.Context(), listed.ID)
		l.fine(err)
		if diff := cmp.Diff(text.DraftObject(whole, l.opts), text.DraftObject(listed, l.opts)); diff != "" {
			l.t.Fatalf("%s: draft %s, composed anew (-) and in the list (+):\n%s", turn, listed.ID, diff)
		}
		if diff := cmp.Diff(whole.Evidence.Timeline, listed.Evidence.Timeline); diff != "" || listed.Changed != whole.Changed {
			l.t.Fatalf("%s: draft %s, timeline composed anew (-) and in the list (+):\n%s", turn, listed.ID, diff)
		}
		drafts++
	}
	return drafts
}

// Whatever happens, in whatever order, a list says what the drafts say.
func TestListsAreNeverStale(t *testing.T) {
	g := rand.New(rand.NewPCG(21, 22))
	settings, compared := Settings(t, draft.Portuguese), 0
	for try := range tries / 2 {
		all := random(g)
		var pieces [][]byte
		for len(all) > 0 {
			n := 1 + g.IntN(min(len(all), 8))
			pieces, all = append(pieces, tape("api.banco.com.br", all[:n]).HAR(t)), all[n:]
		}
		if g.IntN(2) == 0 {
			g.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
		}
		l := &listing{t: t, g: g, now: Start().Add(time.Duration(g.IntN(3)) * time.Hour), pieces: pieces, store: Import(t)}
		l.book = lifecycle.New(l.store, settings).WithClock(func() time.Time { return l.now })
		l.opts = text.Options{Profile: settings.Profile, Lang: settings.Lang, Zone: settings.Zone}
		for turn := 0; len(l.pieces) > 0 || turn < 12; turn++ {
			for range g.IntN(4) {
				l.step()
			}
			compared += l.compare(fmt.Sprintf("try %d, turn %d", try, turn))
		}
	}
	if compared < 5*tries {
		t.Errorf("only %d drafts were compared", compared)
	}
}
