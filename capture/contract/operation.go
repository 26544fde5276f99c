package contract

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// operation is what a document says of a path and a method.
type operation struct {
	parameters   []parameter
	bodyRequired bool
	body         content
	responses    map[string]response
}

// parameter is one that a request, or a header field that an answer has.
type parameter struct {
	in, name string
	required bool
	mayEmpty bool
	// list reports that the value is one, which separator divides; an empty one
	// means that the parameter comes several times.
	list      bool
	separator string
	// opaque reports that the value is not looked at, only whether it is there.
	opaque bool
	// json reports that the value is JSON text.
	json   bool
	schema *schema
}

type response struct {
	header  []parameter
	content content
}

// content is a body in each of the types that it may have.
type content []media

type media struct {
	kind   string
	schema *schema
}

func (c *compiler) operation(item *openapi3.PathItem, from *openapi3.Operation) *operation {
	o := &operation{responses: map[string]response{}}
	all := slices.Clone(from.Parameters)
	for _, p := range item.Parameters {
		if p != nil && p.Value != nil && all.GetByInAndName(p.Value.In, p.Value.Name) == nil {
			all = append(all, p)
		}
	}
	for _, p := range all {
		if p != nil && p.Value != nil && !isReserved(p.Value) {
			o.parameters = append(o.parameters, c.parameter(p.Value))
		}
	}
	if from.RequestBody != nil && from.RequestBody.Value != nil {
		o.bodyRequired, o.body = from.RequestBody.Value.Required, c.content(from.RequestBody.Value.Content)
	}
	for status, r := range from.Responses.Map() {
		if r != nil && r.Value != nil {
			o.responses[strings.ToUpper(status)] = c.response(r.Value)
		}
	}
	return o
}

// isReserved tells the parameters that say nothing: OpenAPI 3.0.3, section
// 4.7.12.1.
func isReserved(p *openapi3.Parameter) bool {
	return p.In == openapi3.ParameterInHeader && slices.Contains([]string{"accept", "content-type", "authorization"}, strings.ToLower(p.Name))
}

func (c *compiler) response(from *openapi3.Response) response {
	r := response{content: c.content(from.Content)}
	for _, name := range slices.Sorted(maps.Keys(from.Headers)) {
		if h := from.Headers[name]; h != nil && h.Value != nil && !strings.EqualFold(name, "Content-Type") {
			field := h.Value.Parameter
			field.In, field.Name = openapi3.ParameterInHeader, name
			r.header = append(r.header, c.parameter(&field))
		}
	}
	return r
}

func (c *compiler) content(from openapi3.Content) content {
	var out content
	for _, kinds := range slices.Sorted(maps.Keys(from)) {
		var of *schema
		if m := from[kinds]; m != nil {
			of = c.ref(m.Schema)
		}
		for kind := range strings.SplitSeq(kinds, ",") {
			kind, _, _ = strings.Cut(kind, ";")
			out = append(out, media{strings.ToLower(strings.TrimSpace(kind)), of})
		}
	}
	return out
}

// pick returns the schema for a media type, and whether the type is documented.
func (c content) pick(kind string) (*schema, bool) {
	family, _, _ := strings.Cut(kind, "/")
	for _, want := range []string{kind, family + "/*", "*/*", "*"} {
		for _, m := range c {
			if m.kind == want {
				return m.schema, true
			}
		}
	}
	return nil, false
}

func (c *compiler) parameter(from *openapi3.Parameter) parameter {
	p := parameter{in: from.In, name: from.Name, required: from.Required, mayEmpty: from.AllowEmptyValue, schema: c.ref(from.Schema)}
	for kind, m := range from.Content {
		p.json = strings.Contains(kind, "json")
		p.opaque = !p.json
		if m != nil {
			p.schema = c.ref(m.Schema)
		}
	}
	style := from.Style
	if style == "" {
		style = map[string]string{"query": "form", "cookie": "form"}[from.In]
	}
	explode := style == "form"
	if from.Explode != nil {
		explode = *from.Explode
	}
	p.list = p.schema.may(kindArray) && !p.json
	switch style {
	case "matrix", "label", "deepObject":
		p.opaque = true
	case "spaceDelimited":
		p.separator = " "
	case "pipeDelimited":
		p.separator = "|"
	default:
		p.separator = ","
	}
	if explode && from.In == openapi3.ParameterInQuery {
		p.separator = ""
	}
	p.opaque = p.opaque || p.schema.may(kindObject) && !p.json
	return p
}

// may reports whether a schema asks for a type by its name, itself or in one of
// those that it is made of.
func (s *schema) may(k kinds) bool { return s.asks(k, 4) }

func (s *schema) asks(k kinds, depth int) bool {
	if s == nil || depth == 0 {
		return false
	}
	if s.types&k != 0 {
		return true
	}
	return slices.ContainsFunc(slices.Concat(s.all, s.any, s.one), func(of *schema) bool { return of.asks(k, depth-1) })
}

// response returns what is said of a status, and false where nothing is.
func (o *operation) response(status int) (response, bool) {
	for _, key := range []string{fmt.Sprint(status), fmt.Sprintf("%dXX", status/100), "DEFAULT"} {
		if r, ok := o.responses[key]; ok {
			return r, true
		}
	}
	return response{}, false
}
