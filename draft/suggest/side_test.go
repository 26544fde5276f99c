package suggest_test

import (
	"testing"
	"time"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/suggest"
	"flagrante/proxy"
)

func TestSide(t *testing.T) {
	const a = "POST h/a"
	failed := func(errType string, phase proxy.Phase, text string) call {
		c := broken(a, capture.KindTransport, errType, phase)
		c.err.Text = text
		return c
	}
	told := func(status int, kind capture.Kind, code, message string) call {
		return call{endpoint: a, kind: kind, status: status, code: code, message: message}
	}
	contract := told(200, capture.KindContract, "", "")
	contract.reasons = []capture.Reason{{Key: "judge.contract", Args: map[string]string{"side": "request"}}}
	between := told(503, capture.KindHTTPStatus, "", "")
	between.reasons = []capture.Reason{{Key: "judge.between", Args: map[string]string{"proxy": "corp:3128"}}}
	tests := []struct {
		name string
		call call
		want draft.Side
		key  string
	}{
		{"validation", bad(a, 422), draft.SideRequest, "side.refused"},
		{"not found", bad(a, 404), draft.SideRequest, "side.refused"},
		{"method", bad(a, 405), draft.SideRequest, "side.refused"},
		{"media type", bad(a, 415), draft.SideRequest, "side.refused"},
		{"limit", bad(a, 429), draft.SideRequest, "side.limited"},
		{"credential", bad(a, 401), draft.SideRequest, "side.denied"},
		{"server", bad(a, 502), draft.SideVendor, "side.server_error"},
		{"server or a proxy before it", between, draft.SideUnknown, "side.between"},
		{"slow request", bad(a, 408), draft.SideNetwork, "side.request_timeout"},
		{"SOAP, client", told(500, capture.KindHTTPStatus, "soap:Client", ""), draft.SideRequest, "side.refused"},
		{"SOAP, server", told(500, capture.KindHTTPStatus, "env:Receiver", ""), draft.SideVendor, "side.server_error"},
		{"gRPC, argument", told(200, capture.KindBodyError, "INVALID_ARGUMENT", ""), draft.SideRequest, "side.refused"},
		{"gRPC, down", told(200, capture.KindBodyError, "UNAVAILABLE", "invalid backend"), draft.SideVendor, "side.body_error"},
		{"gRPC, no credential", told(200, capture.KindBodyError, "UNAUTHENTICATED", ""), draft.SideRequest, "side.denied"},
		{"gRPC, limit", told(200, capture.KindBodyError, "RESOURCE_EXHAUSTED", ""), draft.SideRequest, "side.limited"},
		{"words of validation", told(200, capture.KindBodyError, "E12", "Campo valor é obrigatório"), draft.SideRequest, "side.refused"},
		{"words of a server", told(200, capture.KindBodyError, "E99", "Sistema indisponível, campo inválido"), draft.SideVendor, "side.body_error"},
		{"words that say nothing", told(200, capture.KindBodyError, "", "Falha"), draft.SideVendor, "side.body_error"},
		{"nothing but that there is an error", told(200, capture.KindBodyError, "", ""), draft.SideUnknown, "side.silent"},
		{"words of business", told(200, capture.KindBodyError, "69", "TITULO JA CADASTRADO NO CIP"), draft.SideRequest, "side.business"},
		{"words of a repeat", told(200, capture.KindBodyError, "E10", "RPS já informado."), draft.SideRequest, "side.business"},
		{"words of a permission", told(200, capture.KindBodyError, "403", "The user does not have sufficient permissions for this file"), draft.SideRequest, "side.denied"},
		{"words of a field", told(200, capture.KindBodyError, "", "Title can't be blank"), draft.SideRequest, "side.refused"},
		{"words of a rejection", told(200, capture.KindBodyError, "215", "Rejeição: Falha no schema XML"), draft.SideRequest, "side.refused"},
		{"words of validation in a 500", told(500, capture.KindHTTPStatus, "", "invalid state"), draft.SideVendor, "side.server_error"},
		{"no name", failed("dns_error", proxy.PhaseDNS, ""), draft.SideNetwork, "side.unconnected"},
		{"refused", failed("connection_refused", proxy.PhaseConnect, ""), draft.SideNetwork, "side.unconnected"},
		{"reset", failed("connection_terminated", proxy.PhaseWait, ""), draft.SideNetwork, "side.unconnected"},
		{"timeout of the connection", failed("connection_timeout", proxy.PhaseConnect, ""), draft.SideNetwork, "side.unconnected"},
		{"timeout of the answer", failed("http_response_timeout", proxy.PhaseWait, ""), draft.SideVendor, "side.waited"},
		{"our own way out", failed("proxy_configuration_error", proxy.PhaseConnect, ""), draft.SideNetwork, "side.own_network"},
		{"expired certificate", failed("tls_certificate_expired", proxy.PhaseTLS, ""), draft.SideVendor, "side.certificate"},
		{"unknown root", failed("tls_certificate_error", proxy.PhaseTLS, "x509: certificate signed by unknown authority"), draft.SideUnknown, "side.certificate_unknown"},
		{"no HTTP", failed("http_protocol_error", proxy.PhaseReceive, ""), draft.SideVendor, "side.protocol"},
		{"something else", failed("new_type", proxy.PhaseTLS, ""), draft.SideUnknown, "side.unclear"},
		{"no client certificate", func() call {
			c := broken(a, capture.KindTLS, "tls_alert_received", proxy.PhaseTLS)
			c.err.Text = "remote error: tls: certificate required"
			return c
		}(), draft.SideRequest, "side.denied"},
		{"a firewall", call{endpoint: a, kind: capture.KindHTTPStatus, status: 403, header: proxy.Fields{{Name: "Content-Type", Value: "text/html; charset=utf-8"}}}, draft.SideUnknown, "side.firewall"},
		{"a page without the certificate", call{endpoint: a, kind: capture.KindHTTPStatus, status: 403, message: "No required SSL certificate was sent", header: proxy.Fields{{Name: "Content-Type", Value: "text/html"}}}, draft.SideRequest, "side.denied"},
		{"a proxy on the way", call{endpoint: a, kind: capture.KindHTTPStatus, status: 503, header: proxy.Fields{{Name: "X-Squid-Error", Value: "ERR_CONNECT_FAIL 111"}}}, draft.SideNetwork, "side.intermediary"},
		{"a redirect without an end", call{endpoint: a, kind: capture.KindBodyError, status: 302, reasons: []capture.Reason{{Key: "judge.body.redirect"}}}, draft.SideVendor, "side.redirect"},
		{"gave up waiting", call{endpoint: a, kind: capture.KindTimeout}, draft.SideVendor, "side.waited"},
		{"broken off", call{endpoint: a, kind: capture.KindTruncated, status: 200}, draft.SideVendor, "side.truncated"},
		{"the app left", call{endpoint: a, kind: capture.KindClientAbort}, draft.SideRequest, "side.aborted"},
		{"slow", call{endpoint: a, kind: capture.KindSlow, status: 200}, draft.SideVendor, "side.slow"},
		{"contract of the answer", told(200, capture.KindContract, "", ""), draft.SideVendor, "side.contract_response"},
		{"contract of the request", contract, draft.SideRequest, "side.contract_request"},
	}
	for _, tt := range tests {
		got := suggest.Side(recording{tt.call}.evidence(tt.call, time.Hour))
		if got.Value != tt.want || got.Reasons[0].Key != tt.key {
			t.Errorf("%s: %+v, want %s by %s", tt.name, got, tt.want, tt.key)
		}
	}
}

func TestAnAnswerThatCameWholeDidNotBreakOff(t *testing.T) {
	f := &capture.Failure{Kind: capture.KindTruncated, Reasons: []capture.Reason{{Key: "judge.unreadable", Args: map[string]string{"what": "json"}}}}
	got := suggest.Side(draft.Evidence{Group: capture.Group{Kind: f.Kind, Status: 200, Count: 1}, First: f, Last: f})
	if got.Value != draft.SideVendor || got.Reasons[0].Key != "side.unreadable" {
		t.Errorf("%+v", got)
	}
}
