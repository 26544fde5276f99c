package page

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLeaves(t *testing.T) {
	got := leaves([]byte(`{"Content":"one\ntwo","Subject":"a","Fields":{"Severidade":"Alto","n":1.50,"on":true,"none":null},"List":["x","y"]}`))
	want := []leaf{
		{Name: "Subject", Value: "a"}, {Name: "Fields › Severidade", Value: "Alto"}, {Name: "Fields › n", Value: "1.50"}, {Name: "Fields › on", Value: "true"},
		{Name: "List", Value: "x"}, {Name: "List", Value: "y"}, {Name: "Content", Value: "one\ntwo", Long: true},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestLeavesOfWhatIsNotJSON(t *testing.T) {
	many := "[" + strings.Repeat(`"x",`, maxLeaves+1) + `"x"]`
	for _, body := range []string{"", "a=b", `{"a":`, `{"a":1} x`, many} {
		if got := leaves([]byte(body)); got != nil {
			t.Errorf("%.20q: got %v", body, got)
		}
	}
}

func FuzzLeaves(f *testing.F) {
	f.Add([]byte(`{"a":[1,{"b":"c"}]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if got := leaves(body); len(got) > maxLeaves {
			t.Errorf("%d leaves", len(got))
		}
	})
}
