package store_test

import (
	"strings"
	"testing"

	"flagrante/capture/store"
)

func TestGrantsQuoteNames(t *testing.T) {
	text, err := store.Grants(store.Roles{Proxy: `a"b'c`, Desk: "d", Schema: "public"})
	check(t, err)
	for _, part := range []string{`GRANT INSERT ON "public".deliveries TO "a""b'c";`, `rolname = 'a"b''c'`} {
		if !strings.Contains(text, part) {
			t.Errorf("%s is not in\n%s", part, text)
		}
	}
}
