package steps

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"flagrante/capture/curl"
	"flagrante/capture/decode"
	"flagrante/proxy"
)

// extraction is how a value is taken from an answer.
type extraction struct {
	// header is the field, and cookie the cookie in it; both empty for the body.
	header, cookie string
	// filter is that of jq, keys the names it is made of.
	filter string
	keys   []string
	// segment is the part of the path of the address that was found, -1 for all of it.
	segment int
	foreign bool
}

// maxBody is how much of an answer is read.
const maxBody = 1 << 20

// find returns the value at a place in an answer, and how a command takes it.
func find(x *proxy.Exchange, place string) (text string, how extraction, ok bool) {
	if x.Response == nil {
		return "", how, false
	}
	how.segment = -1
	if name, found := strings.CutPrefix(place, "response.header."); found {
		return header(x.Response.Header, name)
	}
	pointer, found := strings.CutPrefix(place, "response.body")
	if !found {
		return "", how, false
	}
	pointer, how.segment = path(pointer)
	body := decode.Body(x.Response.Body, x.Response.Header, maxBody).Data
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		how.foreign = true
		return "", how, false
	}
	if value, ok = how.descend(value, pointer); !ok {
		return "", how, false
	}
	switch v := value.(type) {
	case string:
		text = v
	case json.Number:
		text = v.String()
	default:
		return "", how, false
	}
	return part(text, how.segment), how, true
}

// descend returns what a pointer (RFC 6901) names below value, and writes down the way.
func (e *extraction) descend(value any, pointer string) (below any, ok bool) {
	for step := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		step = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
		switch v := value.(type) {
		case map[string]any:
			value, ok = v[step]
			e.filter += member(step)
		case []any:
			i, err := strconv.Atoi(step)
			if ok = err == nil && i >= 0 && i < len(v); ok {
				value = v[i]
			}
			e.filter += "[" + strconv.Itoa(i) + "]"
		default:
			ok = false
		}
		if !ok {
			return nil, false
		}
		e.keys = append(e.keys, step)
	}
	if strings.HasPrefix(e.filter, "[") {
		e.filter = "." + e.filter
	}
	return value, true
}

// member is a step of a filter of jq, in which a name is a string of JSON unless it is
// plain.
func member(name string) string {
	if plainName().MatchString(name) {
		return "." + name
	}
	data, err := json.Marshal(name)
	if err != nil {
		return `.""`
	}
	return "." + string(data)
}

func plainName() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`) }

// path takes the part of an address off a place: "/self.path/2" is the third part
// of the path of what "/self" holds.
func path(pointer string) (rest string, segment int) {
	i := strings.LastIndex(pointer, ".path/")
	if i < 0 {
		return pointer, -1
	}
	n, err := strconv.Atoi(pointer[i+len(".path/"):])
	if err != nil {
		return pointer, -1
	}
	return pointer[:i], n
}

// part returns a segment of the path of an address.
func part(text string, segment int) string {
	if segment < 0 {
		return text
	}
	u, err := url.Parse(text)
	if err != nil {
		return ""
	}
	parts := strings.Split(strings.TrimPrefix(u.EscapedPath(), "/"), "/")
	if segment >= len(parts) {
		return ""
	}
	return parts[segment]
}

func header(fields proxy.Fields, place string) (text string, how extraction, ok bool) {
	name, segment := path(place)
	how.segment = segment
	how.header = name
	if rest, found := strings.CutPrefix(strings.ToLower(name), "set-cookie."); found {
		how.header, how.cookie = "Set-Cookie", name[len(name)-len(rest):]
	}
	for _, f := range fields {
		if !strings.EqualFold(f.Name, how.header) {
			continue
		}
		value := f.Value
		if how.cookie != "" {
			pair, _, _ := strings.Cut(value, ";")
			cookie, v, _ := strings.Cut(strings.TrimSpace(pair), "=")
			if cookie != how.cookie {
				continue
			}
			value = v
		}
		return part(value, segment), how, true
	}
	return "", how, false
}

// fits reports whether a value can be replaced wherever it stands in a request: it is
// written the same way in an address, a field and JSON.
func fits(text string) bool {
	if isMask(text) {
		return true
	}
	data, err := json.Marshal(text)
	return len(text) >= 4 && err == nil && string(data) == `"`+text+`"` && url.PathEscape(text) == text
}

// runnable reports whether a short command can take the value: the names that it
// would hold are plain.
func (e extraction) runnable() bool {
	plain := regexp.MustCompile(`^[A-Za-z0-9-]+$`)
	switch {
	case e.cookie != "":
		return regexp.MustCompile(`^[A-Za-z0-9_-]+$`).MatchString(e.cookie)
	case e.header != "":
		return plain.MatchString(e.header)
	}
	return !e.foreign
}

// label suggests a name: that of the member, with the thing that the call made in
// front of a bare "id".
func (e extraction) label(x *proxy.Exchange) string {
	switch {
	case e.cookie != "":
		return e.cookie
	case e.header != "" && !strings.EqualFold(e.header, "Location"):
		return e.header
	case e.header != "" || e.segment >= 0:
		return thing(x) + "_id"
	}
	last := e.keys[len(e.keys)-1]
	if strings.EqualFold(last, "id") || strings.EqualFold(last, "uuid") {
		return thing(x) + "_" + last
	}
	return last
}

// thing names what a call is about: the last word of its path, in the singular of
// most names.
func thing(x *proxy.Exchange) string {
	u, err := url.Parse(x.Request.URL)
	if err != nil {
		return "value"
	}
	parts := strings.Split(u.Path, "/")
	for i := len(parts) - 1; i >= 0; i-- {
		if plainName().MatchString(parts[i]) && len(parts[i]) > 2 {
			return strings.TrimSuffix(parts[i], "s")
		}
	}
	return "value"
}

// command returns the line of bash that puts the value into its variable. The answer
// is in the files NAME.head and NAME.body.
func (t Taken) command(name string) string {
	var get string
	switch e := t.how; {
	case e.cookie != "":
		get = "sed -n 's/^[Ss]et-[Cc]ookie: *" + e.cookie + "=\\([^;]*\\).*/\\1/p' " + name + ".head | tail -n 1"
	case e.header != "":
		get = "grep -i '^" + e.header + ":' " + name + ".head | tail -n 1 | cut -d: -f2- | tr -d ' '"
	default:
		get = "jq -r " + curl.Word(e.filter) + " " + name + ".body"
	}
	if t.how.segment >= 0 {
		get += " | sed -e 's#^[a-z]*://[^/]*##' -e 's/[?#].*//' | cut -d/ -f" + strconv.Itoa(t.how.segment+2)
	}
	return t.Name + "=$(" + get + " | tr -d '\\r\\n')"
}
