package app

import (
	"bytes"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"flagrante/capture/delivery"
	"flagrante/cmd/flagrante/internal/datadir"
)

func TestAnotherKeyOfMasksIsToldOnce(t *testing.T) {
	var log bytes.Buffer
	own := datadir.MaskKeyName([]byte("one key of some length"))
	other := datadir.MaskKeyName([]byte("other key of some length"))
	watch := keyWatch{own: own, log: zerolog.New(&log)}
	for range 2 {
		watch.see(delivery.Origin{ID: "o-1", Machine: "m-1", Masks: own})
		watch.see(delivery.Origin{ID: "o-2", Machine: "m-2"})
		watch.see(delivery.Origin{ID: "o-3", Machine: "m-3", App: "loja", Masks: other})
	}
	if said := log.String(); strings.Count(said, "\n") != 1 || !strings.Contains(said, "m-3") || !strings.Contains(said, "loja") || !strings.Contains(said, "mask-key") {
		t.Errorf("it said %s", said)
	}
}
