package har_test

import (
	"strings"
	"testing"

	"flagrante/capture/har"
	"flagrante/proxy"
)

// TestReadTellsTrafficFromTheRest gives entries as browsers write them, with what
// was no traffic of a vendor among them.
func TestReadTellsTrafficFromTheRest(t *testing.T) {
	call, foreign := har.Tally{Calls: 1}, har.Tally{NotHTTP: 1}
	cached, blocked := har.Tally{Cached: 1}, har.Tally{Blocked: 1}
	target := func(text string) string { return strings.Replace(good, "http://a.example/", text, 1) }
	entry := func(text string) string {
		return strings.Replace(good, `"startedDateTime"`, text+`,"startedDateTime"`, 1)
	}
	answer := func(text string) string { return strings.Replace(good, `"status":500`, text, 1) }
	tests := []struct {
		entry string
		want  har.Tally
	}{
		{good, call},
		{target("HTTPS://a.example/"), call},
		{target("ws://a.example/"), call},
		{target("data:text/plain,%"), foreign},
		{target("blob:http://a.example/1"), foreign},
		{target("chrome-extension://abc/x.js"), foreign},
		{target("file:///x"), foreign},
		{target("about:blank"), foreign},
		{entry(`"_fromCache":"disk"`), cached},
		{entry(`"_fromCache":null`), call},
		{entry(`"_fetchType":"Memory Cache"`), cached},
		{entry(`"_fetchType":"Network Load"`), call},
		{answer(`"status":503,"_fetchedViaServiceWorker":true,"_serviceWorkerResponseSource":"fallback-code"`), cached},
		{answer(`"status":503,"_fetchedViaServiceWorker":true,"_serviceWorkerResponseSource":"network"`), call},
		{answer(`"status":503,"_fetchedViaServiceWorker":false`), call},
		{answer(`"status":404,"headersSize":389,"bodySize":-389,"_transferSize":0`), cached},
		{answer(`"status":101,"headersSize":129,"bodySize":-129,"_transferSize":0`), call},
		{answer(`"status":403,"headersSize":-1,"bodySize":-1,"_transferSize":0`), call},
		{answer(`"status":503,"headersSize":0,"bodySize":0,"content":{"size":18}},"_securityState":"insecure","x":{`), cached},
		{answer(`"status":503,"headersSize":0,"bodySize":0,"content":{"size":0}},"_securityState":"insecure","x":{`), call},
		{answer(`"status":503,"headersSize":0,"bodySize":0,"content":{"size":18}`), call},
		{answer(`"status":0,"_error":"net::ERR_BLOCKED_BY_CLIENT"`), blocked},
		{answer(`"status":-1,"_failureText":"net::ERR_UNSAFE_PORT"`), blocked},
		{answer(`"status":0,"_error":"net::ERR_FAILED"`), call},
	}
	for _, test := range tests {
		got, err := har.Read(strings.NewReader(logOf(test.entry)), func(*proxy.Exchange) error { return nil })
		if err != nil || got != test.want {
			t.Errorf("%s is %+v, %v", test.entry, got, err)
		}
	}
}

// outcome reads an entry with this response.
func outcome(t *testing.T, response string) *proxy.Exchange {
	t.Helper()
	return read(t, strings.NewReader(logOf(strings.Replace(good, `{"status":500}`, `{`+response+`}`, 1))))[0]
}

func TestReadRefusedWebSockets(t *testing.T) {
	const said = "Error during WebSocket handshake: Unexpected response code: 403"
	message := `,"_webSocketMessages":[{"type":"error","time":1,"opcode":-1,"data":"` + said + `"}],"x":{`
	for _, response := range []string{`"status":-1,"_failureText":"` + said + `"`, `"status":0,"_error":null}` + message} {
		if r := outcome(t, response).Response; r == nil || r.Status != 403 {
			t.Errorf("%s became %+v", response, r)
		}
	}
}

// TestReadAnswersKeptFromTheApp makes sure that the rules of a browser are not
// taken for an answer that broke off.
func TestReadAnswersKeptFromTheApp(t *testing.T) {
	e := outcome(t, `"status":200,"_error":"net::ERR_FAILED"`)
	if b := e.Response.Body; e.Aborted || !b.Complete || !b.Cut || b.Err != "" {
		t.Errorf("%+v", e)
	}
}

// TestReadTheEndOfARecording takes a call that was under way when it ended.
func TestReadTheEndOfARecording(t *testing.T) {
	if e := outcome(t, `"status":0,"_error":null`); !e.Aborted || e.Err != nil {
		t.Errorf("%+v", e)
	}
	if e := outcome(t, `"status":0`); e.Aborted || e.Err == nil {
		t.Errorf("%+v", e)
	}
}
