package service

import (
	"strconv"
	"testing"

	"flagrante/draft"
)

func TestPreviewsAreBounded(t *testing.T) {
	p := newPreviews()
	for i := range 3 * previewsKept {
		p.Keep(strconv.Itoa(i), draft.Draft{ID: strconv.Itoa(i)})
	}
	if len(p.seen) != previewsKept {
		t.Errorf("keeps %d", len(p.seen))
	}
	if _, ok := p.find("0"); ok {
		t.Error("still finds the oldest")
	}
	if d, ok := p.find(strconv.Itoa(3*previewsKept - 1)); !ok || d.ID != strconv.Itoa(3*previewsKept-1) {
		t.Errorf("the latest is %v, %v", d.ID, ok)
	}
}
