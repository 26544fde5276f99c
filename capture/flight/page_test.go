package flight_test

import (
	"testing"
	"time"

	"flagrante/capture/flight"
	"flagrante/proxy"
)

func TestGotPageBefore(t *testing.T) {
	const list = "https://api.bank.example/v1/lancamentos"
	for name, test := range map[string]struct {
		first, second string
		failing       bool
		want          bool
	}{
		"the next page":       {"?pagina=2", "?pagina=3", false, true},
		"beside others":       {"?inicio=2026-11-01&numeroPagina=1&tamanho=50", "?inicio=2026-11-01&numeroPagina=2&tamanho=50", false, true},
		"by records":          {"?offset=0&limit=100", "?offset=100&limit=100", false, true},
		"in brackets":         {"?page%5Bnumber%5D=1", "?page%5Bnumber%5D=2", false, true},
		"one before":          {"?pagina=3", "?pagina=2", false, false},
		"the same":            {"?pagina=3", "?pagina=3", false, false},
		"another list":        {"?tipo=pix&pagina=2", "?tipo=ted&pagina=3", false, false},
		"an id":               {"?id=2", "?id=3", false, false},
		"fewer":               {"?pagina=2", "?a=1&pagina=3", false, false},
		"in the path":         {"/pagina/1", "/pagina/2", false, true},
		"an id in the path":   {"/1", "/2", false, false},
		"none before":         {"", "?pagina=1", false, false},
		"the one was no good": {"?pagina=2", "?pagina=3", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
			asked := func(at time.Duration, query string) *proxy.Exchange {
				return &proxy.Exchange{Start: noon.Add(at), Request: proxy.Request{Method: "GET", URL: list + query}}
			}
			var r flight.Recorder
			r.Add(1, flight.NewCall(asked(0, test.first)), test.failing)
			x := asked(time.Second, test.second)
			if got := r.GotPageBefore(1, x); got != test.want {
				t.Errorf("got %v", got)
			}
			if r.GotPageBefore(2, x) {
				t.Error("another client got it")
			}
		})
	}
}
