package text_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/text"
	"flagrante/proxy"
)

func TestDetail(t *testing.T) {
	f := &capture.Failure{
		ID: "f1", Vendor: capture.Vendor{Message: "fora"},
		Exchange: proxy.Exchange{
			Request:  proxy.Request{Method: "POST", Proto: "HTTP/1.1", Header: proxy.Fields{{Name: "A", Value: "b"}}, Body: proxy.Body{Data: []byte("olá"), Size: 4, Complete: true}},
			Response: &proxy.Response{Status: 500, Proto: "HTTP/2.0", Reason: "Oops", Body: proxy.Body{Data: []byte{0xff, 0x00}, Size: 9, Cut: true, Err: "reset"}},
			Phases:   proxy.Phases{Wait: 1500 * time.Microsecond},
		},
	}
	got := text.Detail(f, "d-1", draft.English)
	wantRequest := text.MessageJSON{Proto: "HTTP/1.1", Header: proxy.Fields{{Name: "A", Value: "b"}}, Body: "olá", Size: 4, Complete: true}
	wantResponse := &text.MessageJSON{Proto: "HTTP/2.0", Reason: "Oops", Header: proxy.Fields{}, Body: "/wA=", Encoding: "base64", Size: 9, Cut: true, Error: "reset"}
	if diff := cmp.Diff(wantRequest, got.Request); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(wantResponse, got.Response); diff != "" {
		t.Errorf("response (-want +got):\n%s", diff)
	}
	if got.ID != "f1" || got.DraftID != "d-1" || got.VendorMessage != "fora" || got.PhasesMS.Wait != 1.5 || got.RequestIDs == nil {
		t.Errorf("got %+v", got)
	}
	f.Exchange.Response = nil
	if got := text.Detail(f, "", draft.English); got.Response != nil {
		t.Errorf("a failure without an answer has the answer %+v", got.Response)
	}
}
