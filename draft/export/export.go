// Package export sends drafts to support portals, and bundles them for portals
// that have no interface. How a portal takes a ticket is a recipe, which is
// data; a receipt is what came back. What waits and is tried again is in the
// package outbox.
package export

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"flagrante/capture"
	"flagrante/capture/har"
	"flagrante/draft"
	"flagrante/draft/gate"
	"flagrante/draft/steps"
	"flagrante/draft/text"
	"flagrante/proxy"
)

// Options are the parts of an Exporter. All are needed but for those that say so.
type Options struct {
	// Portals are the portals of the settings, by name.
	Portals map[string]Portal
	// Recipes are those of the user, by name; they go before those that come with
	// the program. It may be nil.
	Recipes map[string]*Recipe
	// Text is how the text of a ticket is written.
	Text    text.Options
	Creator har.Creator
	Secrets Sources
	Now     func() time.Time
	// Patience is how long one request may take with its answer; 0 means 30 seconds.
	Patience time.Duration
	// Gate looks at all that leaves.
	Gate *gate.Gate
}

// Exporter knows the portals and their recipes. It is safe for concurrent use.
type Exporter struct {
	portals map[string]*portal
	text    text.Options
	creator har.Creator
	secrets Sources
	now     func() time.Time
}

// portal is a portal that was found to be usable.
type portal struct {
	Portal
	recipe *Recipe
	client *http.Client
	gate   *gate.Gate
	// patience is how long one request may take with its answer.
	patience time.Duration
}

// Preview is what leaves, as it will.
type Preview struct {
	Portal string
	// Method to Body are the request that makes the ticket; secrets are masked.
	Method string
	URL    string
	Header []proxy.Field
	// Body holds exactly the bytes that will leave.
	Body        []byte
	ContentType string
	// Others are the other requests, in order. What a portal's answer gives is
	// written ‹name› in them.
	Others []Request
	// Files are the attachments.
	Files []File
	// Dropped names what of the draft will not arrive whole.
	Dropped []string
	// Missing says what has to be given before the draft can be sent.
	Missing []string
	// Findings say what the gate holds the draft back for.
	Findings []gate.Finding
	// Form is the address of a form that opens filled in, if the portal has one, and
	// Copy the text to paste there, if it is too long for the address.
	Form, Copy string
	// FormOnly says that the portal has no interface but the form.
	FormOnly bool
	// Digest names all of that.
	Digest string
}

// MissingError says why nothing was sent.
type MissingError struct {
	Portal  string
	Missing []string
}

// Error lists what is missing.
func (e *MissingError) Error() string {
	return "the portal " + e.Portal + " cannot be sent to yet: " + strings.Join(e.Missing, "; ")
}

// New checks the settings of all portals and returns their Exporter.
func New(o Options) (*Exporter, error) {
	if o.Gate == nil {
		return nil, errors.New("the gate is missing")
	}
	known, err := o.recipes()
	if err != nil {
		return nil, err
	}
	x := &Exporter{portals: map[string]*portal{}, text: o.Text, creator: o.Creator, secrets: o.Secrets, now: o.Now}
	for _, name := range names(o.Portals) {
		p := o.Portals[name]
		if err := p.check(known); err != nil {
			return nil, fmt.Errorf("check the portal %s: %w", name, err)
		}
		client, err := newClient(p)
		if err != nil {
			return nil, fmt.Errorf("prepare the portal %s: %w", name, err)
		}
		x.portals[name] = &portal{Portal: p, recipe: known[p.Recipe], client: client, gate: o.Gate, patience: cmp.Or(o.Patience, stepTimeout)}
	}
	return x, nil
}

// recipes returns those of the user and those that the portals name. To read all that
// come with the program would be a third of its start.
func (o Options) recipes() (map[string]*Recipe, error) {
	known := maps.Clone(o.Recipes)
	if known == nil {
		known = map[string]*Recipe{}
	}
	for _, p := range o.Portals {
		if known[p.Recipe] != nil {
			continue
		}
		data, err := RecipeSource(p.Recipe)
		if err != nil {
			// Whoever wrote a wrong name is told all right ones.
			all, err := Recipes()
			if err != nil {
				return nil, err
			}
			maps.Copy(all, known)
			return all, nil
		}
		if known[p.Recipe], err = ParseRecipe(p.Recipe, data); err != nil {
			return nil, err
		}
	}
	return known, nil
}

// Portals lists the names of the portals.
func (x *Exporter) Portals() []string { return names(x.portals) }

// Portal returns the settings of a portal and its recipe, and whether there is one.
func (x *Exporter) Portal(name string) (Portal, *Recipe, bool) {
	p, ok := x.portals[name]
	if !ok {
		return Portal{}, nil, false
	}
	return p.Portal, p.recipe, true
}

// Pack returns what leaves for d with the files that people attached, frozen, and a
// preview of it. Nothing is sent. It fails for an unknown portal and for a ticket that
// the portal could not hold (*TooLargeError); what must not leave is in the preview's
// Findings.
func (x *Exporter) Pack(name string, d draft.Draft, files []File) (Parcel, Preview, error) {
	p, err := x.pack(name, d, files)
	if err != nil {
		return Parcel{}, Preview{}, err
	}
	shown, err := x.shown(p)
	if err != nil {
		return Parcel{}, Preview{}, err
	}
	findings, err := heldBack(x.portals[name].inspect(shown...))
	if err != nil {
		return Parcel{}, Preview{}, err
	}
	v := Preview{Portal: name, Findings: findings, Files: p.Files, Dropped: p.Dropped, Missing: p.Missing, Digest: p.Digest}
	for _, r := range shown {
		if r.Do != doCreate {
			v.Others = append(v.Others, r)
			continue
		}
		v.Method, v.URL, v.Header, v.Body = r.Method, r.URL, r.Header, r.Body
		v.ContentType = proxy.Fields(r.Header).Get("Content-Type")
	}
	v.Form, v.Copy = x.form(p)
	v.FormOnly = v.Method == ""
	return p, v, nil
}

// shown returns the requests of a parcel with masked secrets. What a portal's answer
// will give is written as its name.
func (x *Exporter) shown(p Parcel) ([]Request, error) {
	port := x.portals[p.Portal]
	if port.recipe.Mail != nil {
		r, err := x.shownMail(p)
		return []Request{r}, err
	}
	j := x.job(port, p, Progress{})
	j.secrets, j.now = nil, time.Time{}
	for _, name := range within(port.recipe.captured(deeds()[1:]...), "ticket") {
		j.values.text[name] = "‹" + name + "›"
	}
	var requests []Request
	for _, s := range port.recipe.Steps {
		if slices.Contains([]string{doCheck, doStatus, doComment, doReopen}, s.Do) || s.takesFiles() && s.Do != doCreate && len(p.Files) == 0 {
			continue
		}
		made, err := j.all(s)
		if err != nil {
			return nil, err
		}
		requests = append(requests, made...)
	}
	return requests, nil
}

// all makes the requests of a step: one for each file where it is repeated.
func (j *job) all(s Step) (requests []Request, err error) {
	if s.Each == "" {
		r, err := j.build(s)
		return []Request{r}, j.tooLarge(s, r, err)
	}
	for i := range j.parcel.Files {
		j.file, j.nth = &j.parcel.Files[i], i
		r, err := j.build(s)
		if err != nil {
			return nil, err
		}
		requests = append(requests, r)
	}
	j.file = nil
	return requests, nil
}

func (j *job) tooLarge(s Step, r Request, err error) error {
	if limit := j.portal.recipe.Limits.Request; err == nil && s.Do == doCreate && limit > 0 && len(r.Body) > limit {
		return &TooLargeError{Portal: j.parcel.Portal, Size: len(r.Body), Limit: limit}
	}
	return err
}

// evidence returns the files that a portal is set to get with every ticket.
func (x *Exporter) evidence(name Portal, r *Recipe, d draft.Draft) ([]File, error) {
	which := name.Attach
	if which == nil && r.takesFiles() {
		which = []string{attachHAR}
	}
	var files []File
	for _, what := range which {
		f, err := x.evidenceFile(what, d)
		if err != nil {
			return nil, err
		}
		if len(f.Data) > 0 {
			files = append(files, f)
		}
	}
	return files, nil
}

func (x *Exporter) evidenceFile(what string, d draft.Draft) (File, error) {
	if len(evidenceOf(d)) == 0 {
		return File{}, nil
	}
	if what == attachCurl {
		plan, _ := steps.Of(d.Evidence)
		return File{Name: scriptFile, Type: "text/plain; charset=utf-8", Data: []byte(plan.Script(x.text.Lang))}, nil
	}
	data, err := archive(x.creator, related(d))
	return File{Name: archiveFile, Type: "application/json", Data: data}, err
}

// evidenceOf returns the failures that back d, the latest first and each once.
func evidenceOf(d draft.Draft) (failures []*capture.Failure) {
	first, last := d.Evidence.First, d.Evidence.Last
	if last != nil {
		failures = append(failures, last)
	}
	if first != nil && (last == nil || first.ID != last.ID) {
		failures = append(failures, first)
	}
	return failures
}
