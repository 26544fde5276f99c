package page

import (
	"fmt"
	"net/http"
	"time"

	"flagrante/draft/desk/door"
	"flagrante/draft/desk/service"
	"flagrante/draft/profile"
)

// setupView is the data of the page of the installation.
type setupView struct {
	Route   routing
	Trust   service.TrustView
	Portals []string
	Checked *service.PortalCheck
	Profile profile.Profile
	Rules   *service.RuleTry
	Masked  *service.MaskTry
	Storage service.Storage
	// Fault is why the installation can't do its work, empty when it can.
	Fault       string
	Passthrough []service.Passthrough
	Hosts       []string
	Users       bool
}

// setup shows the installation.
func (d *Pages) setup(w http.ResponseWriter, r *http.Request) error {
	return d.showSetup(w, r, setupView{})
}

func (d *Pages) showSetup(w http.ResponseWriter, r *http.Request, v setupView) error {
	v.Route, v.Portals, v.Profile, v.Hosts, v.Users = d.routing(), d.Exporter.Portals(), d.Profile, d.Hosts, d.Users != nil
	v.Trust, v.Passthrough = d.Trust(time.Time{}), d.Passthrough()
	if err := d.Ready(r.Context()); err != nil {
		v.Fault = err.Error()
	}
	var err error
	if v.Storage, err = d.Workings.Storage(r.Context()); err != nil {
		return fmt.Errorf("look at the storage: %w", err)
	}
	return d.render(w, r, http.StatusOK, "setup", view{Title: "setup.title", Data: v})
}

// checkPortal tests a portal, and shows what came of it.
func (d *Pages) checkPortal(w http.ResponseWriter, r *http.Request) error {
	check, err := d.PortalCheck(r)
	if err != nil {
		return err
	}
	return d.showSetup(w, r, setupView{Checked: check})
}

// tryRules judges the calls of a form; nothing of them is stored.
func (d *Pages) tryRules(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return door.ErrBadRequest
	}
	// What is wrong is said beside the box.
	try, _ := d.JudgeText(r, lines(r.PostForm.Get("text")))
	return d.showSetup(w, r, setupView{Rules: try})
}

// tryMasks masks the text of a form; nothing of it is stored.
func (d *Pages) tryMasks(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return door.ErrBadRequest
	}
	return d.showSetup(w, r, setupView{Masked: d.MaskText(service.TryBody{Text: lines(r.PostForm.Get("text"))})})
}
