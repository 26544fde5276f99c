package export

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// check reports what is wrong with a step that may use known, and private in header
// fields, the query and the body of an auth step. Elsewhere one of private is the whole of a
// value or of a part of the path, which previews mask: never a piece of a text. Awaited says that
// a create need not capture the ticket.
func (s Step) check(at []any, known, private []string, awaited bool) []mistake {
	if s.Do == doComment || s.Do == doReopen {
		known = within(known, "comment")
	}
	if s.Each == "file" {
		known = within(known, fileVariables()...)
	}
	open := within(within(known, "timestamp"), private...)
	body := known
	if s.Do == doAuth {
		body = open
	}
	found := slices.Concat(s.checkRequest(at, known), s.checkAddress(at, known, private), s.checkBodies(at, body, private),
		s.checkAnswer(at, known), s.checkCapture(at, known, awaited), s.Basic.check(within(at, any("basic")), open))
	for _, name := range names(s.Query) {
		place := within(at, any("query"), any(name))
		found = slices.Concat(found, templateMistake(place, name, known), s.Query[name].check(place, open, nil))
	}
	for _, name := range names(s.Header) {
		found = append(found, headerMistake(within(at, any("header"), any(name)), name, s.Header[name], open)...)
	}
	return found
}

func (s Step) checkRequest(at []any, known []string) (found []mistake) {
	methods := []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch}
	if !slices.Contains(methods, s.Method) {
		found = append(found, mistake{within(at, any("method")), fmt.Sprintf("method: %q is not one of %s", s.Method, strings.Join(methods, ", "))})
	}
	if s.reads() && s.Method != http.MethodGet && s.Method != http.MethodPost {
		found = append(found, mistake{within(at, any("method")), fmt.Sprintf("method: a %s step changes nothing: it must be a GET, or a POST that asks", s.Do)})
	}
	if s.Each != "" && s.Each != "file" {
		found = append(found, mistake{within(at, any("each")), fmt.Sprintf("each: %q is not file", s.Each)})
	}
	if s.Each != "" && s.Do != doUpload && s.Do != doAttach {
		found = append(found, mistake{within(at, any("each")), "each: only an upload or an attach is repeated"})
	}
	for i, name := range s.If {
		if !slices.Contains(known, name) {
			found = append(found, mistake{within(at, any("if"), any(i)), fmt.Sprintf("if: there is no variable %q", name)})
		}
	}
	return found
}

// reads reports whether a step is one that changes nothing at the portal.
func (s Step) reads() bool {
	return slices.Contains([]string{doCheck, doPrepare, doLookup, doAwait, doVerify, doStatus}, s.Do)
}

func (s Step) checkAddress(at []any, known, private []string) (found []mistake) {
	path := within(at, any("path"))
	if s.Path != "" && !strings.HasPrefix(s.Path, "/") {
		found = append(found, mistake{path, fmt.Sprintf("path: %q does not begin with a slash", s.Path)})
	}
	if strings.ContainsAny(s.Path, "?#") {
		found = append(found, mistake{path, "path: what follows a ? belongs under query"})
	}
	for part := range strings.SplitSeq(s.Path, "/") {
		found = append(found, valueMistake(path, part, known, private)...)
	}
	if s.Base != "" && !slices.Contains(known, s.Base) {
		found = append(found, mistake{within(at, any("base")), fmt.Sprintf("base: there is no setting %q", s.Base)})
	}
	if s.Address != "" && (s.Base == "" || s.Path != "" || s.Query != nil) {
		found = append(found, mistake{within(at, any("address")), "address: stands instead of path and query, with a base that names the setting of its host"})
	}
	return append(found, templateMistake(within(at, any("address")), s.Address, known)...)
}

func (s Step) checkBodies(at []any, known, private []string) (found []mistake) {
	bodies := 0
	for _, given := range []bool{s.JSON.given(), s.Fields != nil, s.Multipart != nil, s.Body != ""} {
		if given {
			bodies++
		}
	}
	switch {
	case bodies > 1:
		found = append(found, mistake{at, "json, fields, multipart and body: a request has one of them"})
	case bodies > 0 && s.Method == http.MethodGet:
		found = append(found, mistake{at, "a GET has no body"})
	case s.Body != "" && (s.Body != "file" || s.Each != "file"):
		found = append(found, mistake{within(at, any("body")), "body: is file, in a step with each: file"})
	}
	if s.Do == doAuth {
		private = nil
	}
	found = append(found, s.JSON.check(within(at, any("json")), known, private)...)
	for _, name := range names(s.Fields) {
		place := within(at, any("fields"), any(name))
		found = slices.Concat(found, templateMistake(place, name, known), s.Fields[name].check(place, known, private))
	}
	for i, p := range s.Multipart {
		found = append(found, p.check(within(at, any("multipart"), any(i)), known, private)...)
	}
	return found
}

func (p Part) check(at []any, known, private []string) (found []mistake) {
	kinds := 0
	for _, given := range []bool{p.Value != "", p.JSON.given(), p.File} {
		if given {
			kinds++
		}
	}
	if p.Name == "" || kinds != 1 {
		found = append(found, mistake{at, "a part has a name, and one of value, json and file: true"})
	}
	return slices.Concat(found, valueMistake(within(at, any("value")), p.Value, known, private), p.JSON.check(within(at, any("json")), known, private))
}

func (s Step) checkAnswer(at []any, known []string) (found []mistake) {
	if len(s.OK) == 0 {
		found = append(found, mistake{within(at, any("ok")), "ok: is empty"})
	}
	for _, status := range s.Undone {
		if s.Do != doCreate || status < 500 || status > 599 {
			found = append(found, mistake{within(at, any("undone")), "undone: lists status codes from 500 to 599 of a create"})
		}
	}
	for _, pointer := range names(s.Expect) {
		found = slices.Concat(found, pointerMistake(within(at, any("expect"), any(pointer)), pointer, known),
			templateMistake(within(at, any("expect"), any(pointer)), s.Expect[pointer], known))
	}
	if f := s.Find; f != nil {
		found = append(found, pointerMistake(within(at, any("find"), any("in")), f.In, known)...)
		for _, pointer := range names(f.Except) {
			found = append(found, pointerMistake(within(at, any("find"), any("except"), any(pointer)), pointer, known)...)
		}
		for key, texts := range map[string]map[string]string{"where": f.Where, "contains": f.Contains} {
			for _, pointer := range names(texts) {
				place := within(at, any("find"), any(key), any(pointer))
				found = slices.Concat(found, pointerMistake(place, pointer, known), templateMistake(place, texts[pointer], known))
			}
		}
	}
	for _, field := range names(s.Compare) {
		place := within(at, any("compare"), any(field))
		found = slices.Concat(found, pointerMistake(place, s.Compare[field].At, known), templateMistake(place, s.Compare[field].Want, known))
	}
	if f := s.Files; f != nil {
		for _, pointer := range []string{f.In, f.Name, f.Size, f.Base64} {
			found = append(found, pointerMistake(within(at, any("files")), pointer, known)...)
		}
	}
	for _, pointer := range names(s.None) {
		found = append(found, pointerMistake(within(at, any("none"), any(pointer)), pointer, known)...)
	}
	if s.None != nil && s.Do != doStatus && s.Do != doAwait {
		found = append(found, mistake{within(at, any("none")), "none: belongs to a status or an await step"})
	}
	if (s.Compare != nil || s.Files != nil) && s.Do != doVerify {
		found = append(found, mistake{at, "compare and files belong to a verify step"})
	}
	return found
}

// pointerMistake checks a pointer, which may use names.
func pointerMistake(at []any, pointer string, names []string) []mistake {
	if pointer != "" && !strings.HasPrefix(pointer, "/") {
		return []mistake{{at, fmt.Sprintf("%q is not a JSON Pointer: it begins with a slash", pointer)}}
	}
	return templateMistake(at, pointer, names)
}

func (s Step) checkCapture(at []any, known []string, awaited bool) (found []mistake) {
	need := map[string]string{doCreate: "ticket", doAwait: "ticket", doLookup: "ticket", doStatus: "state"}[s.Do]
	_, given := s.Capture[need]
	if need != "" && !given && s.Do != doStatus && !(s.Do == doCreate && awaited) {
		found = append(found, mistake{within(at, any("capture")), fmt.Sprintf("capture: a %s step must capture %s", s.Do, need)})
	}
	if s.Do == doPrepare && len(s.Capture) == 0 {
		found = append(found, mistake{within(at, any("capture")), "capture: is empty: a prepare step asks for what later steps need"})
	}
	if s.Do == doStatus && given && len(s.Closed) == 0 {
		found = append(found, mistake{within(at, any("closed")), "closed: is empty: list the states of a closed ticket"})
	}
	for _, name := range names(s.Capture) {
		c, place := s.Capture[name], within(at, any("capture"), any(name))
		if !isName(name) || slices.Contains(append(draftVariables(), ownVariables()...), name) && name != need && (s.Do != doStatus || name != "ticket") {
			found = append(found, mistake{place, fmt.Sprintf("capture: %q can't be the name of a captured variable: it is taken, or not of small letters and underscores", name)})
		}
		if sources(c) != 1 {
			found = append(found, mistake{place, "capture: takes one of at, header and body"})
		}
		if c.At != "" {
			found = append(found, pointerMistake(place, c.At, known)...)
		}
		if re, err := regexp.Compile(c.Match); err != nil || c.Match != "" && re.NumSubexp() == 0 {
			found = append(found, mistake{place, "capture: match is not a regular expression with a group"})
		}
	}
	return found
}

// sources counts from where a capture takes its text.
func sources(c Capture) (n int) {
	for _, given := range []bool{c.At != "", c.Header != "", c.Body} {
		if given {
			n++
		}
	}
	return n
}
