package attach

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"flagrante/draft"
)

// Shelf keeps attachments in a folder: one folder for each draft, with a file of
// facts (.json) and one of content (.bin) for each attachment.
type Shelf struct {
	dir string
	o   Options
	// mu keeps the bounds of a draft while something is added.
	mu sync.Mutex
}

// Open returns the Shelf in a folder, which need not be there yet.
func Open(dir string, o Options) *Shelf { return &Shelf{dir: dir, o: o} }

// Add takes an attachment for a draft. What cannot be taken is a *RefusedError.
func (s *Shelf) Add(ctx context.Context, draftID string, in Incoming, r io.Reader) (draft.Attachment, error) {
	if !named(draftID) {
		return draft.Attachment{}, ErrNotFound
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	there, err := s.List(ctx, draftID)
	if err != nil {
		return draft.Attachment{}, err
	}
	if len(there) >= MaxFiles {
		return draft.Attachment{}, &RefusedError{TooMany, MaxFiles}
	}
	a := draft.Attachment{ID: s.o.NewID(), DraftID: draftID, Added: s.o.Now(), By: in.By}
	if err := os.MkdirAll(s.folder(draftID), 0o700); err != nil {
		return a, fmt.Errorf("make the folder of the attachments: %w", err)
	}
	if err := s.take(&a, in.Name, r); err != nil {
		return draft.Attachment{}, err
	}
	total := a.Size
	for _, other := range there {
		total += other.Size
	}
	if total > MaxTotal {
		return draft.Attachment{}, errors.Join(&RefusedError{TooMany, MaxTotal}, s.discard(a))
	}
	return a, s.note(a)
}

// take stores the content, and notes what it is.
func (s *Shelf) take(a *draft.Attachment, name string, r io.Reader) error {
	head := make([]byte, sniffed)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("read the attachment: %w", err)
	}
	head = head[:n]
	if n == 0 {
		return &RefusedError{Reason: Empty}
	}
	kind := typeOf(head)
	whole := io.MultiReader(bytes.NewReader(head), r)
	switch {
	case kind == "":
		return &RefusedError{Reason: WrongType}
	case strings.HasPrefix(kind, "video/"):
		a.MediaType = kind
		a.Name = nameFor(name, kind)
		return s.write(a, whole, MaxVideo)
	case strings.HasPrefix(kind, "image/"):
		return s.picture(a, name, kind, whole)
	}
	return s.text(a, name, whole)
}

func (s *Shelf) picture(a *draft.Attachment, name, kind string, r io.Reader) error {
	data, err := all(r, MaxPicture)
	if err != nil {
		return err
	}
	if data, a.MediaType, a.Width, a.Height, err = picture(data, kind); err != nil {
		return err
	}
	a.Name = nameFor(name, a.MediaType)
	// A small file can hold a picture that is large when it is drawn anew.
	return s.write(a, bytes.NewReader(data), 4*MaxPicture)
}

// text stores a text as it may leave.
func (s *Shelf) text(a *draft.Attachment, name string, r io.Reader) error {
	data, err := all(r, MaxText)
	if err != nil {
		return err
	}
	if !readable(data) {
		return &RefusedError{Reason: WrongType}
	}
	a.MediaType = textType(data)
	a.Name = nameFor(name, a.MediaType)
	a.Checked = true
	return s.write(a, bytes.NewReader(s.o.Mask(a.Name, a.MediaType, data)), 2*MaxText)
}

func all(r io.Reader, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, fmt.Errorf("read the attachment: %w", err)
	}
	if int64(len(data)) > limit {
		return nil, &RefusedError{TooLarge, limit}
	}
	return data, nil
}

// write stores the content whole or not at all.
func (s *Shelf) write(a *draft.Attachment, r io.Reader, limit int64) error {
	sum := sha256.New()
	var size int64
	err := s.file(s.content(*a), func(f *os.File) error {
		var err error
		if size, err = io.Copy(io.MultiWriter(f, sum), io.LimitReader(r, limit+1)); err == nil && size > limit {
			err = &RefusedError{TooLarge, limit}
		}
		return err
	})
	a.Size, a.Digest = size, hex.EncodeToString(sum.Sum(nil))
	return err
}

// note stores the facts.
func (s *Shelf) note(a draft.Attachment) error {
	data, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("note the attachment: %w", err)
	}
	return s.file(s.facts(a.DraftID, a.ID), func(f *os.File) error {
		_, err := f.Write(data)
		return err
	})
}

// file writes a file beside its place, and puts it there when it is whole.
func (s *Shelf) file(name string, fill func(*os.File) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".new-*")
	if err != nil {
		return fmt.Errorf("store the attachment: %w", err)
	}
	if err := errors.Join(fill(f), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("store the attachment: %w", errors.Join(err, os.Remove(f.Name())))
	}
	if err := os.Rename(f.Name(), name); err != nil {
		return fmt.Errorf("store the attachment: %w", err)
	}
	return nil
}

// List returns the attachments of a draft, the oldest first.
func (s *Shelf) List(_ context.Context, draftID string) ([]draft.Attachment, error) {
	if !named(draftID) {
		return nil, nil
	}
	entries, err := os.ReadDir(s.folder(draftID))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("list the attachments: %w", err)
	}
	var found []draft.Attachment
	for _, e := range entries {
		id, isFacts := strings.CutSuffix(e.Name(), ".json")
		if !isFacts || !named(id) {
			continue
		}
		a, err := s.find(draftID, id)
		if err != nil {
			return nil, err
		}
		found = append(found, a)
	}
	slices.SortFunc(found, func(a, b draft.Attachment) int { return cmp.Or(a.Added.Compare(b.Added), strings.Compare(a.ID, b.ID)) })
	return found, nil
}

func (s *Shelf) find(draftID, id string) (a draft.Attachment, err error) {
	if !named(draftID) || !named(id) {
		return a, ErrNotFound
	}
	data, err := os.ReadFile(s.facts(draftID, id))
	if errors.Is(err, fs.ErrNotExist) {
		return a, ErrNotFound
	}
	if err == nil {
		err = json.Unmarshal(data, &a)
	}
	if err != nil {
		return a, fmt.Errorf("read the attachment %s: %w", id, err)
	}
	return a, nil
}

// Open returns an attachment and its content, which the caller closes.
func (s *Shelf) Open(_ context.Context, draftID, id string) (io.ReadSeekCloser, draft.Attachment, error) {
	a, err := s.find(draftID, id)
	if err != nil {
		return nil, a, err
	}
	f, err := os.Open(s.content(a))
	if err != nil {
		return nil, a, fmt.Errorf("open the attachment %s: %w", id, err)
	}
	return f, a, nil
}

// Check notes that a person looked at an attachment, and that it may leave.
func (s *Shelf) Check(_ context.Context, draftID, id, by string) (draft.Attachment, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.find(draftID, id)
	if err != nil {
		return a, err
	}
	a.Checked, a.CheckedBy = true, by
	return a, s.note(a)
}

// Remove takes an attachment away.
func (s *Shelf) Remove(_ context.Context, draftID, id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	a, err := s.find(draftID, id)
	if err != nil {
		return err
	}
	if err := errors.Join(os.Remove(s.facts(draftID, id)), s.discard(a)); err != nil {
		return fmt.Errorf("remove the attachment %s: %w", id, err)
	}
	return nil
}

func (s *Shelf) discard(a draft.Attachment) error { return os.Remove(s.content(a)) }

func (s *Shelf) folder(draftID string) string { return filepath.Join(s.dir, draftID) }

func (s *Shelf) facts(draftID, id string) string {
	return filepath.Join(s.folder(draftID), id+".json")
}

func (s *Shelf) content(a draft.Attachment) string {
	return filepath.Join(s.folder(a.DraftID), a.ID+".bin")
}
