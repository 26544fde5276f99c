package page

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"flagrante/capture"
	"flagrante/draft/desk/door"
	"flagrante/draft/desk/service"
	"flagrante/draft/desk/show"
)

// partSize is how much of a body a page shows at once, in bytes.
const partSize = 64 << 10

// The ways of looking at a body.
const (
	asTree = "tree"
	asText = "text"
	asRaw  = "raw"
	asHex  = "hex"
	// asPicture shows what can't be masked; nobody gets to see it without asking.
	asPicture = "picture"
)

// bodyAsk says what of a body is asked for.
type bodyAsk struct {
	side string
	// base is the address of the body's page.
	base string
	// as is one of the ways of looking, empty for the one that suits best.
	as   string
	from int
	word string
	// pictures says that whoever asks may look at those.
	pictures bool
}

// bodyView is a body as a page shows it.
type bodyView struct {
	show.Body
	// ID is that of the failure.
	ID   string
	Side string
	As   string
	// Modes are the ways of looking at this body.
	Modes []modeView
	// Pictures are those of the body, shown where that is asked for.
	Pictures []service.PictureView
	// Tree, HTML and Hex are what is shown; only one is set.
	Tree *show.Tree
	HTML template.HTML
	Hex  string
	// From, To and Whole tell which part it is, in bytes; Earlier and Later are the
	// links to the parts beside it, empty where there is none.
	From, To, Whole int64
	Earlier, Later  string
	Find            findView
	marks           []capture.Redaction
}

// modeView is a link to a way of looking.
type modeView struct {
	As, URL string
	On      bool
}

// findView is a search within a body.
type findView struct {
	Action, Word string
	Count        int64
	More         bool
	// Previous and Next are links to the parts with hits before and after this one.
	Previous, Next string
}

// bodyPage is the data of the page of one body.
type bodyPage struct {
	Failure *capture.Failure
	Body    bodyView
}

// body shows a body of a failure in one of the ways, a part at a time.
func (d *Pages) body(w http.ResponseWriter, r *http.Request) error {
	side := r.PathValue("side")
	if side != service.SideRequest && side != service.SideResponse {
		return door.ErrNotFound
	}
	f, err := d.FailureOf(r)
	if err != nil {
		return err
	}
	query := r.URL.Query()
	from, err := strconv.Atoi(query.Get("from"))
	if err != nil || from < 0 {
		from = 0
	}
	header, _, body := service.SideOf(f, side)
	ask := bodyAsk{side: side, base: bodyBase(f.ID, side), as: query.Get("as"), from: from, word: query.Get("q"), pictures: door.VisitorOf(r).May()}
	v := bodyPage{Failure: f, Body: d.bodyOf(f, show.Of(body, header), ask)}
	return d.render(w, r, http.StatusOK, "body", view{Title: "evidence." + side, Data: v})
}

// bodyOf makes a body readable in the way that is asked for.
func (d *Pages) bodyOf(f *capture.Failure, b show.Body, ask bodyAsk) bodyView {
	v := bodyView{Body: b, ID: f.ID, Side: ask.side, marks: f.Redactions}
	if b.Empty() {
		return v
	}
	tree := show.TreeOf(b)
	v.As = chooseMode(b, tree, ask)
	modes := modesOf(b, tree)
	if ask.pictures {
		v.Pictures = d.PicturesOf(f, ask.side)
	}
	if len(v.Pictures) > 0 {
		modes = append(modes, asPicture)
		if ask.as == asPicture {
			v.As = asPicture
		}
	}
	for _, as := range modes {
		v.Modes = append(v.Modes, modeView{As: as, URL: ask.link(as, 0, ask.word), On: as == v.As})
	}
	switch v.As {
	case asPicture:
	case asTree:
		v.Tree = tree
	case asHex:
		v.Hex = show.Hex(b.Bytes, ask.from)
		v.part(ask, ask.from/show.HexSize*show.HexSize, show.HexSize, len(b.Bytes))
	default:
		d.text(&v, f, ask)
	}
	if b.Syntax != show.Binary {
		v.Find.Action, v.Find.Word = ask.base, ask.word
	}
	return v
}

// modesOf lists the ways of looking that a body has.
func modesOf(b show.Body, tree *show.Tree) []string {
	var modes []string
	if tree != nil {
		modes = append(modes, asTree)
	}
	if b.Syntax == show.JSON {
		modes = append(modes, asText)
	}
	if b.Syntax != show.Binary {
		modes = append(modes, asRaw)
	}
	return append(modes, asHex)
}

// chooseMode takes the way that is asked for where the body has it; a search is
// shown in the text itself.
func chooseMode(b show.Body, tree *show.Tree, ask bodyAsk) string {
	modes := modesOf(b, tree)
	switch {
	case ask.word != "" && slices.Contains(modes, asRaw) && ask.as != asHex:
		return asRaw
	case slices.Contains(modes, ask.as):
		return ask.as
	}
	return modes[0]
}

// text shows a part of a text, coloured, or with what was looked for marked.
func (d *Pages) text(v *bodyView, f *capture.Failure, ask bodyAsk) {
	whole := v.Text
	if v.As == asText {
		whole = show.Pretty(v.Syntax, whole)
	}
	part := show.PartOf(whole, ask.from, partSize)
	v.part(ask, part.From, part.To-part.From, part.Whole)
	v.To = int64(part.To)
	if ask.word == "" {
		v.HTML = show.HTML(v.Syntax, part.Text, show.MasksOf(f.Redactions))
		return
	}
	hits := show.Find(whole, ask.word)
	v.HTML = hits.Mark(part.Text)
	v.Find = findView{Count: int64(len(hits.At)), More: hits.More}
	if at := hits.Next(part.To); at >= 0 {
		v.Find.Next = ask.link(v.As, at/partSize*partSize, ask.word)
	}
	if at := hits.Previous(part.From); at >= 0 {
		v.Find.Previous = ask.link(v.As, at/partSize*partSize, ask.word)
	}
}

// part notes which part is shown, and where its neighbours are.
func (v *bodyView) part(ask bodyAsk, from, size, whole int) {
	v.From, v.To, v.Whole = int64(from), int64(min(from+size, whole)), int64(whole)
	step := partSize
	if v.As == asHex {
		step = show.HexSize
	}
	if from > 0 {
		v.Earlier = ask.link(v.As, (from-1)/step*step, ask.word)
	}
	if from+size < whole {
		v.Later = ask.link(v.As, from/step*step+step, ask.word)
	}
}

// link returns the address of a part of the body in one of the ways.
func (a bodyAsk) link(as string, from int, word string) string {
	query := url.Values{"as": {as}}
	if from > 0 {
		query.Set("from", strconv.Itoa(from))
	}
	if word != "" {
		query.Set("q", word)
	}
	return a.base + "?" + query.Encode()
}

// Mark returns what was masked at a place of the body, nil for nothing.
func (v bodyView) Mark(path string) *capture.Redaction {
	i := slices.IndexFunc(v.marks, func(r capture.Redaction) bool { return r.Where == v.Side+".body"+path })
	if i < 0 {
		return nil
	}
	return &v.marks[i]
}
