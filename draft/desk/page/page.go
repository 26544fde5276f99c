// Package page is the desk as people see it.
package page

import (
	"flagrante/draft/desk/assets"
	"flagrante/draft/desk/service"
)

// Pages are the pages of a desk.
type Pages struct {
	*service.Service
	templates *templates
	assets    assets.Set
}

// New reads what the pages of a desk are drawn with.
func New(s *service.Service) (*Pages, error) {
	d := &Pages{Service: s}
	var err error
	if d.assets, err = assets.Read(); err != nil {
		return nil, err
	}
	d.templates = newTemplates(d.funcs)
	return d, nil
}
