package desk

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"

	"flagrante/draft"
	"flagrante/draft/export"
	"flagrante/draft/text"
)

// previewView is the data of a preview.
type previewView struct {
	export.Preview
	Draft draft.Draft
	// Leaves spell the body out for people, Text is the body.
	Leaves []leaf
	Text   string
	Size   int64
	// Attached are the files that go along.
	Attached []attachedFile
	// Open is the form's address, empty where there is none that is safe to click.
	Open string
	// Changed says that the draft is not what was seen before.
	Changed bool
}

// attachedFile is a file as a preview lists it.
type attachedFile struct {
	Name, Type, SHA256 string
	Size               int64
}

func attachedFiles(files []export.File) (list []attachedFile) {
	for _, f := range files {
		list = append(list, attachedFile{f.Name, f.Type, fmt.Sprintf("%x", sha256.Sum256(f.Data)), int64(len(f.Data))})
	}
	return list
}

// preview shows exactly what would leave.
func (d *desk) preview(w http.ResponseWriter, r *http.Request) error {
	one, portal, err := d.parcel(r)
	if err != nil {
		return err
	}
	return d.showPreview(w, r, http.StatusOK, portal, one, false)
}

func (d *desk) showPreview(w http.ResponseWriter, r *http.Request, status int, portal string, one draft.Draft, changed bool) error {
	p, err := d.Exporter.Preview(r.Context(), portal, one)
	if err != nil {
		return fmt.Errorf("preview the export to %s: %w", portal, err)
	}
	v := previewView{
		Preview: p, Draft: one, Changed: changed,
		Leaves: leaves(p.Body), Text: text.Visible(string(p.Body)), Size: int64(len(p.Body)),
		Attached: attachedFiles(p.Files), Open: webLink(p.Form),
	}
	d.previews.keep(v.Digest, one)
	return d.render(w, r, status, "preview", view{Title: "preview.title", Data: v})
}

func (d *desk) hasPortal(name string) bool { return slices.Contains(d.Exporter.Portals(), name) }

// parcel reads the draft and the portal that the path names.
func (d *desk) parcel(r *http.Request) (draft.Draft, string, error) {
	portal := r.PathValue("portal")
	if !d.hasPortal(portal) {
		return draft.Draft{}, "", errNoPortal
	}
	one, err := d.find(r)
	return one, portal, err
}
