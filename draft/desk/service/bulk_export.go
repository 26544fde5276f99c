package service

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"flagrante/draft"
	"flagrante/draft/desk/door"
)

// MaxParcels is how many drafts are sent at once: so many previews are remembered.
const MaxParcels = previewsKept

// Order is one draft of several that are sent, as the preview with the digest showed it.
type Order struct {
	ID     string `json:"id"`
	Digest string `json:"digest"`
}

// OrderResult is what became of it.
type OrderResult struct {
	ID string `json:"id"`
	// Receipt is what came back, nil when nothing was sent.
	Receipt *draft.Receipt `json:"receipt"`
	// Error says why nothing was sent.
	Error string `json:"error,omitempty"`
}

// SendAll sends one draft after the other, each only as its preview showed it. What can't
// be done to one of them does not keep the others.
func (d *Service) SendAll(r *http.Request, portal string, orders []Order) ([]OrderResult, error) {
	if !d.HasPortal(portal) {
		return nil, door.ErrNoPortal
	}
	if len(orders) == 0 || len(orders) > MaxParcels || slices.ContainsFunc(orders, func(o Order) bool { return o.Digest == "" }) {
		return nil, door.ErrBadRequest
	}
	var results []OrderResult
	for _, o := range orders {
		receipt, err := d.sendOne(r, portal, o)
		result := OrderResult{ID: o.ID}
		if receipt.ID != "" {
			result.Receipt = &receipt
		}
		if err != nil {
			p := d.Explain(r, err)
			result.Error = d.sentence(r, p)
		}
		results = append(results, result)
		d.Tell(o.ID)
	}
	return results, nil
}

func (d *Service) sendOne(r *http.Request, portal string, o Order) (draft.Receipt, error) {
	now, err := d.Drafts.Draft(r.Context(), o.ID)
	if err != nil {
		return draft.Receipt{}, fmt.Errorf("read the draft: %w", err)
	}
	one, err := d.AsShown(r, now, portal, o.Digest)
	if err != nil {
		return draft.Receipt{}, err
	}
	return d.Export(r.Context(), portal, one, door.VisitorOf(r).Name)
}

// maxArchive is how many bytes the bundles of several drafts may have together: a draft
// alone may have attachments of 300 MB, and the archive is made in memory, so that one
// that must not leave can keep all of them.
const maxArchive = 512 << 20

// SendBundles hands over the archives of several drafts in one. One that must not leave
// keeps all of them: nobody would look for what is missing.
func (d *Service) SendBundles(w http.ResponseWriter, r *http.Request) error {
	ids := r.URL.Query()["draft"]
	if len(ids) == 0 || len(ids) > MaxBulk {
		return door.ErrBadRequest
	}
	whole, err := d.Archive(r.Context(), slices.Compact(slices.Sorted(slices.Values(ids))), maxArchive)
	if err != nil {
		return err
	}
	return sendFile(w, "flagrante-"+d.Now().In(d.Zone).Format("20060102-1504")+".zip", "application/zip", whole)
}

// Archive packs the bundles of drafts, which may have so many bytes together.
func (d *Service) Archive(ctx context.Context, ids []string, most int) ([]byte, error) {
	var whole bytes.Buffer
	archive := zip.NewWriter(&whole)
	for _, id := range ids {
		one, err := d.Drafts.Draft(ctx, id)
		if err != nil {
			return nil, fmt.Errorf("read the draft: %w", err)
		}
		// Each is packed already.
		part, err := archive.CreateHeader(&zip.FileHeader{Name: "flagrante-" + one.ID + ".zip", Method: zip.Store, Modified: d.Now()})
		if err = errors.Join(err, d.Bundle(ctx, part, one), archive.Flush()); err != nil {
			return nil, fmt.Errorf("write the bundle of %s: %w", one.ID, err)
		}
		if whole.Len() > most {
			return nil, door.ErrLargeBundles
		}
	}
	if err := archive.Close(); err != nil {
		return nil, fmt.Errorf("write the bundles: %w", err)
	}
	return whole.Bytes(), nil
}
