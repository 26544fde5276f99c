package export

import "testing"

func TestLookup(t *testing.T) {
	const doc = `{"id":12345678901234567890,"ok":true,"a/b":{"m~n":"both"},"none":null,"":"empty name",
		"list":["zero",{"name":"Cor","values":["azul"]},{"name":7}]}`
	tree, err := decode([]byte(doc))
	if err != nil {
		t.Fatal(err)
	}
	for pointer, want := range map[string]string{
		"/id": "12345678901234567890", "/ok": "true", "/a~1b/m~0n": "both", "/": "empty name",
		"/list/0": "zero", "/list/name=Cor/values/0": "azul", "/list/1/name": "Cor", "/list/-1/name": "7", "/list/name=7/name": "7",
	} {
		if got, ok := lookup(tree, pointer); !ok || got != want {
			t.Errorf("lookup(%q) = %q, %t, want %q", pointer, got, ok, want)
		}
	}
	for _, pointer := range []string{"", "/none", "/list", "/list/3", "/list/-2", "/list/name=7", "/list/x", "/id/0", "/absent"} {
		if got, ok := lookup(tree, pointer); ok {
			t.Errorf("lookup(%q) = %q, want nothing", pointer, got)
		}
	}
}

func FuzzLookup(f *testing.F) {
	f.Add([]byte(`{"a":[{"name":"x","values":["y"]}]}`), "/a/name=x/values/0")
	f.Add([]byte(`[[[["deep"]]]]`), "/0/0/0/0")
	f.Add([]byte(`"scalar"`), "")
	f.Fuzz(func(t *testing.T, data []byte, pointer string) {
		doc, err := decode(data)
		if err != nil {
			return
		}
		if got, ok := lookup(doc, pointer); !ok && got != "" {
			t.Errorf("lookup found nothing, but %q", got)
		}
	})
}
