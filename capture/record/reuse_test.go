package record_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"flagrante/capture"
	"flagrante/capture/record"
	"flagrante/proxy"
)

// lent returns x in the memory of a pool.
func lent(p *proxy.Pool, x *proxy.Exchange) *proxy.Exchange {
	lent := p.Exchange()
	answer, pooled := lent.Response, lent.Pooled
	asked, answered := lent.Request.Header, answer.Header
	asked = append(asked, x.Request.Header...)
	answered = append(answered, x.Response.Header...)
	*lent, *answer = *x, *x.Response
	lent.Pooled, lent.Response, lent.Request.Header, answer.Header = pooled, answer, asked, answered
	answer.Body.Data = append(p.Room(len(x.Response.Body.Data)), x.Response.Body.Data...)
	return lent
}

// TestFailuresAreTheSameWhereMemoryIsReused records the same calls with fresh memory and
// with a pool's, to the end, before it looks at what was made of the first ones.
func TestFailuresAreTheSameWhereMemoryIsReused(t *testing.T) {
	batches := func(pool *proxy.Pool) (all []capture.Batch) {
		p := pipeline()
		p.Reuse(pool)
		s := record.NewSequence(p)
		for n := range 400 {
			status, size := 200, 50
			if n%9 == 0 {
				status = 503
			}
			if n%90 == 1 {
				size = 70_000 + n*200
			}
			x := called(n, status, fmt.Sprintf(`{"id":"chg_%06d","token":"t0k3n-%06d-abcdef","rest":%q}`, n, n, strings.Repeat("x", size)))
			x.Request.URL = fmt.Sprintf("https://api.bank.example/v%d/charges/chg_%06d", n%4, max(0, n-1))
			if n%18 == 0 {
				// Nothing is masked, so nothing need be copied.
				x.Request.Header = x.Request.Header[:1]
				x.Response.Header, x.Response.Body.Data = x.Response.Header[:2], fmt.Appendf(nil, `{"codigo":"E-%d"}`, n)
			}
			s.Add(lent(pool, x))
			if n%100 == 99 {
				all = append(all, s.Take())
			}
		}
		return all
	}
	same := cmp.Options{cmpopts.IgnoreFields(proxy.Exchange{}, "Pooled"), cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.AddrPort{})}
	if diff := cmp.Diff(batches(nil), batches(&proxy.Pool{}), same); diff != "" {
		t.Errorf("(-fresh +reused):\n%s", diff)
	}
}
