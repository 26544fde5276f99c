package redact_test

import (
	"fmt"
	"strings"
	"testing"

	"flagrante/capture"
	"flagrante/capture/redact"
	"flagrante/proxy"
)

// TestMessagesOnOneLineAreMaskedAsTheirBody holds that a message that was taken out of a file
// of records, without the spaces between its columns, shows nothing that the file hides.
func TestMessagesOnOneLineAreMaskedAsTheirBody(t *testing.T) {
	record := fmt.Sprintf("%-240s\r\n", "3410001300002B   1"+"00052998224725"+fmt.Sprintf("%-30s", "RUA DO SERINGAL 881")+"01234"+fmt.Sprintf("%-25s", "")+"04120012SP")
	for _, message := range []string{
		strings.Join(strings.Fields(record), " "),
		strings.Join(strings.Fields(record)[:6], " ") + "…",
		"3410001300002B 100052998224725RUA DO SERIN…",
	} {
		x := proxy.Exchange{Request: proxy.Request{Method: "POST", URL: "https://api.banco.example/v1"}, Response: &proxy.Response{Status: 422, Body: proxy.Body{Data: []byte(record), Size: int64(len(record)), Complete: true}}}
		f := redact.New().Failure(&capture.Failure{Exchange: x, Vendor: capture.Vendor{Message: message}})
		for _, left := range []string{"52998224725", "SERIN"} {
			if strings.Contains(f.Vendor.Message, left) {
				t.Errorf("%q is left of %q in %q", left, message, f.Vendor.Message)
			}
		}
		if !strings.HasPrefix(f.Vendor.Message, "3410001300002B 1") {
			t.Errorf("%q says no more of which record it tells", f.Vendor.Message)
		}
	}
}
