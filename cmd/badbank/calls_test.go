package badbank_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/cmd/badbank"
)

func TestCallsCoverTheKinds(t *testing.T) {
	s, client := start(t, badbank.Options{})
	var got []string
	for _, c := range s.Calls() {
		ctx, cancel := t.Context(), context.CancelFunc(func() {})
		if c.GiveUp > 0 {
			ctx, cancel = context.WithTimeout(ctx, c.GiveUp/20)
		}
		answer, _, err := outcome(ctx, client, c)
		cancel()
		end := "error"
		if err == nil {
			end = fmt.Sprint(answer.StatusCode)
		}
		got = append(got, c.Name+": "+end)
	}
	want := []string{
		"a charge: 200", "payments are down: 503", "payments are down again: 503", "payments are still down: 503",
		"a boleto is refused: 422", "the token has expired: 401", "too many queries: 429", "a SOAP fault: 500",
		"a gateway's page: 502", "no answer in time: error", "a reset before the answer: error", "a reset in the answer: error",
		"a reset in a chunked answer: error", "closed without an answer: error", "an expired certificate: error",
		"a certificate for another host: error", "a connection refused: error", "an unknown path, without TLS: 404",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
