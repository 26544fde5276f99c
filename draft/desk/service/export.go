package service

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"flagrante/draft"
	"flagrante/draft/desk/door"
)

// AsShown returns the draft that a preview with the digest showed.
func (d *Service) AsShown(r *http.Request, now draft.Draft, portal, digest string) (draft.Draft, error) {
	one, ok := d.Previews.find(digest)
	if !ok || one.ID != now.ID {
		one = now
	}
	p, err := d.Exporter.Preview(r.Context(), portal, one)
	if err != nil {
		return one, fmt.Errorf("preview the export to %s: %w", portal, err)
	}
	if p.Digest != digest {
		return one, door.ErrChanged
	}
	return one, nil
}

// HasPortal reports whether there is a portal of a name.
func (d *Service) HasPortal(name string) bool { return slices.Contains(d.Exporter.Portals(), name) }

// Parcel reads the draft and the portal that the path names.
func (d *Service) Parcel(r *http.Request) (draft.Draft, string, error) {
	portal := r.PathValue("portal")
	if !d.HasPortal(portal) {
		return draft.Draft{}, "", door.ErrNoPortal
	}
	one, err := d.DraftOf(r)
	return one, portal, err
}

// exportTime bounds an export that no reader waits for any more.
const exportTime = 2 * time.Minute

// Export sends a draft. It goes on when the reader leaves the page: a create that
// is broken off in the middle leaves nobody knowing whether there is a ticket.
// With an error there is still a receipt when something was sent.
func (d *Service) Export(ctx context.Context, portal string, one draft.Draft, who string) (draft.Receipt, error) {
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), exportTime)
	defer stop()
	receipt, err := d.Exporter.Export(ctx, portal, one, who)
	if err != nil {
		return receipt, fmt.Errorf("export to %s: %w", portal, err)
	}
	return receipt, nil
}
