package api

import (
	"fmt"
	"net/http"

	"flagrante/draft/desk/door"
	"flagrante/draft/export"
	"flagrante/draft/gate"
	"flagrante/proxy"
)

// export sends a draft as it is now, and gives the receipt; with a digest, only
// what the preview of that digest showed. The state of the receipt tells what became of
// it: the status only says that the portal was asked.
func (d *API) export(w http.ResponseWriter, r *http.Request) error {
	var body struct {
		Digest string `json:"digest"`
	}
	if err := readJSON(r, &body); err != nil {
		return err
	}
	one, portal, err := d.Parcel(r)
	if err != nil {
		return err
	}
	if body.Digest != "" {
		if one, err = d.AsShown(r, one, portal, body.Digest); err != nil {
			return err
		}
	}
	receipt, err := d.Export(r.Context(), portal, one, door.VisitorOf(r).Name)
	if err != nil && receipt.ID == "" {
		return err
	}
	if err != nil {
		d.Report(r, err)
	}
	writeJSON(w, http.StatusOK, receipt)
	return nil
}

// previewJSON is a preview as the API gives it.
type previewJSON struct {
	Portal   string         `json:"portal"`
	Request  requestJSON    `json:"request"`
	Others   []requestJSON  `json:"others"`
	Files    []string       `json:"files"`
	Dropped  []string       `json:"dropped"`
	Missing  []string       `json:"missing"`
	Findings []gate.Finding `json:"findings"`
	Digest   string         `json:"digest"`
}

// requestJSON is a request that would leave.
type requestJSON struct {
	Method      string       `json:"method"`
	URL         string       `json:"url"`
	Header      proxy.Fields `json:"header"`
	ContentType string       `json:"content_type,omitempty"`
	Body        string       `json:"body"`
}

// preview gives exactly what would leave.
func (d *API) preview(w http.ResponseWriter, r *http.Request) error {
	one, portal, err := d.Parcel(r)
	if err != nil {
		return err
	}
	p, err := d.Exporter.Preview(r.Context(), portal, one)
	if err != nil {
		return fmt.Errorf("preview the export to %s: %w", portal, err)
	}
	d.Previews.Keep(p.Digest, one)
	v := previewJSON{
		Portal: p.Portal, Request: requestJSON{p.Method, p.URL, append(proxy.Fields{}, p.Header...), p.ContentType, string(p.Body)},
		Others: []requestJSON{}, Files: []string{}, Digest: p.Digest,
		Dropped: append([]string{}, p.Dropped...), Missing: append([]string{}, p.Missing...), Findings: append([]gate.Finding{}, p.Findings...),
	}
	for _, o := range p.Others {
		v.Others = append(v.Others, requestOf(o))
	}
	for _, f := range p.Files {
		v.Files = append(v.Files, f.Name)
	}
	writeJSON(w, http.StatusOK, v)
	return nil
}

func requestOf(o export.Request) requestJSON {
	return requestJSON{Method: o.Method, URL: o.URL, Header: append(proxy.Fields{}, o.Header...), Body: string(o.Body)}
}
