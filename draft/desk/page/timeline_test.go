package page

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/draft"
)

var noon = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)

// spread are failures at some minutes after noon.
func spread(step time.Duration, at map[int]int64, last int) draft.Evidence {
	e := draft.Evidence{Step: step}
	for i := range last + 1 {
		if n := at[i]; n > 0 {
			e.Timeline = append(e.Timeline, draft.Count{Start: noon.Add(time.Duration(i) * step), Failures: n})
		}
	}
	return e
}

func TestFailuresAreDrawnOverTime(t *testing.T) {
	got := chartOf(spread(time.Minute, map[int]int64{0: 10, 1: 1, 3: 20}, 3))
	want := chart{
		Columns: []column{{0, 500, 225, 500}, {250, 950, 225, 50}, {750, 0, 225, 1000}},
		From:    noon, To: noon.Add(4 * time.Minute), Peak: draft.Count{Start: noon.Add(3 * time.Minute), Failures: 20}, Unit: "minute",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestOneMomentIsNoPicture(t *testing.T) {
	for name, e := range map[string]draft.Evidence{
		"nothing": {}, "one minute": spread(time.Minute, map[int]int64{0: 3}, 0), "no step": spread(0, map[int]int64{0: 3, 1: 1}, 1),
	} {
		if diff := cmp.Diff(chart{}, chartOf(e)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}

func TestALongTimeIsDrawnInFewColumns(t *testing.T) {
	all := map[int]int64{}
	for i := range 5000 {
		all[i] = 1
	}
	got := chartOf(spread(24*time.Hour, all, 4999))
	if len(got.Columns) != maxColumns || got.Unit != "day" {
		t.Fatalf("%d columns of a %s", len(got.Columns), got.Unit)
	}
	for _, c := range got.Columns {
		if c.X < 0 || c.X+c.Width > 1000 || c.Y+c.Height != 1000 || c.Width < 2 {
			t.Errorf("outside: %+v", c)
		}
	}
}
