package page

import (
	"crypto/sha256"
	"fmt"
	"net/http"

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
func (d *Pages) preview(w http.ResponseWriter, r *http.Request) error {
	one, portal, err := d.Parcel(r)
	if err != nil {
		return err
	}
	return d.showPreview(w, r, http.StatusOK, portal, one, false)
}

func (d *Pages) showPreview(w http.ResponseWriter, r *http.Request, status int, portal string, one draft.Draft, changed bool) error {
	p, err := d.Exporter.Preview(r.Context(), portal, one)
	if err != nil {
		return fmt.Errorf("preview the export to %s: %w", portal, err)
	}
	v := previewView{
		Preview: p, Draft: one, Changed: changed,
		Leaves: leaves(p.Body), Text: text.Visible(string(p.Body)), Size: int64(len(p.Body)),
		Attached: attachedFiles(p.Files), Open: webLink(p.Form),
	}
	d.Previews.Keep(v.Digest, one)
	return d.render(w, r, status, "preview", view{Title: "preview.title", Data: v})
}
