// Package export sends drafts to support portals, and bundles them for portals
// that have no interface. How a portal takes a ticket is a recipe, which is
// data; a receipt is what came back.
package export

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"flagrante/draft"
	"flagrante/draft/gate"
	"flagrante/draft/text"
	"flagrante/proxy"
)

// Ledger keeps the receipts. Begin records one in the state sending before
// anything leaves, or fails with draft.ErrAlreadySent, so that two clicks at once make
// one ticket. Finish records how it ended.
type Ledger interface {
	Begin(ctx context.Context, r draft.Receipt) error
	Finish(ctx context.Context, r draft.Receipt) error
}

// Options are the parts of an Exporter. All are needed.
type Options struct {
	// Portals are the portals of the settings, by name.
	Portals map[string]Portal
	// Text is how the text of a ticket is written.
	Text   text.Options
	Ledger Ledger
	// Gate looks at all that leaves.
	Gate *gate.Gate
	// Env looks up an environment variable, as os.LookupEnv does.
	Env   func(name string) (string, bool)
	Now   func() time.Time
	NewID func() string
}

// Exporter sends drafts to portals. It is safe for concurrent use.
type Exporter struct {
	portals map[string]*portal
	text    text.Options
	ledger  Ledger
	gate    *gate.Gate
	env     func(string) (string, bool)
	now     func() time.Time
	newID   func() string
}

// portal is a portal that was found to be usable.
type portal struct {
	Portal
	recipe *Recipe
	client *http.Client
}

// Preview is the request that makes the ticket, as it will leave.
type Preview struct {
	Portal string
	Method string
	URL    string
	// Header holds the fields that the recipe sets, with the token masked.
	Header []proxy.Field
	// Body holds exactly the bytes that will leave.
	Body        []byte
	ContentType string
	// Missing says what has to be given before the draft can be sent.
	Missing []string
	// Findings say what the gate holds the draft back for.
	Findings []gate.Finding
}

// MissingError says why nothing was sent.
type MissingError struct {
	Portal  string
	Missing []string
}

// Error lists what is missing.
func (e *MissingError) Error() string {
	return "the portal " + e.Portal + " cannot be sent to yet: " + strings.Join(e.Missing, "; ")
}

// New checks the settings of all portals and returns their Exporter.
func New(o Options) (*Exporter, error) {
	if o.Gate == nil {
		return nil, errors.New("the gate is missing")
	}
	known, err := embedded()
	if err != nil {
		return nil, err
	}
	x := &Exporter{portals: map[string]*portal{}, text: o.Text, ledger: o.Ledger, gate: o.Gate, env: o.Env, now: o.Now, newID: o.NewID}
	for _, name := range slices.Sorted(maps.Keys(o.Portals)) {
		p := o.Portals[name]
		if err := p.check(known); err != nil {
			return nil, fmt.Errorf("check the portal %s: %w", name, err)
		}
		client, err := newClient(p)
		if err != nil {
			return nil, fmt.Errorf("prepare the portal %s: %w", name, err)
		}
		x.portals[name] = &portal{Portal: p, recipe: known[p.Recipe], client: client}
	}
	return x, nil
}

// Portals lists the names of the portals.
func (x *Exporter) Portals() []string { return slices.Sorted(maps.Keys(x.portals)) }

// Preview returns the request that Export would send for d to the portal,
// without sending anything. It fails for an unknown portal and for a ticket that
// the portal could not hold.
func (x *Exporter) Preview(_ context.Context, portal string, d draft.Draft) (Preview, error) {
	j, err := x.prepare(portal, d)
	if err != nil {
		return Preview{}, err
	}
	out, err := j.build(j.portal.recipe.create(), mask)
	if err != nil {
		return Preview{}, err
	}
	findings, err := heldBack(x.inspect(j, out))
	if err != nil {
		return Preview{}, err
	}
	return Preview{
		Portal: portal, Method: out.method, URL: out.url, Header: out.header, Body: out.body,
		ContentType: proxy.Fields(out.header).Get("Content-Type"), Missing: j.missing, Findings: findings,
	}, nil
}

// Export sends d to the portal, reads the ticket back, and returns the receipt.
//
// How the sending ended is the receipt's State, with the reason in its Error:
// sent; failed, when the portal surely made no ticket; or unknown, when it may
// have. The error is for what happened beside that: nothing was sent, because
// something is missing (*MissingError), the gate held it back (*gate.BlockedError),
// the ticket is too large (*TooLargeError) or was sent before (draft.ErrAlreadySent); or the end could not be recorded, and the
// receipt is returned as well.
func (x *Exporter) Export(ctx context.Context, portal string, d draft.Draft) (draft.Receipt, error) {
	j, err := x.prepare(portal, d)
	if err != nil {
		return draft.Receipt{}, err
	}
	if len(j.missing) > 0 {
		return draft.Receipt{}, &MissingError{Portal: portal, Missing: j.missing}
	}
	out, err := j.build(j.portal.recipe.create(), j.secret)
	if err != nil {
		return draft.Receipt{}, err
	}
	if err := x.inspect(j, out); err != nil {
		return draft.Receipt{}, err
	}
	r := draft.Receipt{ID: x.newID(), DraftID: d.ID, Portal: portal, State: draft.ReceiptSending, Time: x.now()}
	if err := x.ledger.Begin(ctx, r); err != nil {
		return draft.Receipt{}, fmt.Errorf("begin to send the draft %s to %s: %w", d.ID, portal, err)
	}
	j.create(ctx, out, &r)
	if r.State == draft.ReceiptSent {
		j.verify(ctx, &r)
	}
	return r, x.finish(ctx, r)
}

// finish records the end even when the one who asked has gone: a receipt that
// stays in the state sending would block the draft.
func (x *Exporter) finish(ctx context.Context, r draft.Receipt) error {
	const patience = 10 * time.Second
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	if err := x.ledger.Finish(ctx, r); err != nil {
		return fmt.Errorf("record how sending the draft %s to %s ended (%s): %w", r.DraftID, r.Portal, r.State, err)
	}
	return nil
}
