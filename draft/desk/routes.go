package desk

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"flagrante/draft/desk/users"
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
	// role is the least that a caller must have.
	role   users.Role
	handle handler
}

// limit is the largest body that a caller may send, in bytes.
func (r route) limit() int64 {
	switch {
	case strings.HasSuffix(r.pattern, "/attachments"):
		return uploadLimit
	case strings.HasSuffix(r.pattern, "/try"):
		return tryLimit
	}
	return bodyLimit
}

// routes is everything that the desk answers to.
func (d *desk) routes() []route {
	return slices.Concat(d.pageRoutes(), d.apiRoutes(), d.apiExports())
}

// pageRoutes are for people, and for what watches over the desk.
func (d *desk) pageRoutes() []route {
	return []route{
		{"GET /healthz", open, users.Viewer, d.healthz},
		{"GET /readyz", open, users.Viewer, d.readyz},
		{"GET /assets/{name}", open, users.Viewer, d.asset},
		{"GET /login", open, users.Viewer, d.loginForm},
		{"POST /login", open, users.Viewer, d.login},
		{"POST /logout", page, users.Viewer, d.logout},
		{"POST /name", page, users.Viewer, d.takeName},

		{"GET /{$}", page, users.Viewer, d.list},
		{"GET /drafts", page, users.Viewer, listAt("/")},
		{"GET /failures", page, users.Viewer, listAt("/traffic")},
		{"POST /drafts/bulk", page, users.Reviewer, d.bulk},
		{"POST /drafts/bulk/undo", page, users.Reviewer, d.bulkUndo},
		{"GET /export/{portal}", page, users.Viewer, d.parcels},
		{"POST /export/{portal}", page, users.Reviewer, d.sendParcels},
		{"GET /exports/{portal}", page, users.Viewer, d.sentParcels},
		{"GET /bundles.zip", page, users.Viewer, d.bundles},
		{"POST /views", page, users.Reviewer, d.keepView},
		{"POST /views/remove", page, users.Reviewer, d.dropView},
		{"GET /drafts/{id}", page, users.Viewer, d.draft},
		{"GET /drafts/{id}/ticket.md", page, users.Viewer, d.markdown},
		{"GET /drafts/{id}/bundle.zip", page, users.Viewer, d.bundle},
		{"GET /drafts/{id}/export/{portal}", page, users.Viewer, d.preview},
		{"POST /drafts/{id}/export/{portal}", page, users.Reviewer, d.send},
		{"GET /drafts/{id}/receipts/{receipt}", page, users.Viewer, d.receipt},
		{"POST /drafts/{id}/receipts/{receipt}/{deed}", page, users.Reviewer, d.act},
		{"POST /drafts/{id}/link", page, users.Reviewer, d.link},
		{"POST /drafts/{id}/edit", page, users.Reviewer, d.edit},
		{"POST /drafts/{id}/state", page, users.Reviewer, d.move},
		{"POST /drafts/{id}/call", page, users.Reviewer, d.called},
		{"POST /drafts/{id}/note", page, users.Reviewer, d.note},
		{"POST /drafts/{id}/tags", page, users.Reviewer, d.tag},
		{"POST /drafts/{id}/undo", page, users.Reviewer, d.undo},
		{"POST /drafts/{id}/merge", page, users.Reviewer, d.merge},
		{"POST /drafts/{id}/split", page, users.Reviewer, d.split},
		{"POST /drafts/{id}/attachments", page, users.Reviewer, d.attach},
		{"GET /drafts/{id}/attachments/{attachment}", page, users.Viewer, d.attachment},
		{"POST /drafts/{id}/attachments/{attachment}/check", page, users.Reviewer, d.checkAttachment},
		{"POST /drafts/{id}/attachments/{attachment}/remove", page, users.Reviewer, d.removeAttachment},
		{"GET /traffic", page, users.Viewer, d.traffic},
		{"GET /failures/{id}", page, users.Viewer, d.failure},
		{"POST /failures/{id}/mark", page, users.Reviewer, d.mark},
		{"GET /failures/{id}/body/{side}", page, users.Viewer, d.body},
		{"GET /failures/{id}/pictures/{side}/{number}", page, users.Reviewer, d.picture},
		{"POST /failures/{id}/pictures/{side}/{number}/attach", page, users.Reviewer, d.attachPicture},
		{"GET /failures/{id}/as/{form}", page, users.Viewer, d.copyAs},
		{"GET /setup", page, users.Viewer, d.setup},
		{"POST /setup/rules/try", page, users.Viewer, d.tryRules},
		{"POST /setup/masks/try", page, users.Viewer, d.tryMasks},
		{"POST /setup/portals/{portal}/check", page, users.Admin, d.checkPortal},
		{"POST /passthrough/forget", page, users.Admin, d.forget},
		{"GET /masked", page, users.Viewer, d.masked},
		{"POST /masked", page, users.Reviewer, d.mask},
		{"POST /masked/revoke", page, users.Reviewer, d.unmask},
		{"GET /ca.pem", page, users.Viewer, d.authority},
		{"/", page, users.Viewer, d.nowhere},
	}
}

// apiRoutes are for programs; openapi.yaml describes them.
func (d *desk) apiRoutes() []route {
	return []route{
		{"POST /api/v1/session", open, users.Viewer, d.apiLogin},
		{"GET /api/v1/session", api, users.Viewer, d.apiSession},
		{"DELETE /api/v1/session", api, users.Viewer, d.apiLogout},
		{"GET /api/v1/openapi.yaml", api, users.Viewer, d.apiDescribe},
		{"GET /api/v1/events", api, users.Viewer, d.apiEvents},
		{"GET /api/v1/status", api, users.Viewer, d.apiStatus},
		{"GET /api/v1/drafts", api, users.Viewer, d.apiDrafts},
		{"POST /api/v1/drafts", api, users.Reviewer, changes(d, d.apiCreate)},
		{"POST /api/v1/drafts/bulk", api, users.Reviewer, d.apiBulk},
		{"GET /api/v1/drafts/{id}", api, users.Viewer, d.apiDraft},
		{"PATCH /api/v1/drafts/{id}", api, users.Reviewer, d.apiEdit},
		{"GET /api/v1/drafts/{id}/history", api, users.Viewer, d.apiHistory},
		{"POST /api/v1/drafts/{id}/state", api, users.Reviewer, changes(d, d.apiState)},
		{"POST /api/v1/drafts/{id}/notes", api, users.Reviewer, changes(d, d.apiNote)},
		{"POST /api/v1/drafts/{id}/tags", api, users.Reviewer, changes(d, d.apiTags)},
		{"POST /api/v1/drafts/{id}/calls", api, users.Reviewer, changes(d, d.apiCall)},
		{"POST /api/v1/drafts/{id}/merge", api, users.Reviewer, changes(d, d.apiMerge)},
		{"POST /api/v1/drafts/{id}/split", api, users.Reviewer, changes(d, d.apiSplit)},
		{"POST /api/v1/drafts/{id}/undo", api, users.Reviewer, changes(d, d.apiUndo)},
		{"GET /api/v1/drafts/{id}/attachments", api, users.Viewer, d.apiAttachments},
		{"POST /api/v1/drafts/{id}/attachments", api, users.Reviewer, d.apiAttach},
		{"POST /api/v1/drafts/{id}/attachments/{attachment}/check", api, users.Reviewer, d.apiCheckAttachment},
		{"DELETE /api/v1/drafts/{id}/attachments/{attachment}", api, users.Reviewer, d.apiRemoveAttachment},
		{"GET /api/v1/drafts/{id}/attachments/{attachment}", api, users.Viewer, d.attachment},
		{"GET /api/v1/drafts/{id}/ticket.md", api, users.Viewer, d.markdown},
		{"GET /api/v1/drafts/{id}/bundle.zip", api, users.Viewer, d.bundle},
		{"GET /api/v1/drafts/{id}/masked", api, users.Viewer, d.apiMaskedOf},
		{"POST /api/v1/mask", api, users.Reviewer, d.apiMask},
		{"GET /api/v1/masks", api, users.Viewer, d.apiMasks},
		{"DELETE /api/v1/masks/{id}", api, users.Reviewer, d.apiUnmask},
		{"POST /api/v1/reveal", api, users.Reviewer, d.apiReveal},
		{"GET /api/v1/audit", api, users.Viewer, d.apiAudit},
		{"GET /api/v1/failures", api, users.Viewer, d.apiFailures},
		{"GET /api/v1/failures/{id}", api, users.Viewer, d.apiFailure},
		{"POST /api/v1/failures/{id}/mark", api, users.Reviewer, d.apiMark},
		{"GET /api/v1/failures/{id}/pictures", api, users.Reviewer, d.apiPictures},
		{"GET /api/v1/failures/{id}/pictures/{side}/{number}", api, users.Reviewer, d.picture},
		{"POST /api/v1/failures/{id}/pictures/{side}/{number}/attach", api, users.Reviewer, d.apiAttachPicture},
		{"GET /api/v1/failures/{id}/as/{form}", api, users.Viewer, d.copyAs},
		{"GET /api/v1/filter", api, users.Viewer, d.apiFilter},
		{"GET /api/v1/views", api, users.Viewer, d.apiViews},
		{"PUT /api/v1/views/{list}/{name}", api, users.Reviewer, d.apiKeepView},
		{"DELETE /api/v1/views/{list}/{name}", api, users.Reviewer, d.apiDropView},
		{"GET /api/v1/profile", api, users.Viewer, d.apiProfile},
		{"GET /api/v1/storage", api, users.Viewer, d.apiStorage},
		{"GET /api/v1/trust", api, users.Viewer, d.apiTrust},
		{"POST /api/v1/trust", api, users.Viewer, d.apiBeginTrust},
		{"POST /api/v1/rules/try", api, users.Viewer, d.apiTryRules},
		{"POST /api/v1/masks/try", api, users.Viewer, d.apiTryMasks},
		{"GET /api/v1/passthrough", api, users.Viewer, d.apiPassthrough},
		{"GET /api/v1/ca.pem", api, users.Viewer, d.authority},
		{"DELETE /api/v1/passthrough/{host}", api, users.Admin, d.apiForget},
		{"/api/", api, users.Viewer, d.nowhere},
	}
}

// apiExports send drafts to portals.
func (d *desk) apiExports() []route {
	return []route{
		{"GET /api/v1/portals", api, users.Viewer, d.apiPortals},
		{"POST /api/v1/portals/{portal}/check", api, users.Admin, d.apiCheckPortal},
		{"GET /api/v1/bundles.zip", api, users.Viewer, d.bundles},
		{"POST /api/v1/export/{portal}", api, users.Reviewer, d.apiSendParcels},
		{"GET /api/v1/drafts/{id}/export/{portal}", api, users.Viewer, d.apiPreview},
		{"POST /api/v1/drafts/{id}/export/{portal}", api, users.Reviewer, d.apiExport},
		{"POST /api/v1/drafts/{id}/link/{portal}", api, users.Reviewer, d.apiLink},
		{"POST /api/v1/drafts/{id}/receipts/{receipt}/{deed}", api, users.Reviewer, d.apiAct},
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

// listAt leads those who cut the ID off an address to the list of what it is about.
func listAt(path string) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		http.Redirect(w, r, (&url.URL{Path: path, RawQuery: r.URL.RawQuery}).String(), http.StatusSeeOther)
		return nil
	}
}

// nowhere answers for every path that is not in the table.
func (d *desk) nowhere(http.ResponseWriter, *http.Request) error { return errNotFound }
