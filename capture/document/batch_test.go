package document_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/document"
	"flagrante/proxy"
)

func TestBatch(t *testing.T) {
	text := strings.ReplaceAll("--b\nContent-Type: application/http\n\nHTTP/1.1 201 Created\nContent-Type: application/json\n\n{\"id\":1}\n--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\nContent-Type: application/http\n\nHTTP/1.1 400 Bad Request\nContent-Type: application/json\n\n{\"error\":{\"code\":\"X\"}}\n--c--\n--b\nContent-Type: application/http\n\nHTTP/1.1 503\n--b--\n", "\n", "\r\n")
	d := document.Open(proxy.Body{Data: []byte(text), Size: int64(len(text)), Complete: true}, proxy.Fields{{Name: "Content-Type", Value: "multipart/mixed; boundary=b"}})
	want := []any{
		map[string]any{"status": json.Number("201")},
		map[string]any{"status": json.Number("400"), "body": map[string]any{"error": map[string]any{"code": "X"}}},
		map[string]any{"status": json.Number("503"), "body": ""},
	}
	if diff := cmp.Diff(want, d.Tree()); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
