package redact_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/capture/redact"
	"flagrante/proxy"
)

// TestMarksOfLists holds that each item of a list has its mark, and that of a long list
// one mark counts the rest.
func TestMarksOfLists(t *testing.T) {
	var items []string
	for i := range 25 {
		items = append(items, fmt.Sprintf(`{"senha":"s%d","x":[["a"],[{"senha":"t%d"}]]}`, i, i))
	}
	x := request("https://a.example/", proxy.Fields{{Name: "Content-Type", Value: "application/json"}}, `{"itens":[`+strings.Join(items, ",")+`]}`)
	_, marks := redact.New().Exchange(x)
	var want []capture.Redaction
	for i := range 20 {
		for _, where := range []string{"request.body/itens/%d/senha", "request.body/itens/%d/x/1/0/senha"} {
			want = append(want, capture.Redaction{Where: fmt.Sprintf(where, i), Kind: "password", Rule: "member-name"})
		}
	}
	want = append(want,
		capture.Redaction{Where: "request.body/itens/*/senha", Kind: "password", Rule: "member-name", Count: 5},
		capture.Redaction{Where: "request.body/itens/*/x/*/*/senha", Kind: "password", Rule: "member-name", Count: 5})
	if diff := cmp.Diff(want, marks); diff != "" {
		t.Error(diff)
	}
}
