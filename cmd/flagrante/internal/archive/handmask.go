package archive

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"flagrante/capture"
	"flagrante/capture/redact"
	"flagrante/capture/redact/detect"
	"flagrante/capture/store"
	"flagrante/cmd/flagrante/internal/config"
	"flagrante/cmd/flagrante/internal/world"
	"flagrante/draft/attach"
	"flagrante/draft/desk/service"
	"flagrante/proxy"
)

// HandMasker masks what people mask by hand: from then on wherever it comes, and in
// what is stored, step by step. What it needs for that outlives the process, and other
// processes that have the data folder open learn of it.
type HandMasker struct {
	store    *store.Store
	redactor *redact.Redactor
	Hand     *redact.Hand
	shelf    *attach.Shelf
	now      func() time.Time

	mu    sync.Mutex
	known map[string]bool
	jobs  []*maskJob
	// last is the number of the last failure when masks were learned.
	last int64
}

// maskJob has the value leave what is stored.
type maskJob struct {
	id string
	// upTo is the number of the last failure that was looked at.
	upTo    int64
	learned time.Time
	// once reports that all was looked at before.
	once bool
}

// Settling is how long after a mask was learned a failure may still be on its way to
// the store without it.
const Settling = 10 * time.Second

// Mask has a value masked from now on, and begins to mask it in what is stored.
func (h *HandMasker) Mask(ctx context.Context, value string, by service.MaskBy) (store.Masked, error) {
	made, err := h.Made(ctx, value, by.Kind)
	if err != nil {
		return store.Masked{}, err
	}
	forms, err := json.Marshal(made.Forms)
	if err != nil {
		return store.Masked{}, fmt.Errorf("keep a mask: %w", err)
	}
	now := h.now()
	m, err := h.store.Mask(ctx, store.Masked{ID: world.NewID(now), Kind: by.Kind, Mask: made.Mask, Forms: string(forms), DraftID: by.DraftID, Actor: by.Actor, Time: now})
	if err != nil {
		return m, err
	}
	if err := h.store.Note(ctx, store.Audit{Time: now, Actor: by.Actor, Action: "mask", Subject: by.DraftID, Mask: m.Mask}); err != nil {
		return m, err
	}
	return m, h.learn(ctx)
}

// Made returns what has to be kept of a value.
func (h *HandMasker) Made(ctx context.Context, value, kind string) (redact.HandMask, error) {
	if config.ValidKind(kind) != nil {
		return redact.HandMask{}, &service.MaskError{Reason: service.MaskKind}
	}
	made, ok := h.redactor.ByHand(detect.Kind(kind), value)
	if !ok {
		return made, &service.MaskError{Reason: service.MaskShort}
	}
	names, err := h.store.Endpoints(ctx)
	if err != nil {
		return made, err
	}
	// A host, a method or a path is what a problem is known by.
	for _, name := range names {
		if h.redactor.Holds(made, name) {
			return made, &service.MaskError{Reason: service.MaskOurs}
		}
	}
	return made, nil
}

// Masked lists what is masked by hand.
func (h *HandMasker) Masked(ctx context.Context) ([]store.Masked, error) { return h.store.Masked(ctx) }

// Unmask has a value masked no longer when it comes again.
func (h *HandMasker) Unmask(ctx context.Context, id, actor string) error {
	all, err := h.store.Masked(ctx)
	if err != nil {
		return err
	}
	if err := h.store.Unmask(ctx, id); err != nil {
		return err
	}
	for _, m := range all {
		if m.ID == id {
			err = h.store.Note(ctx, store.Audit{Time: h.now(), Actor: actor, Action: "unmask", Subject: m.DraftID, Mask: m.Mask})
		}
	}
	return errors.Join(err, h.learn(ctx))
}

// learn reads what is masked by hand, whoever did that.
func (h *HandMasker) learn(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	all, err := h.store.Masked(ctx)
	if err != nil {
		return err
	}
	masks, known := make([]redact.HandMask, 0, len(all)), map[string]bool{}
	for _, m := range all {
		made := redact.HandMask{Mask: m.Mask, Kind: detect.Kind(m.Kind)}
		if err := json.Unmarshal([]byte(m.Forms), &made.Forms); err != nil {
			return fmt.Errorf("read the mask %s: %w", m.ID, err)
		}
		masks, known[m.ID] = append(masks, made), true
		switch {
		case !m.Done && !slices.ContainsFunc(h.jobs, func(j *maskJob) bool { return j.id == m.ID }):
			h.jobs = append(h.jobs, &maskJob{id: m.ID, upTo: m.UpTo, learned: h.now()})
		case m.Done && h.known != nil && !h.known[m.ID]:
			// Another process has masked what was stored. What came since is ours.
			h.jobs = append(h.jobs, &maskJob{id: m.ID, upTo: h.last, learned: h.now(), once: true})
		}
	}
	h.Hand.Set(masks)
	h.known = known
	h.last, err = h.store.Last(ctx)
	return err
}

// job returns the next one, nil when there is none. Those of masks that were revoked
// are dropped.
func (h *HandMasker) job() *maskJob {
	h.mu.Lock()
	defer h.mu.Unlock()
	for len(h.jobs) > 0 && !h.known[h.jobs[0].id] {
		h.jobs = h.jobs[1:]
	}
	if len(h.jobs) == 0 {
		return nil
	}
	return h.jobs[0]
}

// maskedAtOnce is how many failures are masked in one step.
const maskedAtOnce = 32

// Step masks in the next of what is stored, and reports whether there is more to do at
// once. What came within patience after a mask was learned is looked at once more.
func (h *HandMasker) Step(ctx context.Context, patience time.Duration) (more bool, err error) {
	if err := h.learn(ctx); err != nil {
		return false, err
	}
	j := h.job()
	if j == nil {
		return false, nil
	}
	settled := h.now().Sub(j.learned) >= patience
	ids, last, err := h.store.After(ctx, j.upTo, maskedAtOnce)
	if err != nil {
		return false, err
	}
	if len(ids) > 0 {
		n, err := h.failures(ctx, ids)
		j.upTo = last
		return true, errors.Join(err, h.store.MaskedUpTo(ctx, j.id, last, n, false))
	}
	if j.once && !settled {
		return false, nil
	}
	if err := h.rest(ctx); err != nil {
		return false, err
	}
	if j.once = true; !settled {
		return false, nil
	}
	h.mu.Lock()
	h.jobs = h.jobs[1:]
	h.mu.Unlock()
	return true, h.store.MaskedUpTo(ctx, j.id, last, 0, true)
}

// Finish does all that is to be done.
func (h *HandMasker) Finish(ctx context.Context) error {
	for {
		if more, err := h.Step(ctx, 0); err != nil || !more {
			return err
		}
	}
}

// failures masks in some failures, and returns in how many there was something.
func (h *HandMasker) failures(ctx context.Context, ids []string) (n int64, err error) {
	for _, id := range ids {
		f, err := h.store.Failure(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return n, err
		}
		masked, changed := h.redactor.Handmade(f)
		if !changed {
			continue
		}
		if err := h.store.Replace(ctx, masked); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// rest masks in what is stored beside failures, and has the bytes leave the files.
func (h *HandMasker) rest(ctx context.Context) error {
	if _, err := h.store.RewriteTexts(ctx, h.redactor.HandmadeText); err != nil {
		return err
	}
	err := h.store.WalkGood(ctx, func(endpoint string, x *proxy.Exchange) error {
		if masked, changed := h.redactor.HandmadeExchange(x); changed {
			return h.store.ReplaceGood(ctx, endpoint, &masked)
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	_, err = h.store.RewriteFiles(ctx, func(data []byte) []byte {
		if text, ok := redact.Readable("", data); ok {
			return []byte(h.redactor.HandmadeText(text))
		}
		return data
	})
	if err != nil {
		return err
	}
	if _, err := h.shelf.Rewrite(ctx, h.redactor.HandmadeText); err != nil {
		return err
	}
	return h.store.Scrub(ctx)
}

// Holds returns how many stored failures hold what is masked by hand now.
func (h *HandMasker) Holds(ctx context.Context) (n int, err error) {
	err = h.store.Walk(ctx, func(f *capture.Failure) error {
		if _, changed := h.redactor.Handmade(f); changed {
			n++
		}
		return ctx.Err()
	})
	return n, err
}
