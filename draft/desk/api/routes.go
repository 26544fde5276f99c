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
		door.Api("GET /api/v1/session", users.Viewer, d.session),
		door.Api("DELETE /api/v1/session", users.Viewer, d.logout),
		door.Api("GET /api/v1/openapi.yaml", users.Viewer, d.describe),
		door.Api("GET /api/v1/events", users.Viewer, d.events),
		door.Api("GET /api/v1/status", users.Viewer, d.status),
		door.Api("GET /api/v1/drafts", users.Viewer, d.drafts),
		door.Api("POST /api/v1/drafts", users.Reviewer, changes(d, d.create)),
		door.Api("POST /api/v1/drafts/bulk", users.Reviewer, d.bulk),
		door.Api("GET /api/v1/drafts/{id}", users.Viewer, d.draft),
		door.Api("PATCH /api/v1/drafts/{id}", users.Reviewer, d.edit),
		door.Api("GET /api/v1/drafts/{id}/history", users.Viewer, d.history),
		door.Api("POST /api/v1/drafts/{id}/state", users.Reviewer, changes(d, d.state)),
		door.Api("POST /api/v1/drafts/{id}/notes", users.Reviewer, changes(d, d.note)),
		door.Api("POST /api/v1/drafts/{id}/tags", users.Reviewer, changes(d, d.tags)),
		door.Api("POST /api/v1/drafts/{id}/calls", users.Reviewer, changes(d, d.call)),
		door.Api("POST /api/v1/drafts/{id}/merge", users.Reviewer, changes(d, d.merge)),
		door.Api("POST /api/v1/drafts/{id}/split", users.Reviewer, changes(d, d.split)),
		door.Api("POST /api/v1/drafts/{id}/undo", users.Reviewer, changes(d, d.undo)),
		door.Api("GET /api/v1/drafts/{id}/attachments", users.Viewer, d.attachments),
		door.Api("POST /api/v1/drafts/{id}/attachments", users.Reviewer, d.attach),
		door.Api("POST /api/v1/drafts/{id}/attachments/{attachment}/check", users.Reviewer, d.checkAttachment),
		door.Api("DELETE /api/v1/drafts/{id}/attachments/{attachment}", users.Reviewer, d.removeAttachment),
		door.Api("GET /api/v1/drafts/{id}/attachments/{attachment}", users.Viewer, d.SendAttachment),
		door.Api("GET /api/v1/drafts/{id}/ticket.md", users.Viewer, d.SendMarkdown),
		door.Api("GET /api/v1/drafts/{id}/bundle.zip", users.Viewer, d.SendBundle),
		door.Api("GET /api/v1/drafts/{id}/masked", users.Viewer, d.maskedOf),
		door.Api("POST /api/v1/mask", users.Reviewer, d.mask),
		door.Api("GET /api/v1/masks", users.Viewer, d.masks),
		door.Api("DELETE /api/v1/masks/{id}", users.Reviewer, d.unmask),
		door.Api("POST /api/v1/reveal", users.Reviewer, d.reveal),
		door.Api("GET /api/v1/audit", users.Viewer, d.audit),
		door.Api("GET /api/v1/failures", users.Viewer, d.failures),
		door.Api("GET /api/v1/failures/{id}", users.Viewer, d.failure),
		door.Api("POST /api/v1/failures/{id}/mark", users.Reviewer, d.mark),
		door.Api("GET /api/v1/failures/{id}/pictures", users.Reviewer, d.pictures),
		door.Api("GET /api/v1/failures/{id}/pictures/{side}/{number}", users.Reviewer, d.SendPicture),
		door.Api("POST /api/v1/failures/{id}/pictures/{side}/{number}/attach", users.Reviewer, d.attachPicture),
		door.Api("GET /api/v1/failures/{id}/as/{form}", users.Viewer, d.SendCopy),
		door.Api("GET /api/v1/filter", users.Viewer, d.readFilter),
		door.Api("GET /api/v1/views", users.Viewer, d.views),
		door.Api("PUT /api/v1/views/{list}/{name}", users.Reviewer, d.keepView),
		door.Api("DELETE /api/v1/views/{list}/{name}", users.Reviewer, d.dropView),
		door.Api("GET /api/v1/profile", users.Viewer, d.profile),
		door.Api("GET /api/v1/storage", users.Viewer, d.storage),
		door.Api("GET /api/v1/trust", users.Viewer, d.trust),
		door.Api("POST /api/v1/trust", users.Viewer, d.beginTrust),
		door.Api("POST /api/v1/rules/try", users.Viewer, d.tryRules),
		door.Api("POST /api/v1/masks/try", users.Viewer, d.tryMasks),
		door.Api("GET /api/v1/passthrough", users.Viewer, d.passthrough),
		door.Api("GET /api/v1/ca.pem", users.Viewer, d.SendAuthority),
		door.Api("DELETE /api/v1/passthrough/{host}", users.Admin, d.forget),
		door.Api("/api/", users.Viewer, door.Nowhere),
	}
}

// exports send drafts to portals.
func (d *API) exports() []door.Route {
	return []door.Route{
		door.Api("GET /api/v1/portals", users.Viewer, d.portals),
		door.Api("POST /api/v1/portals/{portal}/check", users.Admin, d.checkPortal),
		door.Api("GET /api/v1/bundles.zip", users.Viewer, d.SendBundles),
		door.Api("POST /api/v1/export/{portal}", users.Reviewer, d.sendParcels),
		door.Api("GET /api/v1/drafts/{id}/export/{portal}", users.Viewer, d.preview),
		door.Api("POST /api/v1/drafts/{id}/export/{portal}", users.Reviewer, d.export),
		door.Api("POST /api/v1/drafts/{id}/link/{portal}", users.Reviewer, d.link),
		door.Api("POST /api/v1/drafts/{id}/receipts/{receipt}/{deed}", users.Reviewer, d.act),
	}
}
