package desk

import (
	"net/http"
	"net/url"
	"slices"

	"flagrante/draft/desk/users"
)

// routes is everything that the desk answers to.
func (d *desk) routes() []route {
	return slices.Concat(d.healthRoutes(), d.pageRoutes(), d.apiRoutes(), d.apiExports())
}

// healthRoutes are for what watches over the product.
func (d *desk) healthRoutes() []route {
	return []route{
		open("GET /healthz", d.healthz),
		open("GET /readyz", d.readyz),
	}
}

// pageRoutes are for people.
func (d *desk) pageRoutes() []route {
	return []route{
		open("GET /assets/{name}", d.assets.serve),
		open("GET /login", d.loginForm),
		open("POST /login", d.login),
		page("POST /logout", users.Viewer, d.logout),
		page("POST /name", users.Viewer, d.takeName),

		page("GET /{$}", users.Viewer, d.list),
		page("GET /drafts", users.Viewer, listAt("/")),
		page("GET /failures", users.Viewer, listAt("/traffic")),
		page("POST /drafts/bulk", users.Reviewer, d.bulk),
		page("POST /drafts/bulk/undo", users.Reviewer, d.bulkUndo),
		page("GET /export/{portal}", users.Viewer, d.parcels),
		page("POST /export/{portal}", users.Reviewer, d.sendParcels),
		page("GET /exports/{portal}", users.Viewer, d.sentParcels),
		page("GET /bundles.zip", users.Viewer, d.bundles),
		page("POST /views", users.Reviewer, d.keepView),
		page("POST /views/remove", users.Reviewer, d.dropView),
		page("GET /drafts/{id}", users.Viewer, d.draft),
		page("GET /drafts/{id}/ticket.md", users.Viewer, d.markdown),
		page("GET /drafts/{id}/bundle.zip", users.Viewer, d.bundle),
		page("GET /drafts/{id}/export/{portal}", users.Viewer, d.preview),
		page("POST /drafts/{id}/export/{portal}", users.Reviewer, d.send),
		page("GET /drafts/{id}/receipts/{receipt}", users.Viewer, d.receipt),
		page("POST /drafts/{id}/receipts/{receipt}/{deed}", users.Reviewer, d.act),
		page("POST /drafts/{id}/link", users.Reviewer, d.link),
		page("POST /drafts/{id}/edit", users.Reviewer, d.edit),
		page("POST /drafts/{id}/state", users.Reviewer, d.move),
		page("POST /drafts/{id}/call", users.Reviewer, d.called),
		page("POST /drafts/{id}/note", users.Reviewer, d.note),
		page("POST /drafts/{id}/tags", users.Reviewer, d.tag),
		page("POST /drafts/{id}/undo", users.Reviewer, d.undo),
		page("POST /drafts/{id}/merge", users.Reviewer, d.merge),
		page("POST /drafts/{id}/split", users.Reviewer, d.split),
		page("POST /drafts/{id}/attachments", users.Reviewer, d.attach),
		page("GET /drafts/{id}/attachments/{attachment}", users.Viewer, d.attachment),
		page("POST /drafts/{id}/attachments/{attachment}/check", users.Reviewer, d.checkAttachment),
		page("POST /drafts/{id}/attachments/{attachment}/remove", users.Reviewer, d.removeAttachment),
		page("GET /traffic", users.Viewer, d.traffic),
		page("GET /failures/{id}", users.Viewer, d.failure),
		page("POST /failures/{id}/mark", users.Reviewer, d.mark),
		page("GET /failures/{id}/body/{side}", users.Viewer, d.body),
		page("GET /failures/{id}/pictures/{side}/{number}", users.Reviewer, d.picture),
		page("POST /failures/{id}/pictures/{side}/{number}/attach", users.Reviewer, d.attachPicture),
		page("GET /failures/{id}/as/{form}", users.Viewer, d.copyAs),
		page("GET /setup", users.Viewer, d.setup),
		page("POST /setup/rules/try", users.Viewer, d.tryRules),
		page("POST /setup/masks/try", users.Viewer, d.tryMasks),
		page("POST /setup/portals/{portal}/check", users.Admin, d.checkPortal),
		page("POST /passthrough/forget", users.Admin, d.forget),
		page("GET /masked", users.Viewer, d.masked),
		page("POST /masked", users.Reviewer, d.mask),
		page("POST /masked/revoke", users.Reviewer, d.unmask),
		page("GET /ca.pem", users.Viewer, d.authority),
		page("/", users.Viewer, nowhere),
	}
}

// apiRoutes are for programs; openapi.yaml describes them.
func (d *desk) apiRoutes() []route {
	return []route{
		open("POST /api/v1/session", d.apiLogin),
		api("GET /api/v1/session", users.Viewer, d.apiSession),
		api("DELETE /api/v1/session", users.Viewer, d.apiLogout),
		api("GET /api/v1/openapi.yaml", users.Viewer, d.apiDescribe),
		api("GET /api/v1/events", users.Viewer, d.apiEvents),
		api("GET /api/v1/status", users.Viewer, d.apiStatus),
		api("GET /api/v1/drafts", users.Viewer, d.apiDrafts),
		api("POST /api/v1/drafts", users.Reviewer, changes(d, d.apiCreate)),
		api("POST /api/v1/drafts/bulk", users.Reviewer, d.apiBulk),
		api("GET /api/v1/drafts/{id}", users.Viewer, d.apiDraft),
		api("PATCH /api/v1/drafts/{id}", users.Reviewer, d.apiEdit),
		api("GET /api/v1/drafts/{id}/history", users.Viewer, d.apiHistory),
		api("POST /api/v1/drafts/{id}/state", users.Reviewer, changes(d, d.apiState)),
		api("POST /api/v1/drafts/{id}/notes", users.Reviewer, changes(d, d.apiNote)),
		api("POST /api/v1/drafts/{id}/tags", users.Reviewer, changes(d, d.apiTags)),
		api("POST /api/v1/drafts/{id}/calls", users.Reviewer, changes(d, d.apiCall)),
		api("POST /api/v1/drafts/{id}/merge", users.Reviewer, changes(d, d.apiMerge)),
		api("POST /api/v1/drafts/{id}/split", users.Reviewer, changes(d, d.apiSplit)),
		api("POST /api/v1/drafts/{id}/undo", users.Reviewer, changes(d, d.apiUndo)),
		api("GET /api/v1/drafts/{id}/attachments", users.Viewer, d.apiAttachments),
		api("POST /api/v1/drafts/{id}/attachments", users.Reviewer, d.apiAttach),
		api("POST /api/v1/drafts/{id}/attachments/{attachment}/check", users.Reviewer, d.apiCheckAttachment),
		api("DELETE /api/v1/drafts/{id}/attachments/{attachment}", users.Reviewer, d.apiRemoveAttachment),
		api("GET /api/v1/drafts/{id}/attachments/{attachment}", users.Viewer, d.attachment),
		api("GET /api/v1/drafts/{id}/ticket.md", users.Viewer, d.markdown),
		api("GET /api/v1/drafts/{id}/bundle.zip", users.Viewer, d.bundle),
		api("GET /api/v1/drafts/{id}/masked", users.Viewer, d.apiMaskedOf),
		api("POST /api/v1/mask", users.Reviewer, d.apiMask),
		api("GET /api/v1/masks", users.Viewer, d.apiMasks),
		api("DELETE /api/v1/masks/{id}", users.Reviewer, d.apiUnmask),
		api("POST /api/v1/reveal", users.Reviewer, d.apiReveal),
		api("GET /api/v1/audit", users.Viewer, d.apiAudit),
		api("GET /api/v1/failures", users.Viewer, d.apiFailures),
		api("GET /api/v1/failures/{id}", users.Viewer, d.apiFailure),
		api("POST /api/v1/failures/{id}/mark", users.Reviewer, d.apiMark),
		api("GET /api/v1/failures/{id}/pictures", users.Reviewer, d.apiPictures),
		api("GET /api/v1/failures/{id}/pictures/{side}/{number}", users.Reviewer, d.picture),
		api("POST /api/v1/failures/{id}/pictures/{side}/{number}/attach", users.Reviewer, d.apiAttachPicture),
		api("GET /api/v1/failures/{id}/as/{form}", users.Viewer, d.copyAs),
		api("GET /api/v1/filter", users.Viewer, d.apiFilter),
		api("GET /api/v1/views", users.Viewer, d.apiViews),
		api("PUT /api/v1/views/{list}/{name}", users.Reviewer, d.apiKeepView),
		api("DELETE /api/v1/views/{list}/{name}", users.Reviewer, d.apiDropView),
		api("GET /api/v1/profile", users.Viewer, d.apiProfile),
		api("GET /api/v1/storage", users.Viewer, d.apiStorage),
		api("GET /api/v1/trust", users.Viewer, d.apiTrust),
		api("POST /api/v1/trust", users.Viewer, d.apiBeginTrust),
		api("POST /api/v1/rules/try", users.Viewer, d.apiTryRules),
		api("POST /api/v1/masks/try", users.Viewer, d.apiTryMasks),
		api("GET /api/v1/passthrough", users.Viewer, d.apiPassthrough),
		api("GET /api/v1/ca.pem", users.Viewer, d.authority),
		api("DELETE /api/v1/passthrough/{host}", users.Admin, d.apiForget),
		api("/api/", users.Viewer, nowhere),
	}
}

// apiExports send drafts to portals.
func (d *desk) apiExports() []route {
	return []route{
		api("GET /api/v1/portals", users.Viewer, d.apiPortals),
		api("POST /api/v1/portals/{portal}/check", users.Admin, d.apiCheckPortal),
		api("GET /api/v1/bundles.zip", users.Viewer, d.bundles),
		api("POST /api/v1/export/{portal}", users.Reviewer, d.apiSendParcels),
		api("GET /api/v1/drafts/{id}/export/{portal}", users.Viewer, d.apiPreview),
		api("POST /api/v1/drafts/{id}/export/{portal}", users.Reviewer, d.apiExport),
		api("POST /api/v1/drafts/{id}/link/{portal}", users.Reviewer, d.apiLink),
		api("POST /api/v1/drafts/{id}/receipts/{receipt}/{deed}", users.Reviewer, d.apiAct),
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
