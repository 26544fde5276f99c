package store_test

import (
	"math/rand/v2"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/store"
	"flagrante/proxy"
)

// TestHeadsAreWrittenAsTheLibraryWritesThem compares what is written field by field with
// what encoding/json makes of the same exchange. All fields of its types are filled, so
// that one that is new and not written is noticed.
func TestHeadsAreWrittenAsTheLibraryWritesThem(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 2000 {
		x := &proxy.Exchange{Response: &proxy.Response{}}
		scatter(r, reflect.ValueOf(&x.Request).Elem())
		scatter(r, reflect.ValueOf(x.Response).Elem())
		scatter(r, reflect.ValueOf(&x.Phases).Elem())
		scatter(r, reflect.ValueOf(&x.Upstream).Elem())
		scatter(r, reflect.ValueOf(&x.Tunnel).Elem())
		scatter(r, reflect.ValueOf(&x.Unread).Elem())
		scatter(r, reflect.ValueOf(&x.Aborted).Elem())
		if r.IntN(2) == 0 {
			x.Peer = netip.MustParseAddrPort("[fe80::1%eth\"0]:443")
		}
		if r.IntN(4) == 0 {
			x.Response = nil
		}
		if got, want := store.HeadTexts(x); got != want {
			t.Fatalf("written in another way (-library +ours):\n%s", cmp.Diff(want, got))
		}
	}
}

// scatter fills a value and what is in it with this and that, or leaves it empty.
func scatter(r *rand.Rand, v reflect.Value) {
	if at, ok := v.Addr().Interface().(*time.Time); ok {
		*at = time.Unix(r.Int64N(4e9), r.Int64N(1e9)).In(time.FixedZone("", r.IntN(20)*1800))
		return
	}
	if r.IntN(3) == 0 && v.Kind() != reflect.Struct {
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString([]string{"text/html; charset=utf-8", `"quoted" \ back`, "<b>&amp;</b>", "não", "\xff\x00\x7f\u2028\r\n", " "}[r.IntN(6)])
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int64:
		v.SetInt(r.Int64() - r.Int64())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), r.IntN(4), 4))
		for i := range v.Len() {
			scatter(r, v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			scatter(r, v.Field(i))
		}
	}
}
