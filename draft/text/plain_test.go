package text

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPlain(t *testing.T) {
	var d document
	d.heading(1, "Título")
	d.heading(2, "Part")
	d.heading(3, "Body")
	d.list(labelled("Label", code("a_b*"), text("\n")), entry{line: line{text("x")}, sub: []line{{text("y")}}})
	d.add(list{numbered: true, entries: []entry{{line: line{text("first")}}, {line: line{text("second")}}}})
	d.list()
	d.say(text("done"))
	d.fence("json", "{\r\n}\n")
	want := `Título
======

Part
----

Body:

- Label: a_b*[U+000A]
- x
  - y

1. first
2. second

done

    {
    }
`
	if diff := cmp.Diff(want, d.plain()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
