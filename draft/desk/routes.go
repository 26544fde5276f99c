package desk

import (
	"net/http"
	"strings"
)

// door says who may pass, and in which form an error is answered.
type door int

const (
	// open is for everyone: what lies behind it holds nothing of a user.
	open door = iota
	// page is for people: without the token they are led to the login.
	page
	// api is for programs: without the token they get a JSON error.
	api
)

// route is one line of the table below.
type route struct {
	pattern string
	door    door
	handle  handler
}

// limit is the largest body that a caller may send, in bytes.
func (r route) limit() int64 {
	if strings.HasSuffix(r.pattern, "/attachments") {
		return uploadLimit
	}
	return bodyLimit
}

// routes is everything that the desk answers to.
func (d *desk) routes() []route {
	return []route{
		{"GET /healthz", open, d.healthz},
		{"GET /readyz", open, d.readyz},
		{"GET /assets/{name}", open, d.asset},
		{"GET /login", open, d.loginForm},
		{"POST /login", open, d.login},

		{"GET /{$}", page, d.list},
		{"GET /drafts/{id}", page, d.draft},
		{"GET /drafts/{id}/ticket.md", page, d.markdown},
		{"GET /drafts/{id}/bundle.zip", page, d.bundle},
		{"GET /drafts/{id}/export/{portal}", page, d.preview},
		{"POST /drafts/{id}/export/{portal}", page, d.send},
		{"GET /drafts/{id}/receipts/{receipt}", page, d.receipt},
		{"POST /drafts/{id}/edit", page, d.edit},
		{"POST /drafts/{id}/state", page, d.move},
		{"POST /drafts/{id}/call", page, d.called},
		{"POST /drafts/{id}/note", page, d.note},
		{"POST /drafts/{id}/tags", page, d.tag},
		{"POST /drafts/{id}/undo", page, d.undo},
		{"POST /drafts/{id}/attachments", page, d.attach},
		{"GET /drafts/{id}/attachments/{attachment}", page, d.attachment},
		{"POST /drafts/{id}/attachments/{attachment}/check", page, d.checkAttachment},
		{"POST /drafts/{id}/attachments/{attachment}/remove", page, d.removeAttachment},
		{"GET /traffic", page, d.traffic},
		{"GET /failures/{id}", page, d.failure},
		{"GET /failures/{id}/body/{side}", page, d.body},
		{"GET /failures/{id}/as/{form}", page, d.copyAs},
		{"POST /passthrough/forget", page, d.forget},
		{"GET /ca.pem", page, d.authority},
		{"/", page, d.nowhere},

		{"GET /api/v1/events", api, d.apiEvents},
		{"GET /api/v1/status", api, d.apiStatus},
		{"GET /api/v1/drafts", api, d.apiDrafts},
		{"POST /api/v1/drafts", api, changes(d, d.apiCreate)},
		{"GET /api/v1/drafts/{id}", api, d.apiDraft},
		{"PATCH /api/v1/drafts/{id}", api, d.apiEdit},
		{"GET /api/v1/drafts/{id}/history", api, d.apiHistory},
		{"POST /api/v1/drafts/{id}/state", api, changes(d, d.apiState)},
		{"POST /api/v1/drafts/{id}/notes", api, changes(d, d.apiNote)},
		{"POST /api/v1/drafts/{id}/tags", api, changes(d, d.apiTags)},
		{"POST /api/v1/drafts/{id}/calls", api, changes(d, d.apiCall)},
		{"POST /api/v1/drafts/{id}/merge", api, changes(d, d.apiMerge)},
		{"POST /api/v1/drafts/{id}/split", api, changes(d, d.apiSplit)},
		{"POST /api/v1/drafts/{id}/undo", api, changes(d, d.apiUndo)},
		{"GET /api/v1/drafts/{id}/attachments", api, d.apiAttachments},
		{"POST /api/v1/drafts/{id}/attachments", api, d.apiAttach},
		{"POST /api/v1/drafts/{id}/attachments/{attachment}/check", api, d.apiCheckAttachment},
		{"DELETE /api/v1/drafts/{id}/attachments/{attachment}", api, d.apiRemoveAttachment},
		{"POST /api/v1/drafts/{id}/export/{portal}", api, d.apiExport},
		{"GET /api/v1/failures", api, d.apiFailures},
		{"GET /api/v1/failures/{id}", api, d.apiFailure},
		{"GET /api/v1/filter", api, d.apiFilter},
		{"GET /api/v1/passthrough", api, d.apiPassthrough},
		{"DELETE /api/v1/passthrough/{host}", api, d.apiForget},
		{"/api/", api, d.nowhere},
	}
}

// handler puts the table behind the guards, outermost last.
func (d *desk) handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range d.routes() {
		mux.Handle(r.pattern, d.serve(r))
	}
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(d.serve(route{door: doorless, handle: refuseCrossOrigin}))
	return d.secure(d.checkHost(cross.Handler(mux)))
}

// nowhere answers for every path that is not in the table.
func (d *desk) nowhere(http.ResponseWriter, *http.Request) error { return errNotFound }
