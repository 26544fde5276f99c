package record

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/decode/decodetest"
	"flagrante/capture/extract"
	"flagrante/proxy"
)

// TestWhatIsRememberedIsWhatIsRead asks twice for answers that differ in little.
func TestWhatIsRememberedIsWhatIsRead(t *testing.T) {
	m := newMemory()
	var answers []*proxy.Response
	for _, body := range []string{`{"code":"E1","message":"a","requestId":"r-1001"}`, `{"code":"E2","message":"b"}`, ""} {
		for _, header := range []proxy.Fields{
			{{Name: "Content-Type", Value: "application/json"}, {Name: "Date", Value: "now"}}, {{Name: "Content-Type", Value: "application/grpc"}, {Name: "Grpc-Status", Value: "14"}}, nil,
		} {
			for _, whole := range []bool{true, false} {
				answers = append(answers, &proxy.Response{Status: 500, Header: header, Body: proxy.Body{Data: []byte(body), Complete: whole, Cut: !whole}},
					&proxy.Response{Status: 500, Trailer: header, Body: proxy.Body{Data: []byte(body), Complete: whole}})
			}
		}
	}
	coded := proxy.Fields{{Name: "Content-Type", Value: "application/json"}, {Name: "Content-Encoding", Value: "gzip"}}
	packed := decodetest.Pack(t, "gzip", []byte(`{"code":"E3","message":"c","requestId":"r-1003"}`))
	for _, data := range [][]byte{packed, packed[:len(packed)-9], []byte("none")} {
		for _, whole := range []bool{true, false} {
			answers = append(answers, &proxy.Response{Status: 500, Header: coded, Body: proxy.Body{Data: data, Complete: true, Cut: !whole}})
		}
	}
	for range 2 {
		for i, r := range answers {
			got := m.of(r)
			want := said{extract.Vendor(r), extract.BodyIDs(r)}
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(said{})); diff != "" {
				t.Errorf("answer %d (-read +remembered):\n%s", i, diff)
			}
		}
	}
	for n := range 3 * maxSaid {
		m.of(&proxy.Response{Body: proxy.Body{Data: fmt.Append(nil, n), Complete: true}})
	}
	if len(m.known) > maxSaid {
		t.Errorf("%d answers are remembered", len(m.known))
	}
}
