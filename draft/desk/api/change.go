package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"flagrante/draft"
	"flagrante/draft/desk/door"
	"flagrante/draft/text"
)

// who are the members that the body of every change may have.
type who struct {
	Actor   string `json:"actor"`
	Version int64  `json:"version"`
}

func (w who) sender() who { return w }

// sender is the body of a change.
type sender interface{ sender() who }

// change reads who changes a draft. If-Match (RFC 9110, section 13.1.1) names the
// version that was looked at, as the answers do in ETag.
func (d *API) change(r *http.Request, w who) (draft.Change, error) {
	c := draft.Change{Actor: door.Actor(r, w.Actor), At: d.Now(), Version: w.Version}
	if match := r.Header.Get("If-Match"); match != "" && match != "*" {
		version, err := strconv.ParseInt(strings.Trim(match, `"`), 10, 64)
		if err != nil {
			return draft.Change{}, door.ErrChangedSince
		}
		c.Version = version
	}
	return c, nil
}

// readJSON reads the JSON of a request strictly: a name that is not known is an error.
func readJSON(r *http.Request, into any) error {
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return &door.Problem{Status: http.StatusBadRequest, Key: "bad_request", Detail: plainly(err)}
	}
	return nil
}

// plainly says what is wrong with JSON, without what stood in it but for a name that
// nothing here has.
func plainly(err error) string {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return "JSON: " + wrong.Field
	}
	if wrong, ok := errors.AsType[*json.SyntaxError](err); ok {
		return "JSON: byte " + strconv.FormatInt(wrong.Offset, 10)
	}
	if _, name, ok := strings.Cut(err.Error(), "unknown field "); ok && len(name) <= 40 && strings.Trim(name, `"_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789`) == "" {
		return "JSON: " + name + " ?"
	}
	return "JSON"
}

// answerDraft gives a draft with its version.
func (d *API) answerDraft(w http.ResponseWriter, r *http.Request, one draft.Draft) {
	w.Header().Set("ETag", strconv.Quote(strconv.FormatInt(one.Version, 10)))
	writeJSON(w, http.StatusOK, text.DraftObject(one, d.TextOptions(d.LangOf(r))))
}

// changes makes a handler of a change: it reads the body, changes, and answers with
// the draft.
func changes[T sender](d *API, f func(r *http.Request, c draft.Change, body T) (draft.Draft, error)) door.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var body T
		if err := readJSON(r, &body); err != nil {
			return err
		}
		c, err := d.change(r, body.sender())
		if err != nil {
			return err
		}
		one, err := f(r, c, body)
		if err != nil {
			return conditional(r, err)
		}
		d.Tell(one.ID)
		d.answerDraft(w, r, one)
		return nil
	}
}

// conditional tells a caller whose condition did not hold from one that lost a race.
func conditional(r *http.Request, err error) error {
	if _, ok := errors.AsType[*draft.VersionError](err); ok && r.Header.Get("If-Match") != "" {
		return door.ErrChangedSince
	}
	return err
}

// edit decides fields: {"severity": "high", "title": null}. A null takes a choice
// back.
func (d *API) edit(w http.ResponseWriter, r *http.Request) error {
	var members map[string]json.RawMessage
	if err := readJSON(r, &members); err != nil {
		return err
	}
	var by who
	values := map[draft.Field]*string{}
	for name, raw := range members {
		var err error
		switch name {
		case "actor":
			err = json.Unmarshal(raw, &by.Actor)
		case "version":
			err = json.Unmarshal(raw, &by.Version)
		default:
			var value *string
			if !bytes.Equal(raw, []byte("null")) {
				value = new(string)
				err = json.Unmarshal(raw, value)
			}
			values[draft.Field(name)] = value
		}
		if err != nil {
			return &door.Problem{Status: http.StatusBadRequest, Key: "bad_request", Detail: plainly(err)}
		}
	}
	c, err := d.change(r, by)
	if err != nil {
		return err
	}
	one, err := d.Book.Edit(r.Context(), r.PathValue("id"), c, values)
	if err != nil {
		return conditional(r, err)
	}
	d.Tell(one.ID)
	d.answerDraft(w, r, one)
	return nil
}

type stateBody struct {
	who
	State draft.State `json:"state"`
	// Until is needed for snoozed, At may say when a problem was resolved.
	Until time.Time `json:"until"`
	At    time.Time `json:"at"`
}

func (d *API) state(r *http.Request, c draft.Change, b stateBody) (draft.Draft, error) {
	return d.Book.SetState(r.Context(), r.PathValue("id"), c, draft.Move{State: b.State, Until: b.Until, ResolvedAt: b.At})
}

type noteBody struct {
	who
	Text string `json:"text"`
}

func (d *API) note(r *http.Request, c draft.Change, b noteBody) (draft.Draft, error) {
	return d.Book.Note(r.Context(), r.PathValue("id"), c, b.Text)
}

type tagsBody struct {
	who
	Add    []string `json:"add"`
	Remove []string `json:"remove"`
}

func (d *API) tags(r *http.Request, c draft.Change, b tagsBody) (draft.Draft, error) {
	return d.Book.Tag(r.Context(), r.PathValue("id"), c, b.Add, b.Remove)
}

type callBody struct {
	who
	By   string    `json:"by"`
	Whom string    `json:"whom"`
	At   time.Time `json:"at"`
}

func (d *API) call(r *http.Request, c draft.Change, b callBody) (draft.Draft, error) {
	return d.Book.Call(r.Context(), r.PathValue("id"), c, draft.Call{By: b.By, Whom: b.Whom, At: b.At})
}

type mergeBody struct {
	who
	Drafts []string `json:"drafts"`
}

func (d *API) merge(r *http.Request, c draft.Change, b mergeBody) (draft.Draft, error) {
	return d.Book.Merge(r.Context(), r.PathValue("id"), c, b.Drafts...)
}

type splitBody struct {
	who
	Draft string `json:"draft"`
}

func (d *API) split(r *http.Request, c draft.Change, b splitBody) (draft.Draft, error) {
	return d.Book.Split(r.Context(), r.PathValue("id"), c, b.Draft)
}

func (d *API) undo(r *http.Request, c draft.Change, _ who) (draft.Draft, error) {
	return d.Book.Undo(r.Context(), r.PathValue("id"), c)
}

type manualBody struct {
	who
	draft.Manual
}

func (d *API) create(r *http.Request, c draft.Change, b manualBody) (draft.Draft, error) {
	return d.Book.Create(r.Context(), c, b.Manual)
}

// history gives what was changed of a draft, newest first.
func (d *API) history(w http.ResponseWriter, r *http.Request) error {
	entries, err := d.Book.History(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, struct {
		History []draft.Entry `json:"history"`
	}{entries})
	return nil
}
