package proxy_test

import (
	"fmt"
	"net/netip"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"flagrante/proxy"
)

// filled returns an exchange of the pool that holds n everywhere.
func filled(p *proxy.Pool, n int) *proxy.Exchange {
	x := p.Exchange()
	r := x.Response
	text := fmt.Sprint("text ", n)
	x.ID, x.Request.URL, r.Status = text, text, n
	x.Request.Header = append(x.Request.Header, proxy.Field{Name: "Asked", Value: text})
	r.Header = append(r.Header, proxy.Field{Name: "Answered", Value: text})
	x.Request.Body.Data = append(p.Room(len(text)), text...)
	r.Body = proxy.Body{Data: append(p.Room(100<<n), text...), Size: int64(n)}
	return x
}

// TestNothingIsLeftOfWhatWasReleased holds that an exchange that is lent out again is as
// empty as a fresh one, and that those that are held stay as they are.
func TestNothingIsLeftOfWhatWasReleased(t *testing.T) {
	for _, p := range []*proxy.Pool{nil, {}} {
		want := &proxy.Exchange{Response: &proxy.Response{}, Pooled: p != nil}
		held, heldWant := filled(p, 3), filled(nil, 3)
		for n := range 100 {
			x := filled(p, n%5)
			if n%7 == 0 {
				x.Response = nil
			}
			p.Release(x)
			empty := p.Exchange()
			if diff := cmp.Diff(want, empty, cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.AddrPort{})); diff != "" {
				t.Fatal(diff)
			}
			for _, fields := range []proxy.Fields{empty.Request.Header, empty.Response.Header} {
				for _, f := range fields[:cap(fields)] {
					if f != (proxy.Field{}) {
						t.Fatalf("%+v is left", f)
					}
				}
			}
			p.Release(empty)
		}
		if diff := cmp.Diff(heldWant, held, cmpopts.IgnoreFields(proxy.Exchange{}, "Pooled"), cmpopts.EquateComparable(netip.AddrPort{})); diff != "" {
			t.Error(diff)
		}
	}
}

// TestOthersAreLeftAlone holds that only what the pool has lent comes back to it.
func TestOthersAreLeftAlone(t *testing.T) {
	var p proxy.Pool
	shared := proxy.Fields{{Name: "Host", Value: "api.bank.example"}}
	x := &proxy.Exchange{Request: proxy.Request{Header: shared}, Tunnel: shared}
	p.Release(x)
	if len(x.Tunnel) != 1 || shared[0].Value == "" {
		t.Errorf("it became %+v", x)
	}
	pooled := filled(&p, 1)
	pooled.Tunnel = shared
	p.Release(pooled)
	if shared[0].Value == "" {
		t.Error("the fields of the tunnel are gone")
	}
}

func TestRoomsAreLargeEnough(t *testing.T) {
	var p proxy.Pool
	for _, n := range []int{0, 1, 255, 256, 257, 4096, 100_000, 1 << 20, 1<<20 + 1} {
		for range 3 {
			data := p.Room(n)
			if len(data) != 0 || cap(data) < n || n < 1<<20 && cap(data) > max(2*n, 256) {
				t.Errorf("a room of %d for %d", cap(data), n)
			}
			p.ReleaseRoom(data)
		}
	}
}

// TestPoolIsForMany lends and releases on several goroutines at once.
func TestPoolIsForMany(t *testing.T) {
	var p proxy.Pool
	var all sync.WaitGroup
	for n := range 4 {
		all.Go(func() {
			for range 1000 {
				x := filled(&p, n)
				if want := fmt.Sprint("text ", n); string(x.Response.Body.Data) != want || x.Request.Header[0].Value != want {
					t.Errorf("%s is no longer its own", want)
					return
				}
				p.Release(x)
			}
		})
	}
	all.Wait()
}
