package delivery_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/klauspost/compress/zstd"

	"flagrante/capture"
	"flagrante/capture/delivery"
	"flagrante/proxy"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 123456789, time.UTC)

// failure has something in every sort of field.
func failure(id string, body []byte) *capture.Failure {
	x := proxy.Exchange{
		ID: id, Start: noon, Client: netip.MustParseAddrPort("127.0.0.1:4711"), Tunnel: proxy.Fields{{Name: "Host", Value: "a.example"}},
		Request:  proxy.Request{Method: "POST", URL: "https://a.example/v1?x=1", Body: proxy.Body{Data: body, Size: int64(len(body)), Complete: true}},
		Response: &proxy.Response{Status: 503, Header: proxy.Fields{{Name: "A", Value: "ç"}}, Body: proxy.Body{Data: []byte("\x00\xff"), Size: 2}},
		Phases:   proxy.Phases{Total: time.Millisecond}, Upstream: proxy.Upstream{Addr: "192.0.2.1:443", CertNotAfter: noon},
	}
	return &capture.Failure{
		ID: id, Time: noon, Kind: capture.KindHTTPStatus, Reasons: []capture.Reason{{Key: "k", Args: map[string]string{"a": "b"}}}, Expected: true,
		Host: "a.example", Endpoint: "POST a.example/v1", Fingerprint: "v1-f", Vendor: capture.Vendor{Code: "E", Message: "não"}, RequestIDs: []string{"r"},
		Origin:     capture.Origin{Country: "BR", Source: capture.SourcePeer, Addr: "200.160.2.3"},
		Redactions: []capture.Redaction{{Where: "w", Kind: "k", Rule: "r", Count: 2}}, Exchange: x, Chain: "c", Attempt: 2,
		Before: []capture.Call{{Exchange: x, Failing: true, Links: []capture.Link{{From: "f", To: "t", ToID: "i"}}}},
	}
}

func batch() capture.Batch {
	return capture.Batch{
		Failures: []*capture.Failure{failure("1", []byte("one")), {ID: "2", Time: noon, Endpoint: "GET b.example/", Fingerprint: "v1-g", Exchange: proxy.Exchange{Err: &proxy.Error{Type: "dns_error"}}}},
		Healed:   []capture.Healed{{FailureID: "1", Reason: capture.Reason{Key: "healed"}}},
		Traffic:  []capture.Minute{{Start: noon, Host: "a.example", Endpoint: "POST a.example/v1", Calls: 7, Failures: 1, LastGood: noon, Latency: []uint32{0, 3, 4}}},
		Counted:  []capture.Counted{{ID: "c", Time: noon}},
		Good:     []capture.Good{{Endpoint: "POST a.example/v1", Exchange: failure("g", nil).Exchange}},
	}
}

func packer(t testing.TB) *delivery.Packer {
	t.Helper()
	p, err := delivery.NewPacker()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// delivered packs a batch and unpacks it again, part by part.
func delivered(t *testing.T, b capture.Batch) (parts []capture.Batch) {
	t.Helper()
	packed, err := packer(t).Pack(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packed {
		got, err := delivery.Unpack(delivery.Delivery{Origin: delivery.Origin{ID: "o-1"}, Format: delivery.Format, Data: p.Data})
		if err != nil {
			t.Fatal(err)
		}
		if len(got.Failures) != p.Failures {
			t.Errorf("%d failures are in a part of %d", len(got.Failures), p.Failures)
		}
		parts = append(parts, got)
	}
	return parts
}

func TestWhatIsPackedComesOutAgain(t *testing.T) {
	parts := delivered(t, batch())
	want := batch()
	for _, f := range want.Failures {
		f.Origin.ID = "o-1"
	}
	if diff := cmp.Diff([]capture.Batch{want}, parts, cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.AddrPort{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestLargeBatchesComeInParts(t *testing.T) {
	noise := rand.NewChaCha8([32]byte{})
	var b capture.Batch
	for i := range 7 {
		body := make([]byte, 1<<20)
		_, _ = noise.Read(body)
		b.Failures = append(b.Failures, failure(fmt.Sprint(i), body))
	}
	b.Healed = batch().Healed
	parts := delivered(t, b)
	var ids []string
	for i, part := range parts {
		if len(part.Failures) > 3 {
			t.Errorf("part %d has %d failures of two MiB each", i, len(part.Failures))
		}
		if last := i == len(parts)-1; last != (len(part.Healed) == 1) {
			t.Errorf("part %d of %d has %d of the healed", i, len(parts), len(part.Healed))
		}
		for _, f := range part.Failures {
			ids = append(ids, f.ID)
		}
	}
	if diff := cmp.Diff([]string{"0", "1", "2", "3", "4", "5", "6"}, ids); diff != "" {
		t.Errorf("failures in their order (-want +got):\n%s", diff)
	}
}

func squeeze(t *testing.T, data []byte) []byte {
	t.Helper()
	encoder, err := zstd.NewWriter(nil)
	if err != nil {
		t.Fatal(err)
	}
	defer encoder.Close()
	return encoder.EncodeAll(data, nil)
}

func TestWhatIsNoDeliveryIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		d    delivery.Delivery
		want error
	}{
		"noise":            {delivery.Delivery{Format: 1, Data: []byte("noise")}, delivery.ErrDamaged},
		"nothing":          {delivery.Delivery{Format: 1}, delivery.ErrDamaged},
		"another document": {delivery.Delivery{Format: 1, Data: squeeze(t, []byte(`{"Failures":7}`))}, delivery.ErrDamaged},
		"a null":           {delivery.Delivery{Format: 1, Data: squeeze(t, []byte(`{"Failures":[null]}`))}, delivery.ErrDamaged},
		"a nameless one":   {delivery.Delivery{Format: 1, Data: squeeze(t, []byte(`{"Failures":[{"ID":"x"}]}`))}, delivery.ErrDamaged},
		"a bomb":           {delivery.Delivery{Format: 1, Data: squeeze(t, make([]byte, 65<<20))}, delivery.ErrDamaged},
		"a newer one":      {delivery.Delivery{Format: delivery.Format + 1, Data: []byte("noise")}, delivery.ErrNewer},
	} {
		if _, err := delivery.Unpack(c.d); !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	p := packer(f)
	packed, err := p.Pack(batch())
	if err != nil {
		f.Fatal(err)
	}
	f.Add(packed[0].Data)
	f.Fuzz(func(t *testing.T, data []byte) {
		b, err := delivery.Unpack(delivery.Delivery{Format: 1, Data: data})
		if err != nil {
			return
		}
		if _, err := p.Pack(b); err != nil {
			t.Errorf("what was unpacked can't be packed: %v", err)
		}
	})
}
