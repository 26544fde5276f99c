package text

import (
	"net/netip"
	"time"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/compare"
	"flagrante/draft/words"
)

// Object is a draft as the JSON of the API and of the command line shows it. All
// keys are always there and no list is null.
type Object struct {
	ID              string       `json:"id"`
	Fingerprint     string       `json:"fingerprint"`
	Title           string       `json:"title"`
	State           string       `json:"state"`
	Environment     string       `json:"environment"`
	Category        string       `json:"category"`
	Severity        string       `json:"severity"`
	SeverityLabel   string       `json:"severity_label"`
	SeverityReasons []string     `json:"severity_reasons"`
	SeverityRules   []draft.Rule `json:"severity_rules"`
	Side            string       `json:"side"`
	SideReasons     []string     `json:"side_reasons"`
	Host            string       `json:"host"`
	Endpoint        string       `json:"endpoint"`
	Method          string       `json:"method"`
	Status          int          `json:"status"`
	VendorCode      string       `json:"vendor_code"`
	Kind            string       `json:"kind"`
	Count           int64        `json:"count"`
	// Scope is "host" where the host fails as a whole, "manual" without evidence, and
	// else "endpoint".
	Scope string `json:"scope"`
	// Endpoints are those that are failing, with those that fail most first.
	Endpoints []capture.Member `json:"endpoints"`
	// Origins are the proxies of a team that caught the failures; the list is empty
	// where the store is that of a single one.
	Origins       []OriginJSON `json:"origins"`
	FirstSeen     string       `json:"first_seen"`
	LastSeen      string       `json:"last_seen"`
	Country       string       `json:"country"`
	CountrySource string       `json:"country_source"`
	RequestIDs    []string     `json:"request_ids"`
	Checklist     []draft.Item `json:"checklist"`
	// Complete is true when nothing that the guide requires is missing.
	Complete bool         `json:"complete"`
	OnCall   draft.OnCall `json:"on_call"`
	// Diff tells the last good call from the failing one; its list is empty, and its
	// times too, where no good call is known.
	Diff DiffJSON `json:"diff"`
	// Figures are numbers of the window before the last failure, known where successes were
	// counted.
	Figures  FiguresJSON     `json:"figures"`
	Receipts []draft.Receipt `json:"receipts"`
	// Suggested is what is suggested now; where a person chose otherwise, Choices say
	// who, and Conflicts which suggestions changed since.
	Suggested SuggestedJSON                `json:"suggested"`
	Choices   map[draft.Field]draft.Choice `json:"choices"`
	Conflicts []draft.Conflict             `json:"conflicts"`
	// Manual is the kind of a draft without evidence, empty for all others.
	Manual  string       `json:"manual"`
	Version int64        `json:"version"`
	Tags    []string     `json:"tags"`
	Notes   []draft.Note `json:"notes"`
	Merged  []string     `json:"merged"`
	// SnoozedUntil and ResolvedAt are empty where they do not apply.
	SnoozedUntil string `json:"snoozed_until"`
	ResolvedAt   string `json:"resolved_at"`
}

// DiffJSON is a comparison of two calls.
type DiffJSON struct {
	GoodAt  string           `json:"good_at"`
	BadAt   string           `json:"bad_at"`
	Changes []compare.Change `json:"changes"`
	More    bool             `json:"more"`
}

// OriginJSON counts the failures of one proxy and country.
type OriginJSON struct {
	Origin  string `json:"origin"`
	Machine string `json:"machine"`
	App     string `json:"app"`
	Country string `json:"country"`
	Count   int64  `json:"count"`
	First   string `json:"first"`
	Last    string `json:"last"`
}

func origins(counts []capture.OriginCount, zone *time.Location) []OriginJSON {
	all := make([]OriginJSON, 0, len(counts))
	for _, c := range counts {
		all = append(all, OriginJSON{c.ID, c.Machine, c.App, c.Country, c.Count, stampOrNone(c.FirstSeen, zone), stampOrNone(c.LastSeen, zone)})
	}
	return all
}

// SuggestedJSON is what the evidence suggests.
type SuggestedJSON struct {
	Title         string `json:"title"`
	Severity      string `json:"severity"`
	SeverityLabel string `json:"severity_label"`
	Environment   string `json:"environment"`
	Category      string `json:"category"`
}

// DraftObject returns d as an Object, with times in the zone of o.
func DraftObject(d draft.Draft, o Options) Object {
	g := d.Evidence.Group
	country, source := "", capture.SourceUnknown
	if d.Evidence.Last != nil {
		country, source = origin(d.Evidence.Last)
	}
	object := Object{
		ID: d.ID, Fingerprint: d.Fingerprint, Title: d.Title, State: string(d.State),
		Environment: string(d.Environment.Value), Category: d.Category,
		Severity: string(d.Severity.Value), SeverityLabel: severityLabel(d, o),
		SeverityReasons: o.sayAll(d.Severity.Reasons), SeverityRules: orEmpty(d.Rules),
		Side: string(d.Side.Value), SideReasons: words.SayAll(o.Lang, d.Side.Reasons),
		Host: g.Host, Endpoint: g.Endpoint, Method: g.Method, Status: g.Status,
		VendorCode: g.VendorCode, Kind: string(g.Kind), Count: g.Count,
		Scope: scope(g), Endpoints: Endpoints(g), Origins: origins(g.Origins, o.Zone),
		FirstSeen: stampOrNone(g.FirstSeen, o.Zone), LastSeen: stampOrNone(g.LastSeen, o.Zone),
		Country: country, CountrySource: source,
		RequestIDs: orEmpty(d.Evidence.RequestIDs),
		Checklist:  orEmpty(d.Checklist),
		Receipts:   orEmpty(d.Receipts),
	}
	object.decided(d, o)
	return object
}

// decided adds what people decided, beside what is suggested.
func (object *Object) decided(d draft.Draft, o Options) {
	level := d.Suggested.Severity.Value
	object.Suggested = SuggestedJSON{
		Title: d.Suggested.Title, Severity: string(level), SeverityLabel: o.Profile.Severity(level).Label.Say(o.Lang),
		Environment: string(d.Suggested.Environment.Value), Category: d.Suggested.Category,
	}
	object.Diff = DiffJSON{stampOrNone(d.Comparison.Good, o.Zone), stampOrNone(d.Comparison.Bad, o.Zone), orEmpty(d.Comparison.Changes), d.Comparison.More}
	object.Figures = figures(d.Evidence.Figures, o.Zone)
	object.Complete, object.OnCall = d.Complete, d.OnCall
	object.OnCall.Calls = orEmpty(d.OnCall.Calls)
	object.Choices, object.Conflicts = d.Choices, orEmpty(d.Conflicts)
	if object.Choices == nil {
		object.Choices = map[draft.Field]draft.Choice{}
	}
	if d.Manual != nil {
		object.Manual = string(d.Manual.Kind)
	}
	object.Version, object.Tags, object.Notes, object.Merged = d.Version, orEmpty(d.Tags), orEmpty(d.Notes), orEmpty(d.Merged)
	object.SnoozedUntil, object.ResolvedAt = stampOrNone(d.SnoozedUntil, o.Zone), stampOrNone(d.ResolvedAt, o.Zone)
}

func stampOrNone(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	return stamp(t, zone)
}

func scope(g capture.Group) string {
	switch {
	case g.Host == "":
		return "manual"
	case len(g.Members) > 0 && g.Method == "":
		return "host"
	}
	return "endpoint"
}

// Endpoints returns those of the members of a group, or that of the group itself.
func Endpoints(g capture.Group) []capture.Member {
	if g.Endpoint == "" {
		return []capture.Member{}
	}
	if len(g.Members) == 0 {
		return []capture.Member{{Endpoint: g.Endpoint, Count: g.Count}}
	}
	return g.Members
}

// FailureJSON is a failure as the JSON of the API and of the command line shows
// it. Error is empty when there was an answer, Status 0 when there was none.
type FailureJSON struct {
	ID            string              `json:"id"`
	Time          string              `json:"time"`
	Kind          string              `json:"kind"`
	Reasons       []string            `json:"reasons"`
	Expected      bool                `json:"expected"`
	Method        string              `json:"method"`
	URL           string              `json:"url"`
	Endpoint      string              `json:"endpoint"`
	Status        int                 `json:"status"`
	Error         string              `json:"error"`
	VendorCode    string              `json:"vendor_code"`
	DurationMS    int64               `json:"duration_ms"`
	Country       string              `json:"country"`
	CountrySource string              `json:"country_source"`
	Client        string              `json:"client"`
	Fingerprint   string              `json:"fingerprint"`
	DraftID       string              `json:"draft_id"`
	Redactions    []capture.Redaction `json:"redactions"`
	// What people said of it.
	Pinned bool     `json:"pinned"`
	Note   string   `json:"note"`
	NoteBy string   `json:"note_by"`
	Tags   []string `json:"tags"`
}

// FailureObject returns f as JSON shows it, with its reasons in lang. draftID is
// empty for a failure that makes no draft.
func FailureObject(f *capture.Failure, draftID string, lang draft.Lang) FailureJSON {
	country, source := origin(f)
	x := &f.Exchange
	object := FailureJSON{
		ID: f.ID, Time: stamp(f.Time, f.Time.Location()), Kind: string(f.Kind),
		Reasons: words.SayAll(lang, f.Reasons), Expected: f.Expected,
		Method: x.Request.Method, URL: x.Request.URL, Endpoint: f.Endpoint, Status: f.Status(),
		VendorCode: f.Vendor.Code, DurationMS: x.Phases.Total.Milliseconds(),
		Country: country, CountrySource: source, Client: client(x.Client),
		Fingerprint: f.Fingerprint, DraftID: draftID, Redactions: orEmpty(f.Redactions),
		Pinned: f.Mark.Pinned, Note: f.Mark.Note, NoteBy: f.Mark.NoteBy, Tags: orEmpty(f.Mark.Tags),
	}
	if x.Err != nil {
		object.Error = x.Err.Error()
	}
	return object
}

func origin(f *capture.Failure) (country, source string) {
	if f.Origin.Source == "" {
		return f.Origin.Country, capture.SourceUnknown
	}
	return f.Origin.Country, f.Origin.Source
}

// stamp formats by hand: time.Time refuses to be JSON in years that a recording
// can hold.
func stamp(t time.Time, zone *time.Location) string {
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format(time.RFC3339Nano)
}

func client(addr netip.AddrPort) string {
	if !addr.IsValid() {
		return ""
	}
	return addr.String()
}

func orEmpty[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
