package judge_test

import (
	"strings"
	"testing"

	"flagrante/capture"
	"flagrante/proxy"
)

// large returns an answer with something in the middle of a lot of rows.
func large(middle string) *proxy.Exchange {
	x := good(150 << 10)
	rows := string(x.Response.Body.Data)
	half := strings.Index(rows[len(rows)/2:], "},") + len(rows)/2 + 2
	x.Response.Body.Data = []byte(strings.TrimSuffix(rows[:half], ",") + middle + rows[half:])
	x.Response.Body.Size = int64(len(x.Response.Body.Data))
	return x
}

func TestThoroughReadsTheMiddle(t *testing.T) {
	batch := func(size int) *proxy.Exchange {
		row := `{"jsonrpc":"2.0","result":{"txid":"7978c0c97ea847e78e8849634473c1f1"},"id":1},`
		body := "[" + strings.Repeat(row, size/len(row)) + `{"jsonrpc":"2.0","error":{"code":-32000,"message":"x"},"id":2},` + strings.Repeat(row, size/len(row))
		x := good(0)
		x.Response.Body.Data = []byte(strings.TrimSuffix(body, ",") + "]")
		return x
	}
	tests := map[string]struct {
		x              *proxy.Exchange
		live, recorded capture.Kind
	}{
		"good":                             {large(","), "", ""},
		"broken in the middle":             {large(`{"a":NaN},`), "", capture.KindTruncated},
		"an error in a batch":              {batch(10 << 10), capture.KindBodyError, capture.KindBodyError},
		"an error in a large batch":        {batch(60 << 10), "", capture.KindBodyError},
		"an error in a still larger batch": {batch(300 << 10), "", capture.KindBodyError},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			j := rules(t)
			if got := j.Judge(test.x).Kind; got != test.live {
				t.Errorf("traffic: %q, want %q", got, test.live)
			}
			if got := j.Thorough().Judge(test.x).Kind; got != test.recorded {
				t.Errorf("recordings: %q, want %q", got, test.recorded)
			}
		})
	}
}

func BenchmarkThorough(b *testing.B) {
	j, x := rules(b).Thorough(), good(1<<20-200)
	b.SetBytes(int64(len(x.Response.Body.Data)))
	b.ReportAllocs()
	for b.Loop() {
		if j.Judge(x).Failing {
			b.Fatal("a success fails")
		}
	}
}
