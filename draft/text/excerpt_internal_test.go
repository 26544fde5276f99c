package text

import (
	"testing"
)

func TestExcerpt(t *testing.T) {
	for name, test := range map[string]struct{ body, want string }{
		"short":             {`{"a":1}`, `{"a":1}`},
		"within a string":   {`{"a":"uma linha muito longa"}`, `{"a":"uma li…"`},
		"behind a string":   {`{"a":"uma"  ,"b":"duas"}`, `{"a":"uma"  `},
		"within a number":   {`{"abcdef":12345678}`, `{"abcdef":`},
		"within an escape":  {`{"a":"uma l\"inha"}`, `{"a":"uma l…"`},
		"within a code":     {`{"a":"uma\u00e9 e isto"}`, `{"a":"uma…"`},
		"within a mask":     {`{"a":"x<cpf:k3f9qa2b>"}`, `{"a":"x…"`},
		"within a tag":      {`<a><b>1</b><c d="1">2</c></a>`, `<a><b>1</b>`},
		"within the text":   {`<a>uma linha longa</a>`, `<a>uma linha`},
		"within an element": {`<a><b/></a><c>2</c>`, `<a><b/></a>`},
		"text":              {`uma linha muito longa`, `uma linha mu`},
		"a list of records": {`[{"a":1},{"a":2}]`, `[{"a":1},{"a…"`},
	} {
		t.Run(name, func(t *testing.T) {
			shown, cut := excerpt(test.body, len("123456789012"))
			if shown != test.want {
				t.Errorf("got %s", shown)
			}
			if cut != (len(test.body) > 12) {
				t.Errorf("cut: %v", cut)
			}
		})
	}
}
