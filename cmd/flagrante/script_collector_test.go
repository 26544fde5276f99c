package main_test

import (
	"encoding/json"
	"os"

	"github.com/rogpeppe/go-internal/testscript"

	"flagrante/cmd/flagrante/internal/tracing/collectortest"
)

// collectorCmd starts a collector of traces, writes the spans that it has received so far with
// their bytes, or ends it:
//
//	collector
//	collector spans FILE RAW
//	collector away
//
// It sets COLLECTOR.
func collectorCmd(ts *testscript.TestScript, neg bool, args []string) {
	never(ts, neg)
	s := on(ts)
	switch {
	case len(args) == 0:
		s.collector = collectortest.Start()
		s.closers = append(s.closers, s.collector.Close)
		ts.Setenv("COLLECTOR", s.collector.URL)
	case args[0] == "spans":
		spans, _, raw := s.collector.Received()
		rows := []row{}
		for _, span := range spans {
			one := row{"name": span.Name, "status": span.Status, "trace": span.Trace, "parent": span.Parent}
			for name, value := range span.Attributes {
				one[name] = value
			}
			rows = append(rows, one)
		}
		data, err := json.Marshal(rows)
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(args[1]), data, 0o600))
		ts.Check(os.WriteFile(ts.MkAbs(args[2]), raw, 0o600))
	case args[0] == "away":
		s.collector.Close()
	default:
		ts.Fatalf("usage: collector [spans FILE RAW | away]")
	}
}
