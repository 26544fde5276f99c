package export

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"flagrante/draft"
)

// webhook follows
// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md.
func webhook() contract {
	return contract{
		recipe: "webhook", portal: Portal{URL: "/gancho"}, ticket: "T-100", unread: true, deaf: true,
		fields: map[string]any{
			"draft": "{draft_id}", "title": "{title}", "text": "{text}", "category": "{category}", "severity": "critical", "environment": "production",
			"endpoint": "{endpoint}", "status": 500.0, "vendor_code": "E-77", "country": "BR", "fingerprint": "{fingerprint}", "count": 3.0,
			"first_seen": "{first_seen}", "last_seen": "{last_seen}", "request_ids": []any{"req-1"}, "requestor": "{requestor}",
		},
		breaks: func(_ *draft.Draft, p *Portal) { p.URL += "/outro" }, says: "the portal has nothing there (404)",
		routes: func(v *vendor) http.Handler {
			mux := http.NewServeMux()
			mux.HandleFunc("POST /gancho", func(w http.ResponseWriter, r *http.Request) { hook{v}.receive(w, r) })
			return mux
		},
	}
}

// hook is a receiver of webhooks.
type hook struct{ *vendor }

func (h hook) receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(rightToken, "whsec_"))
	if err != nil {
		panic(err)
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.%s", r.Header.Get("webhook-id"), r.Header.Get("webhook-timestamp"), body)
	if want := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)); r.Header.Get("webhook-signature") != want {
		h.give(w, 401, map[string]any{"message": "the signature does not match"})
		return
	}
	if r.Header.Get("webhook-timestamp") != "1795442400" || r.Header.Get("webhook-id") != "d-k3f9qa2m" || r.Header.Get("Content-Type") != "application/json" {
		h.breach(r, "the header is %v", r.Header)
	}
	var event map[string]any
	if err := json.Unmarshal(body, &event); err != nil || event["type"] != "ticket.created" || event["timestamp"] == nil {
		h.breach(r, "the event is %v, %v", event["type"], err)
	}
	h.only(r, event, "type", "timestamp", "data")
	data, _ := event["data"].(map[string]any)
	files := []kept{}
	list, _ := data["files"].([]any)
	for _, item := range list {
		f, _ := item.(map[string]any)
		file := h.unpacked(r, fmt.Sprint(f["name"]), fmt.Sprint(f["type"]), fmt.Sprint(f["data"]))
		if number(f["size"]) != fmt.Sprint(len(file.data)) {
			h.breach(r, "the file %s has %v bytes", file.name, f["size"])
		}
		files = append(files, file)
	}
	delete(data, "files")
	t := h.add(data, files...)
	h.made(w, 200, map[string]any{"id": fmt.Sprintf("T-%d", t.id)})
}
