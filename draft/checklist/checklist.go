// Package checklist fills the list of what a support guide asks of a ticket
// from the evidence, and says what is missing.
package checklist

import (
	"strconv"
	"strings"
	"time"

	"flagrante/draft"
	"flagrante/draft/device"
	"flagrante/draft/profile"
	"flagrante/draft/text"
	"flagrante/draft/words"
)

// Options are what the items are written with.
type Options struct {
	Lang draft.Lang
	// Zone is the one that times are shown in; nil means UTC.
	Zone *time.Location
}

// Fill returns the items that p asks for of d, in its order, and after them the call to
// those on duty where the severity demands it. A filled item has a
// short value for people, on one line and safe to print; a missing one has none,
// for the profile has the advice on how to get it.
func Fill(p profile.Profile, d draft.Draft, o Options) []draft.Item {
	items := make([]draft.Item, 0, len(p.Items)+1)
	for _, asked := range p.Items {
		state, value := fill(asked.ID, d, o)
		if c := d.Choices[draft.Field(asked.ID)]; c.Value != "" {
			state, value = draft.Filled, firstLine(c.Value)
		}
		items = append(items, draft.Item{
			Item: string(asked.ID), Required: asked.Required, State: state, Value: text.OneLine(value),
		})
	}
	if d.OnCall.Required {
		items = append(items, onCall(d.OnCall, o))
	}
	return items
}

// firstLine keeps the value of an item short; the ticket has the text whole.
func firstLine(s string) string {
	line, _, more := strings.Cut(strings.TrimSpace(s), "\n")
	if more {
		line += " …"
	}
	return line
}

func onCall(c draft.OnCall, o Options) draft.Item {
	item := draft.Item{Item: string(profile.ItemOnCall), Required: true, State: draft.Missing}
	if c.Done {
		last := c.Calls[len(c.Calls)-1]
		item.State, item.Value = draft.Filled, text.OneLine(words.Text(o.Lang, "check.on_call", map[string]string{
			"by": last.By, "whom": last.Whom, "at": words.Time(o.Lang, last.At, o.Zone),
		}))
	}
	return item
}

func fill(id profile.ItemID, d draft.Draft, o Options) (draft.ItemState, string) {
	e := d.Evidence
	switch {
	case id == profile.ItemTitle:
		return filled(d.Title)
	case id == profile.ItemMedia && len(media(d)) > 0:
		return filled(strings.Join(media(d), ", "))
	case d.Manual != nil:
		return written(id, *d.Manual)
	case id == profile.ItemTime:
		return filled(when(e, o))
	case id == profile.ItemEndpoint:
		return filled(e.Group.Endpoint)
	case e.Last == nil || id == profile.ItemMedia:
		// Nothing in the evidence of a call can stand for prints and videos.
		return draft.Missing, ""
	}
	return caught(id, e, o)
}

// media names the pictures and videos of a draft.
func media(d draft.Draft) (names []string) {
	for _, a := range d.Evidence.Attachments {
		if a.Picture() || a.Video() {
			names = append(names, a.Name)
		}
	}
	return names
}

// caught fills what the last failure tells.
func caught(id profile.ItemID, e draft.Evidence, o Options) (draft.ItemState, string) {
	switch id {
	case profile.ItemSteps:
		return filled(words.Text(o.Lang, "check.steps", nil))
	case profile.ItemDevice:
		return filled(sender(o.Lang, device.Of(e.Last.Exchange.Request.Header)))
	case profile.ItemRequest:
		return filled(request(e, o))
	case profile.ItemCountry:
		return filled(country(e, o))
	case profile.ItemResponse:
		return response(e, o)
	}
	return draft.Missing, ""
}

// written says what a draft without evidence needs: a question about no error has
// neither time nor steps, and no draft of this kind has a call that failed.
func written(id profile.ItemID, m draft.Manual) (draft.ItemState, string) {
	switch id {
	case profile.ItemTime, profile.ItemSteps, profile.ItemMedia:
		if m.Kind == draft.Problem {
			return draft.Missing, ""
		}
	}
	return draft.NotApplicable, ""
}

// filled is the state of an item that is known by its value.
func filled(value string) (draft.ItemState, string) {
	if value == "" {
		return draft.Missing, ""
	}
	return draft.Filled, value
}

func when(e draft.Evidence, o Options) string {
	key := "check.time.once"
	if e.Group.Count > 1 {
		key = "check.time.many"
	}
	return words.Text(o.Lang, key, map[string]string{
		"count": strconv.FormatInt(e.Group.Count, 10),
		"first": words.Time(o.Lang, e.Group.FirstSeen, o.Zone),
		"last":  words.Time(o.Lang, e.Group.LastSeen, o.Zone),
	})
}

func request(e draft.Evidence, o Options) string {
	r := e.Last.Exchange.Request
	return words.Text(o.Lang, "check.request", map[string]string{
		"method": r.Method, "headers": strconv.Itoa(len(r.Header)), "body": size(o.Lang, r.Body.Size),
	})
}

// response tells an answer from none: without one there is nothing to show, and
// the ticket says what happened in its place.
func response(e draft.Evidence, o Options) (draft.ItemState, string) {
	outcome := text.Outcome(o.Lang, e.Last)
	r := e.Last.Exchange.Response
	if r == nil {
		return draft.NotApplicable, words.Text(o.Lang, "check.no_response", map[string]string{"outcome": outcome})
	}
	return draft.Filled, words.Text(o.Lang, "check.response", map[string]string{
		"outcome": outcome, "body": size(o.Lang, r.Body.Size),
	})
}

func size(lang draft.Lang, n int64) string {
	if n == 0 {
		return words.Text(lang, "check.body.none", nil)
	}
	return words.Bytes(lang, n)
}

func country(e draft.Evidence, o Options) string {
	from := e.Last.Origin
	if from.Country == "" {
		return ""
	}
	return words.Text(o.Lang, "check.country", map[string]string{
		"country": words.Country(o.Lang, from.Country),
		"code":    from.Country,
		"source":  words.Word(o.Lang, "country.source", from.Source),
	})
}

// sender says on what the call was made, empty when nothing tells.
func sender(lang draft.Lang, d device.Device) string {
	if d.Kind == device.Unknown {
		return ""
	}
	name := strings.TrimSpace(d.Name + " " + d.Version)
	if d.Kind == device.Other {
		name = d.Agent
	}
	return words.Text(lang, "device."+string(d.Kind), map[string]string{"name": name, "sdk": d.SDK, "os": d.OS, "model": d.Model})
}
