package contract

import (
	"net/http"
	"net/url"
	"strings"

	"flagrante/capture/document"
	"flagrante/proxy"
)

// Check returns where an exchange does not keep to the document of its vendor, as
// far as that is to be checked. What did not pass to its end is not judged.
func (s *Set) Check(x *proxy.Exchange) []Violation {
	if s == nil || !s.checks || x.Response == nil || x.Aborted || x.Unread != "" || x.Request.Method == http.MethodConnect || x.Response.Status < 200 {
		return nil
	}
	u, err := url.Parse(x.Request.URL)
	if err != nil {
		return nil
	}
	method, host, path := x.Request.Method, strings.ToLower(u.Host), u.EscapedPath()
	r := s.find(method, host, path)
	if method == http.MethodHead && r != nil && r.operations[method] == nil {
		method = http.MethodGet
		r = s.find(method, host, path)
	}
	if r == nil {
		return s.undocumented(method, host, path)
	}
	d, o := r.document, r.operations[method]
	if o == nil {
		return unknownMethod(method, d)
	}
	var found []Violation
	if d.Check.includes(Request) {
		v := newVisit(Request)
		v.request(o, r, x, u)
		found = append(found, v.found...)
	}
	if d.Check.includes(Response) {
		v := newVisit(Response)
		v.response(o, x)
		found = append(found, v.found...)
	}
	return of(d, found)
}

// of signs violations with the name of the document.
func of(d *Document, found []Violation) []Violation {
	for i := range found {
		found[i].Contract = d.Name
	}
	return found
}

// undocumented tells of a path that a document should have.
func (s *Set) undocumented(method, host, path string) []Violation {
	if method == http.MethodOptions {
		return nil
	}
	for n := range s.nodes(host) {
		if d := n.covering(path); d != nil {
			if !d.Check.includes(Request) {
				return nil
			}
			return of(d, []Violation{{Side: Request, Place: "url.path", Rule: "path"}})
		}
	}
	return nil
}

// unknownMethod tells of a method that is not documented. Preflights of browsers
// never are.
func unknownMethod(method string, d *Document) []Violation {
	if method == http.MethodOptions || !d.Check.includes(Request) {
		return nil
	}
	return of(d, []Violation{{Side: Request, Place: "method", Rule: "method"}})
}

func (v *visit) request(o *operation, r *route, x *proxy.Exchange, u *url.URL) {
	query, _ := url.ParseQuery(u.RawQuery)
	path := r.parameters(u.EscapedPath())
	for _, p := range o.parameters {
		switch p.in {
		case "query":
			v.parameter(p, "url.query."+p.name, queried(p, query))
		case "path":
			if value, ok := path[p.name]; ok {
				v.parameter(p, "url.path."+p.name, []string{value})
			}
		case "header":
			v.parameter(p, "header."+p.name, x.Request.Header.Values(p.name))
		case "cookie":
			v.parameter(p, "header.Cookie."+p.name, cookies(x.Request.Header, p.name))
		}
	}
	if x.Request.Body.Size == 0 {
		if o.bodyRequired && x.Request.Body.Complete {
			v.at("body", func() bool { return v.add("required") })
		}
		return
	}
	v.body(o.body, x.Request.Body, x.Request.Header)
}

// queried returns the values of a parameter of the query. Lists are often sent
// under a name with brackets, and objects under several.
func queried(p parameter, query url.Values) []string {
	values := query[p.name]
	for name := range query {
		if strings.HasPrefix(name, p.name+"[") && (p.list || p.opaque) {
			values = append(values, query[name]...)
		}
	}
	return values
}

func cookies(header proxy.Fields, name string) []string {
	var out []string
	for _, line := range header.Values("Cookie") {
		for pair := range strings.SplitSeq(line, ";") {
			if key, value, ok := strings.Cut(strings.TrimSpace(pair), "="); ok && key == name {
				out = append(out, value)
			}
		}
	}
	return out
}

func (v *visit) response(o *operation, x *proxy.Exchange) {
	status := x.Response.Status
	r, ok := o.response(status)
	if !ok {
		if len(o.responses) > 0 && status != http.StatusNotModified {
			v.at("status", func() bool { return v.add("status") })
		}
		return
	}
	for _, p := range r.header {
		v.parameter(p, "header."+p.name, x.Response.Header.Values(p.name))
	}
	if x.Request.Method == http.MethodHead || status == http.StatusNoContent || status == http.StatusPartialContent || status == http.StatusNotModified {
		return
	}
	if x.Response.Body.Size == 0 && x.Response.Body.Complete {
		if json, ok := r.content.pick("application/json"); ok && json != nil && len(r.content) == 1 {
			v.at("body", func() bool { return v.add("empty") })
		}
		return
	}
	v.body(r.content, x.Response.Body, x.Response.Header)
}

// body checks the type of a body and, when all of it is there, what it says.
func (v *visit) body(c content, b proxy.Body, header proxy.Fields) {
	if len(c) == 0 || b.Size == 0 {
		return
	}
	d := document.Open(b, header)
	s, ok := c.pick(d.Type)
	if !ok {
		v.at("header.Content-Type", func() bool { return v.add("content_type") })
		return
	}
	if s == nil || d.Part || d.Err != nil {
		return
	}
	switch {
	case d.PromisesJSON():
		value, ok := parse(d.Text)
		v.at("body", func() bool {
			if !ok {
				return v.add("syntax")
			}
			return v.check(s, value)
		})
	case d.Type == "application/x-www-form-urlencoded":
		v.form(s, d.Text)
	}
}
