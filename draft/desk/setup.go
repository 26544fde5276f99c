package desk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"flagrante/capture"
	"flagrante/capture/judge"
	"flagrante/draft/export"
	"flagrante/draft/profile"
	"flagrante/draft/text"
	"flagrante/draft/words"
	"flagrante/proxy"
)

// Workings are what the page of the installation shows and tries. All are needed.
type Workings struct {
	// Judge says what the rules make of an exchange, and which of them were tried.
	Judge func(x *proxy.Exchange) (capture.Verdict, []judge.Try)
	// Mask masks what would leave, and says what it masked; the media type may be empty.
	Mask func(mediaType string, data []byte) ([]byte, []capture.Redaction)
	// CheckPortal tests whether a portal can be used, and changes nothing there.
	CheckPortal func(ctx context.Context, name string) ([]export.Checked, error)
	Storage     func(ctx context.Context) (Storage, error)
}

func (w Workings) missing() bool {
	return w.Judge == nil || w.Mask == nil || w.CheckPortal == nil || w.Storage == nil
}

// Storage says what is kept, and how much room that takes.
type Storage struct {
	Folder string `json:"folder"`
	// Database and Attachments are sizes in bytes.
	Database    int64 `json:"database_bytes"`
	Attachments int64 `json:"attachments_bytes"`
	Failures    int64 `json:"failures"`
	Drafts      int64 `json:"drafts"`
	// Oldest is when the oldest failure happened, zero without one.
	Oldest time.Time `json:"oldest,omitzero"`
	// Age, MostFailures and MostBytes are how much is kept; zero is no limit.
	Age          string `json:"age,omitempty"`
	MostFailures int64  `json:"most_failures,omitempty"`
	MostBytes    int64  `json:"most_bytes,omitempty"`
}

// setupView is the data of the page of the installation.
type setupView struct {
	Route   routing
	Trust   trustView
	Portals []string
	Checked *portalCheck
	Profile profile.Profile
	Rules   *ruleTry
	Masked  *maskTry
	Storage Storage
	// Fault is why the installation can't do its work, empty when it can.
	Fault       string
	Passthrough []Passthrough
	Hosts       []string
	Users       bool
}

// portalCheck is the test of a portal.
type portalCheck struct {
	Portal string           `json:"portal"`
	Good   bool             `json:"good"`
	Steps  []portalStepView `json:"steps"`
}

// portalStepView is one step of the test; Text is empty when it went well.
type portalStepView struct {
	Do   string `json:"do"`
	Text string `json:"text,omitempty"`
}

// setup shows the installation.
func (d *desk) setup(w http.ResponseWriter, r *http.Request) error {
	return d.showSetup(w, r, setupView{})
}

func (d *desk) showSetup(w http.ResponseWriter, r *http.Request, v setupView) error {
	v.Route, v.Portals, v.Profile, v.Hosts, v.Users = d.routing(), d.Exporter.Portals(), d.Profile, d.Hosts, d.Users != nil
	v.Trust, v.Passthrough = d.trust(time.Time{}), d.Passthrough()
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
func (d *desk) checkPortal(w http.ResponseWriter, r *http.Request) error {
	check, err := d.portalCheck(r)
	if err != nil {
		return err
	}
	return d.showSetup(w, r, setupView{Checked: check})
}

// apiCheckPortal tests a portal.
func (d *desk) apiCheckPortal(w http.ResponseWriter, r *http.Request) error {
	check, err := d.portalCheck(r)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, check)
	return nil
}

func (d *desk) portalCheck(r *http.Request) (*portalCheck, error) {
	name := r.PathValue("portal")
	if !d.hasPortal(name) {
		return nil, errNoPortal
	}
	steps, err := d.Workings.CheckPortal(r.Context(), name)
	if err != nil {
		return nil, fmt.Errorf("check the portal %s: %w", name, err)
	}
	check := &portalCheck{Portal: name, Good: true}
	for _, s := range steps {
		check.Good = check.Good && s.Text == ""
		check.Steps = append(check.Steps, portalStepView{s.Do, text.Visible(s.Text)})
	}
	return check, nil
}

// apiPortals lists where drafts can be sent.
func (d *desk) apiPortals(w http.ResponseWriter, _ *http.Request) error {
	writeJSON(w, http.StatusOK, struct {
		Portals []string `json:"portals"`
	}{append([]string{}, d.Exporter.Portals()...)})
	return nil
}

// apiStorage says what is kept.
func (d *desk) apiStorage(w http.ResponseWriter, r *http.Request) error {
	s, err := d.Workings.Storage(r.Context())
	if err != nil {
		return fmt.Errorf("look at the storage: %w", err)
	}
	writeJSON(w, http.StatusOK, s)
	return nil
}

// ruleTry is what the rules make of what somebody pasted.
type ruleTry struct {
	Text  string       `json:"-"`
	Calls []judgedCall `json:"calls"`
	// Error is what is wrong with the text.
	Error string `json:"error,omitempty"`
}

// judgedCall is the verdict on one call.
type judgedCall struct {
	Method   string       `json:"method"`
	URL      string       `json:"url"`
	Failing  bool         `json:"failing"`
	Expected bool         `json:"expected"`
	Kind     capture.Kind `json:"kind,omitempty"`
	Reasons  []string     `json:"reasons"`
	Rules    []judge.Try  `json:"rules"`
}

// maxTried is how many calls of a recording are judged.
const maxTried = 20

func (d *desk) judgeText(r *http.Request, pasted string) (*ruleTry, error) {
	try := &ruleTry{Text: pasted, Calls: []judgedCall{}}
	exchanges, err := readExchanges(pasted, d.Now(), maxTried)
	if wrong, ok := errors.AsType[*problem](err); ok {
		try.Error = d.books[d.lang(r)].say("error."+wrong.key) + ". " + d.books[d.lang(r)].say("error."+wrong.key+".hint")
		return try, err
	}
	for _, x := range exchanges {
		v, rules := d.Workings.Judge(x)
		reasons := []string{}
		for _, reason := range v.Reasons {
			reasons = append(reasons, text.Visible(words.Say(d.lang(r), reason)))
		}
		try.Calls = append(try.Calls, judgedCall{
			Method: x.Request.Method, URL: x.Request.URL, Failing: v.Failing, Expected: v.Expected, Kind: v.Kind, Reasons: reasons, Rules: append([]judge.Try{}, rules...),
		})
	}
	return try, nil
}

// tryRules judges the calls of a form; nothing of them is stored.
func (d *desk) tryRules(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errBadRequest
	}
	// What is wrong is said beside the box.
	try, _ := d.judgeText(r, lines(r.PostForm.Get("text")))
	return d.showSetup(w, r, setupView{Rules: try})
}

type tryBody struct {
	Text string `json:"text"`
	// Type is the media type of the text, where that is known.
	Type string `json:"type"`
}

// apiTryRules judges calls; nothing of them is stored.
func (d *desk) apiTryRules(w http.ResponseWriter, r *http.Request) error {
	var body tryBody
	if err := readJSON(r, &body); err != nil {
		return err
	}
	try, err := d.judgeText(r, body.Text)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, try)
	return nil
}

// maskTry is what would be masked of what somebody pasted.
type maskTry struct {
	Text       string              `json:"-"`
	Masked     string              `json:"masked"`
	Redactions []capture.Redaction `json:"redactions"`
}

func (d *desk) maskText(b tryBody) *maskTry {
	masked, marks := d.Workings.Mask(b.Type, []byte(b.Text))
	return &maskTry{b.Text, string(masked), append([]capture.Redaction{}, marks...)}
}

// tryMasks masks the text of a form; nothing of it is stored.
func (d *desk) tryMasks(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errBadRequest
	}
	return d.showSetup(w, r, setupView{Masked: d.maskText(tryBody{Text: lines(r.PostForm.Get("text"))})})
}

// apiTryMasks masks a text; nothing of it is stored.
func (d *desk) apiTryMasks(w http.ResponseWriter, r *http.Request) error {
	var body tryBody
	if err := readJSON(r, &body); err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, d.maskText(body))
	return nil
}
