package page

import (
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"flagrante/draft"
	"flagrante/draft/desk/door"
	"flagrante/draft/lifecycle"
	"flagrante/draft/text"
)

// draftView is the data of one draft's page.
type draftView struct {
	draft.Draft
	// HTML and Markdown are the ticket as it will leave, in the language of drafts
	// whatever language the page is read in.
	HTML     template.HTML
	Markdown string
	TextLang draft.Lang
	Lacking  int
	Portals  []portalView
	Failures []evidenceView
	History  []draft.Entry
	// Undoable is the change that Undo takes back, nil for none.
	Undoable *draft.Entry
	// Levels are the severities, lowest first, Categories what tickets are filed under.
	Levels     []draft.Severity
	Categories []string
	// May says that the reader may change the draft.
	May bool
	// Mine is what could not be stored, for somebody else was faster.
	Mine  []mineView
	Chart chart
	// Masked is what was masked in the evidence.
	Masked []text.MaskedKind
	// Related are drafts that may be the same problem.
	Related related
	// Now is what the form of a call begins with.
	Now string
}

// portalView is a portal and the latest that happened there.
type portalView struct {
	Name    string
	Receipt *draft.Receipt
	// Closed says that sending again could make a second ticket.
	Closed bool
}

// draft shows one draft whole.
func (d *Pages) draft(w http.ResponseWriter, r *http.Request) error {
	return d.showDraft(w, r, http.StatusOK, nil)
}

func (d *Pages) showDraft(w http.ResponseWriter, r *http.Request, status int, mine []mineView) error {
	one, err := d.DraftOf(r)
	if err != nil {
		return err
	}
	o := d.TextOptions(d.Lang)
	html, err := text.HTML(one, o)
	if err != nil {
		return fmt.Errorf("write the draft as HTML: %w", err)
	}
	v := draftView{
		Draft: one, Markdown: text.Markdown(one, o), Lacking: lacking(one.Checklist),
		TextLang: d.Lang, May: door.VisitorOf(r).May(), Mine: mine,
		// The text is ours, with every captured character escaped in it; the
		// policy of the page stops whatever should slip through.
		HTML: template.HTML(html), Portals: d.portals(one), Failures: d.evidenceOf(r, one.Evidence),
	}
	v.Chart, v.Now = chartOf(one.Evidence), d.Now().In(d.Zone).Format(minutes)
	v.Masked = text.Masked(one, d.LangOf(r))
	v.Levels = []draft.Severity{draft.Low, draft.Medium, draft.High, draft.Critical}
	for _, category := range d.Profile.Categories {
		v.Categories = append(v.Categories, category.Name)
	}
	if one.Version > 0 {
		if v.History, err = d.Book.History(r.Context(), one.ID); err != nil {
			return fmt.Errorf("read the history: %w", err)
		}
	}
	v.Undoable = undoable(v.History)
	if v.Related, err = d.relatedTo(r, one); err != nil {
		return err
	}
	return d.render(w, r, status, "draft", view{Title: one.Title, Data: v})
}

// undoable returns the latest change of a person that was not taken back.
func undoable(history []draft.Entry) *draft.Entry {
	for i, e := range history {
		if !e.Undone && e.Action != "undo" && e.Actor != lifecycle.System {
			return &history[i]
		}
	}
	return nil
}

// By is who decided a field, empty where nobody did.
func (v draftView) By(field string) string { return text.Visible(v.Choices[draft.Field(field)].By) }

// EvidenceKey names the failures that are shown, and what of them is masked: with the same
// key the evidence is the same, whatever somebody has unfolded in it.
func (v draftView) EvidenceKey() string {
	var key strings.Builder
	for _, f := range v.Failures {
		fmt.Fprintf(&key, "%s.%d ", f.ID, len(f.Redactions))
	}
	return strings.TrimSpace(key.String())
}

// portals lists the portals, each with the draft's latest receipt from there.
func (d *Pages) portals(one draft.Draft) []portalView {
	var all []portalView
	for _, name := range d.Exporter.Portals() {
		v := portalView{Name: name}
		for i, receipt := range one.Receipts {
			if receipt.Portal == name && (v.Receipt == nil || !receipt.Time.Before(v.Receipt.Time)) {
				v.Receipt = &one.Receipts[i]
			}
		}
		v.Closed = v.Receipt != nil && v.Receipt.State != draft.ReceiptFailed
		all = append(all, v)
	}
	return all
}
