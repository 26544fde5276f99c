package service

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"flagrante/capture"
	"flagrante/capture/judge"
	"flagrante/draft/desk/door"
	"flagrante/draft/export"
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

// PortalCheck is the test of a portal.
type PortalCheck struct {
	Portal string           `json:"portal"`
	Good   bool             `json:"good"`
	Steps  []portalStepView `json:"steps"`
}

// portalStepView is one step of the test; Text is empty when it went well.
type portalStepView struct {
	Do   string `json:"do"`
	Text string `json:"text,omitempty"`
}

// PortalCheck asks the portal that the path names what it can do, and changes nothing there.
func (d *Service) PortalCheck(r *http.Request) (*PortalCheck, error) {
	name := r.PathValue("portal")
	if !d.HasPortal(name) {
		return nil, door.ErrNoPortal
	}
	steps, err := d.Workings.CheckPortal(r.Context(), name)
	if err != nil {
		return nil, fmt.Errorf("check the portal %s: %w", name, err)
	}
	check := &PortalCheck{Portal: name, Good: true}
	for _, s := range steps {
		check.Good = check.Good && s.Text == ""
		check.Steps = append(check.Steps, portalStepView{s.Do, text.Visible(s.Text)})
	}
	return check, nil
}

// RuleTry is what the rules make of what somebody pasted.
type RuleTry struct {
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

// JudgeText has the rules judge what somebody pasted: a recording, or a call. A text that is
// neither is told in Error too.
func (d *Service) JudgeText(r *http.Request, pasted string) (*RuleTry, error) {
	try := &RuleTry{Text: pasted, Calls: []judgedCall{}}
	exchanges, err := readExchanges(pasted, d.Now(), maxTried)
	if wrong, ok := errors.AsType[*door.Problem](err); ok {
		try.Error = d.Books[d.LangOf(r)].Say("error."+wrong.Key) + ". " + d.Books[d.LangOf(r)].Say("error."+wrong.Key+".hint")
		return try, err
	}
	for _, x := range exchanges {
		v, rules := d.Workings.Judge(x)
		reasons := []string{}
		for _, reason := range v.Reasons {
			reasons = append(reasons, text.Visible(words.Say(d.LangOf(r), reason)))
		}
		try.Calls = append(try.Calls, judgedCall{
			Method: x.Request.Method, URL: x.Request.URL, Failing: v.Failing, Expected: v.Expected, Kind: v.Kind, Reasons: reasons, Rules: append([]judge.Try{}, rules...),
		})
	}
	return try, nil
}

// TryBody is a text to try the masks with.
type TryBody struct {
	Text string `json:"text"`
	// Type is the media type of the text, where that is known.
	Type string `json:"type"`
}

// MaskTry is what would be masked of what somebody pasted.
type MaskTry struct {
	Text       string              `json:"-"`
	Masked     string              `json:"masked"`
	Redactions []capture.Redaction `json:"redactions"`
}

// MaskText masks a text as the product would.
func (d *Service) MaskText(b TryBody) *MaskTry {
	masked, marks := d.Workings.Mask(b.Type, []byte(b.Text))
	return &MaskTry{b.Text, string(masked), append([]capture.Redaction{}, marks...)}
}
