package page

import (
	"net/http"
	"net/url"

	"flagrante/draft/desk/door"
	"flagrante/draft/desk/users"
)

// Routes are for people.
func (d *Pages) Routes() []door.Route {
	return []door.Route{
		door.Open("GET /assets/{name}", d.assets.Serve),
		door.Open("GET /login", d.loginForm),
		door.Open("POST /login", d.login),
		door.Page("POST /logout", users.Viewer, d.logout),
		door.Page("POST /name", users.Viewer, d.takeName),

		door.Page("GET /{$}", users.Viewer, d.list),
		door.Page("GET /drafts", users.Viewer, listAt("/")),
		door.Page("GET /failures", users.Viewer, listAt("/traffic")),
		door.Page("POST /drafts/bulk", users.Reviewer, d.bulk),
		door.Page("POST /drafts/bulk/undo", users.Reviewer, d.bulkUndo),
		door.Page("GET /export/{portal}", users.Viewer, d.parcels),
		door.Page("POST /export/{portal}", users.Reviewer, d.sendParcels),
		door.Page("GET /exports/{portal}", users.Viewer, d.sentParcels),
		door.Page("GET /bundles.zip", users.Viewer, d.SendBundles),
		door.Page("POST /views", users.Reviewer, d.keepView),
		door.Page("POST /views/remove", users.Reviewer, d.dropView),
		door.Page("GET /drafts/{id}", users.Viewer, d.draft),
		door.Page("GET /drafts/{id}/ticket.md", users.Viewer, d.SendMarkdown),
		door.Page("GET /drafts/{id}/bundle.zip", users.Viewer, d.SendBundle),
		door.Page("GET /drafts/{id}/export/{portal}", users.Viewer, d.preview),
		door.Page("POST /drafts/{id}/export/{portal}", users.Reviewer, d.send),
		door.Page("GET /drafts/{id}/receipts/{receipt}", users.Viewer, d.receipt),
		door.Page("POST /drafts/{id}/receipts/{receipt}/{deed}", users.Reviewer, d.act),
		door.Page("POST /drafts/{id}/link", users.Reviewer, d.link),
		door.Page("POST /drafts/{id}/edit", users.Reviewer, d.edit),
		door.Page("POST /drafts/{id}/state", users.Reviewer, d.move),
		door.Page("POST /drafts/{id}/call", users.Reviewer, d.called),
		door.Page("POST /drafts/{id}/note", users.Reviewer, d.note),
		door.Page("POST /drafts/{id}/tags", users.Reviewer, d.tag),
		door.Page("POST /drafts/{id}/undo", users.Reviewer, d.undo),
		door.Page("POST /drafts/{id}/merge", users.Reviewer, d.merge),
		door.Page("POST /drafts/{id}/split", users.Reviewer, d.split),
		door.Page("POST /drafts/{id}/attachments", users.Reviewer, d.attach),
		door.Page("GET /drafts/{id}/attachments/{attachment}", users.Viewer, d.SendAttachment),
		door.Page("POST /drafts/{id}/attachments/{attachment}/check", users.Reviewer, d.checkAttachment),
		door.Page("POST /drafts/{id}/attachments/{attachment}/remove", users.Reviewer, d.removeAttachment),
		door.Page("GET /traffic", users.Viewer, d.traffic),
		door.Page("GET /failures/{id}", users.Viewer, d.failure),
		door.Page("POST /failures/{id}/mark", users.Reviewer, d.mark),
		door.Page("GET /failures/{id}/body/{side}", users.Viewer, d.body),
		door.Page("GET /failures/{id}/pictures/{side}/{number}", users.Reviewer, d.SendPicture),
		door.Page("POST /failures/{id}/pictures/{side}/{number}/attach", users.Reviewer, d.attachPicture),
		door.Page("GET /failures/{id}/as/{form}", users.Viewer, d.SendCopy),
		door.Page("GET /setup", users.Viewer, d.setup),
		door.Page("POST /setup/rules/try", users.Viewer, d.tryRules),
		door.Page("POST /setup/masks/try", users.Viewer, d.tryMasks),
		door.Page("POST /setup/portals/{portal}/check", users.Admin, d.checkPortal),
		door.Page("POST /passthrough/forget", users.Admin, d.forget),
		door.Page("GET /masked", users.Viewer, d.masked),
		door.Page("POST /masked", users.Reviewer, d.mask),
		door.Page("POST /masked/revoke", users.Reviewer, d.unmask),
		door.Page("GET /ca.pem", users.Viewer, d.SendAuthority),
		door.Page("/", users.Viewer, door.Nowhere),
	}
}

// listAt leads those who cut the ID off an address to the list of what it is about.
func listAt(path string) door.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		http.Redirect(w, r, (&url.URL{Path: path, RawQuery: r.URL.RawQuery}).String(), http.StatusSeeOther)
		return nil
	}
}
