// Package api is the JSON API of the desk, which openapi.yaml describes.
package api

import (
	"slices"

	"flagrante/draft/desk/door"
	"flagrante/draft/desk/service"
	"flagrante/draft/desk/users"
)

// API answers programs.
type API struct{ *service.Service }

// Routes are what programs may ask for.
func (d *API) Routes() []door.Route { return slices.Concat(d.routes(), d.exports()) }

// routes are for programs; openapi.yaml describes them.
func (d *API) routes() []door.Route {
	return []door.Route{
		door.Open("POST /api/v1/session", d.login),
		door.API("GET /api/v1/session", users.Viewer, d.session),
		door.API("DELETE /api/v1/session", users.Viewer, d.logout),
		door.API("GET /api/v1/openapi.yaml", users.Viewer, d.describe),
		door.API("GET /api/v1/events", users.Viewer, d.events),
		door.API("GET /api/v1/status", users.Viewer, d.status),
		door.API("GET /api/v1/drafts", users.Viewer, d.drafts),
		door.API("POST /api/v1/drafts", users.Reviewer, changes(d, d.create)),
		door.API("POST /api/v1/drafts/bulk", users.Reviewer, d.bulk),
		door.API("GET /api/v1/drafts/{id}", users.Viewer, d.draft),
		door.API("PATCH /api/v1/drafts/{id}", users.Reviewer, d.edit),
		door.API("GET /api/v1/drafts/{id}/history", users.Viewer, d.history),
		door.API("POST /api/v1/drafts/{id}/state", users.Reviewer, changes(d, d.state)),
		door.API("POST /api/v1/drafts/{id}/notes", users.Reviewer, changes(d, d.note)),
		door.API("POST /api/v1/drafts/{id}/tags", users.Reviewer, changes(d, d.tags)),
		door.API("POST /api/v1/drafts/{id}/calls", users.Reviewer, changes(d, d.call)),
		door.API("POST /api/v1/drafts/{id}/merge", users.Reviewer, changes(d, d.merge)),
		door.API("POST /api/v1/drafts/{id}/split", users.Reviewer, changes(d, d.split)),
		door.API("POST /api/v1/drafts/{id}/undo", users.Reviewer, changes(d, d.undo)),
		door.API("GET /api/v1/drafts/{id}/attachments", users.Viewer, d.attachments),
		door.API("POST /api/v1/drafts/{id}/attachments", users.Reviewer, d.attach),
		door.API("POST /api/v1/drafts/{id}/attachments/{attachment}/check", users.Reviewer, d.checkAttachment),
		door.API("DELETE /api/v1/drafts/{id}/attachments/{attachment}", users.Reviewer, d.removeAttachment),
		door.API("GET /api/v1/drafts/{id}/attachments/{attachment}", users.Viewer, d.SendAttachment),
		door.API("GET /api/v1/drafts/{id}/ticket.md", users.Viewer, d.SendMarkdown),
		door.API("GET /api/v1/drafts/{id}/bundle.zip", users.Viewer, d.SendBundle),
		door.API("GET /api/v1/drafts/{id}/masked", users.Viewer, d.maskedOf),
		door.API("POST /api/v1/mask", users.Reviewer, d.mask),
		door.API("GET /api/v1/masks", users.Viewer, d.masks),
		door.API("DELETE /api/v1/masks/{id}", users.Reviewer, d.unmask),
		door.API("POST /api/v1/reveal", users.Reviewer, d.reveal),
		door.API("GET /api/v1/audit", users.Viewer, d.audit),
		door.API("GET /api/v1/failures", users.Viewer, d.failures),
		door.API("GET /api/v1/failures/{id}", users.Viewer, d.failure),
		door.API("POST /api/v1/failures/{id}/mark", users.Reviewer, d.mark),
		door.API("GET /api/v1/failures/{id}/pictures", users.Reviewer, d.pictures),
		door.API("GET /api/v1/failures/{id}/pictures/{side}/{number}", users.Reviewer, d.SendPicture),
		door.API("POST /api/v1/failures/{id}/pictures/{side}/{number}/attach", users.Reviewer, d.attachPicture),
		door.API("GET /api/v1/failures/{id}/as/{form}", users.Viewer, d.SendCopy),
		door.API("GET /api/v1/filter", users.Viewer, d.readFilter),
		door.API("GET /api/v1/views", users.Viewer, d.views),
		door.API("PUT /api/v1/views/{list}/{name}", users.Reviewer, d.keepView),
		door.API("DELETE /api/v1/views/{list}/{name}", users.Reviewer, d.dropView),
		door.API("GET /api/v1/profile", users.Viewer, d.profile),
		door.API("GET /api/v1/storage", users.Viewer, d.storage),
		door.API("GET /api/v1/trust", users.Viewer, d.trust),
		door.API("POST /api/v1/trust", users.Viewer, d.beginTrust),
		door.API("POST /api/v1/rules/try", users.Viewer, d.tryRules),
		door.API("POST /api/v1/masks/try", users.Viewer, d.tryMasks),
		door.API("GET /api/v1/passthrough", users.Viewer, d.passthrough),
		door.API("GET /api/v1/ca.pem", users.Viewer, d.SendAuthority),
		door.API("DELETE /api/v1/passthrough/{host}", users.Admin, d.forget),
		door.API("/api/", users.Viewer, door.Nowhere),
	}
}

// exports send drafts to portals.
func (d *API) exports() []door.Route {
	return []door.Route{
		door.API("GET /api/v1/portals", users.Viewer, d.portals),
		door.API("POST /api/v1/portals/{portal}/check", users.Admin, d.checkPortal),
		door.API("GET /api/v1/bundles.zip", users.Viewer, d.SendBundles),
		door.API("POST /api/v1/export/{portal}", users.Reviewer, d.sendParcels),
		door.API("GET /api/v1/drafts/{id}/export/{portal}", users.Viewer, d.preview),
		door.API("POST /api/v1/drafts/{id}/export/{portal}", users.Reviewer, d.export),
		door.API("POST /api/v1/drafts/{id}/link/{portal}", users.Reviewer, d.link),
		door.API("POST /api/v1/drafts/{id}/receipts/{receipt}/{deed}", users.Reviewer, d.act),
	}
}
