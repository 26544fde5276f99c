package export

import (
	"slices"

	"flagrante/draft"
)

// Recipe says, as data, how a kind of portal takes a ticket: an ordered list of
// requests, built from a draft's variables, and what their answers mean. The guide
// docs/guide/recipes.en.md explains each key.
type Recipe struct {
	// Name is how a portal's settings call the recipe.
	Name string `yaml:"name"`
	// Contract is the address of the portal's published interface.
	Contract string `yaml:"contract"`
	// Text names the form of the ticket's description: "text.plain",
	// "text.html" or "text.markdown".
	Text string `yaml:"text"`
	// Settings are variables that the portal's settings give under "set"; one
	// with a value there has that as its default.
	Settings map[string]string `yaml:"settings"`
	// Secrets are the names of further secrets, besides "secret".
	Secrets []string `yaml:"secrets"`
	// Require lists the variables without which nothing is sent.
	Require []string `yaml:"require"`
	Limits  Limits   `yaml:"limits"`
	// Values are variables that translate a draft's word into the portal's. One
	// that is called like a draft's variable takes its place.
	Values map[string]Value `yaml:"values"`
	// Link is the address of a ticket's page for people.
	Link string `yaml:"link"`
	// Form is the address of a form that opens filled in, for people to send. A
	// recipe without steps has this only.
	Form string `yaml:"form"`
	// Message points to the portal's own words in an answer that refuses; the
	// first pointer that finds some holds.
	Message Pointers `yaml:"message"`
	// Advice says what to do about a status of a create, in both languages.
	Advice map[int]Advice `yaml:"advice"`
	// Header and Basic hold for all steps but auth and those with an address, Sign for all.
	Header map[string]string `yaml:"header"`
	Basic  *Basic            `yaml:"basic"`
	Sign   *Signature        `yaml:"sign"`
	// Mail makes the recipe one that mails the ticket, with no steps.
	Mail  *Mail  `yaml:"mail"`
	Steps []Step `yaml:"steps"`
	// digest names the text of the recipe.
	digest string
}

// Limits are what a portal can hold; 0 means no limit.
type Limits struct {
	// Unit is what Title and Text count: "characters" (the default) or "bytes" of
	// UTF-8.
	Unit string `yaml:"unit"`
	// Title and Text are the lengths to which a longer title or text is cut.
	Title int `yaml:"title"`
	Text  int `yaml:"text"`
	// Request is the size of a create, in bytes, beyond which nothing is sent.
	Request int `yaml:"request"`
	// File is the size of one attachment, in bytes, and Files how many there can be.
	File  int `yaml:"file"`
	Files int `yaml:"files"`
}

// Value translates the draft's variable From through Map; Else stands for words
// that Map lacks.
type Value struct {
	From string            `yaml:"from"`
	Map  map[string]string `yaml:"map"`
	Else string            `yaml:"else"`
}

// Advice is a sentence in both languages.
type Advice struct {
	Portuguese string `yaml:"pt-BR"`
	English    string `yaml:"en"`
}

func (a Advice) say(lang draft.Lang) string {
	if lang == draft.English {
		return a.English
	}
	return a.Portuguese
}

// Basic is a name and a password as RFC 7617 has them.
type Basic struct {
	User     string `yaml:"user"`
	Password string `yaml:"password"`
}

// Signature is an HMAC with SHA-256 (RFC 2104) over parts of the request.
type Signature struct {
	// Header is the field that carries it.
	Header string `yaml:"header"`
	// Key is the key, "{secret}" when it is empty.
	Key string `yaml:"key"`
	// KeyEncoding is "" for the key's own bytes, or "base64" for a key that is written so,
	// with or without "whsec_" before it.
	KeyEncoding string `yaml:"key_encoding"`
	// Over is what is signed; beside a draft's variables it may use {timestamp}, {method},
	// {path} and {body}.
	Over string `yaml:"over"`
	// As is the field's value; it has to use {digest}.
	As string `yaml:"as"`
	// Encoding is "hex" (the default) or "base64".
	Encoding string `yaml:"encoding"`
}

// Mail is a ticket that goes by mail. The words may use variables.
type Mail struct {
	To      string            `yaml:"to"`
	Subject string            `yaml:"subject"`
	Header  map[string]string `yaml:"header"`
}

// The things that a step can do, in the order in which they stand.
const (
	doAuth    = "auth"
	doCheck   = "check"
	doPrepare = "prepare"
	doLookup  = "lookup"
	doUpload  = "upload"
	doCreate  = "create"
	doAwait   = "await"
	doAttach  = "attach"
	doVerify  = "verify"
	doStatus  = "status"
	doComment = "comment"
	doReopen  = "reopen"
)

// deeds lists what a step can do, in order.
func deeds() []string {
	return []string{doAuth, doCheck, doPrepare, doLookup, doUpload, doCreate, doAwait, doAttach, doVerify, doStatus, doComment, doReopen}
}

// Step is one request of a recipe.
type Step struct {
	// Do is one of: auth, whose captured variables are secrets; check, which proves
	// that the portal can be used and changes nothing; prepare, which asks for what
	// later steps need; lookup, which looks for the ticket by its fingerprint; upload; create, which makes the ticket, or asks for it; await,
	// which asks what became of that until it captures the ticket; attach;
	// verify, which reads back; status; comment; reopen.
	Do string `yaml:"do"`
	// Each repeats the step for each "file".
	Each string `yaml:"each"`
	// If lists variables; while one of them is empty the step is left out.
	If []string `yaml:"if"`
	// Base names a setting that holds another URL than the portal's.
	Base string `yaml:"base"`
	// Address is what an answer named for this request, instead of a path. It has to be
	// at the host of Base, and gets no header and no password of the recipe.
	Address string `yaml:"address"`
	// Basic takes the place of the recipe's.
	Basic  *Basic `yaml:"basic"`
	Method string `yaml:"method"`
	// Path is appended to the URL; variables in it are escaped.
	Path string `yaml:"path"`
	// Query and Fields are texts; what is a list or a mapping is written as JSON.
	Query  map[string]Tree   `yaml:"query"`
	Header map[string]string `yaml:"header"`
	// JSON, Fields, Multipart and Body are the body; at most one of them is given.
	// Body is "file": the bytes of the file.
	JSON      Tree            `yaml:"json"`
	Fields    map[string]Tree `yaml:"fields"`
	Multipart []Part          `yaml:"multipart"`
	Body      string          `yaml:"body"`
	// OK are the status codes that mean success.
	OK []int `yaml:"ok"`
	// Undone are status codes from 500 on of a create, by which the portal says that it
	// surely made no ticket. Without one, a gateway may have said it after the fact.
	Undone []int `yaml:"undone"`
	// Expect holds what an answer must say to be a success, by pointers.
	Expect map[string]string `yaml:"expect"`
	// Find chooses an object in a list, to which pointers refer from then on.
	Find *Find `yaml:"find"`
	// Capture takes variables from the answer.
	Capture map[string]Capture `yaml:"capture"`
	// Compare holds, by the name that a person knows the field by, what the
	// answer of a verify step must hold.
	Compare map[string]Comparison `yaml:"compare"`
	// Files says where the answer of a verify step lists attachments.
	Files *Listing `yaml:"files"`
	// Closed are the values of the captured variable state that mean a closed
	// ticket.
	Closed []string `yaml:"closed"`
	// None holds, by pointers, the words with which the answer of a status step says that
	// there is no such ticket, as 404 and 410 do, and that of an await that none was made.
	None map[string][]string `yaml:"none"`
}

// Part is one part of a multipart body: a text, a JSON document, or files.
type Part struct {
	Name  string `yaml:"name"`
	Type  string `yaml:"type"`
	Value string `yaml:"value"`
	JSON  Tree   `yaml:"json"`
	// File puts the file of an "each" step here, else all files, a part for each.
	File bool `yaml:"file"`
}

// Find chooses the first object of the list at In that holds the text of each
// member of Where, contains the text of each member of Contains, and holds none of the
// texts of a member of Except.
type Find struct {
	In       string              `yaml:"in"`
	Where    map[string]string   `yaml:"where"`
	Contains map[string]string   `yaml:"contains"`
	Except   map[string][]string `yaml:"except"`
}

// Comparison says that the text at the pointer At should be Want.
type Comparison struct {
	At   string `yaml:"at"`
	Want string `yaml:"want"`
}

// Listing is a list of attachments in an answer. Name, Size and Base64 are
// pointers inside of an item; without one that is not compared.
type Listing struct {
	In     string `yaml:"in"`
	Name   string `yaml:"name"`
	Size   string `yaml:"size"`
	Base64 string `yaml:"base64"`
}

// of returns the steps that do this, in order.
func (r *Recipe) of(do string) (list []Step) {
	for _, s := range r.Steps {
		if s.Do == do {
			list = append(list, s)
		}
	}
	return list
}

// takesFiles reports whether some step sends attachments.
func (r *Recipe) takesFiles() bool {
	return r.Mail != nil || slices.ContainsFunc(r.Steps, Step.takesFiles)
}

func (s Step) takesFiles() bool {
	return s.Each == "file" || s.Body == "file" || s.JSON.takesFiles() ||
		slices.ContainsFunc(s.Multipart, func(p Part) bool { return p.File || p.JSON.takesFiles() })
}

// Can reports whether the recipe has a step that does this: see Step.
func (r *Recipe) Can(do string) bool { return len(r.of(do)) > 0 }

// Deeds lists what the recipe does, each once, in order; "mail" and "form" stand for
// recipes without steps.
func (r *Recipe) Deeds() []string {
	list := []string{}
	for _, do := range deeds() {
		if r.Can(do) {
			list = append(list, do)
		}
	}
	if r.Mail != nil {
		list = append(list, "mail")
	}
	if r.Form != "" {
		list = append(list, "form")
	}
	return list
}

// RecipeNames lists the names in order.
func RecipeNames(known map[string]*Recipe) []string { return names(known) }
