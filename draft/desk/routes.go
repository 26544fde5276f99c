package desk

import (
	"net/http"
	"slices"

	"flagrante/draft/desk/door"
)

// routes is everything that the desk answers to.
func (d *desk) routes() []door.Route {
	return slices.Concat(d.healthRoutes(), d.pages.Routes(), d.api.Routes())
}

// healthRoutes are for what watches over the product.
func (d *desk) healthRoutes() []door.Route {
	return []door.Route{
		door.Open("GET /healthz", d.healthz),
		door.Open("GET /readyz", d.readyz),
	}
}

// handler puts the table behind the guards, outermost last.
func (d *desk) handler() http.Handler {
	mux := http.NewServeMux()
	for _, r := range d.routes() {
		mux.Handle(r.Pattern, d.serve(r))
	}
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(d.serve(door.Route{Door: doorless, Handle: refuseCrossOrigin}))
	return d.secure(d.checkHost(cross.Handler(mux)))
}
