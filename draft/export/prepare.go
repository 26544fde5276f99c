package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"

	"flagrante/draft"
	"flagrante/proxy"
)

// mask stands for the token wherever a request is shown.
const mask = "••••••••"

// job is a draft on its way through the recipe of one portal.
type job struct {
	name    string
	portal  *portal
	vars    map[string]string
	secret  string
	missing []string
}

// outgoing is one request, complete to the last byte.
type outgoing struct {
	method, url string
	header      []proxy.Field
	body        []byte
}

// TooLargeError reports a request that the portal would not hold. Nothing was
// sent.
type TooLargeError struct {
	Portal string
	// Size and Limit are in bytes.
	Size, Limit int
}

// Error names the sizes and the way out.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the ticket has %d bytes and the portal %s takes %d: send the bundle instead", e.Size, e.Portal, e.Limit)
}

// prepare works out everything of a draft that the recipe of a portal asks for.
func (x *Exporter) prepare(name string, d draft.Draft) (*job, error) {
	p, ok := x.portals[name]
	if !ok {
		return nil, fmt.Errorf("there is no portal %q", name)
	}
	j := &job{name: name, portal: p, vars: variablesOf(d, x.text.Zone)}
	text, err := content(p.recipe.Text, d, x.text)
	if err != nil {
		return nil, fmt.Errorf("write the text of the draft %s: %w", d.ID, err)
	}
	j.vars["text"] = text
	j.vars["title"] = cut(j.vars["title"], p.recipe.Limits.Title)
	j.vars["requestor"] = p.Requestor
	j.translate()
	j.require()
	if j.secret, err = p.secret(x.env); err != nil {
		j.missing = append(j.missing, err.Error())
	}
	return j, nil
}

// translate sets the recipe's values. All of them see the draft's own words,
// whatever their order.
func (j *job) translate() {
	own := maps.Clone(j.vars)
	for name, value := range j.portal.recipe.Values {
		j.vars[name] = j.portal.Values[name].value(value, own[value.From])
		if j.vars[name] == "" && own[value.From] != "" {
			j.missing = append(j.missing, fmt.Sprintf("%s: the portal's values have none for the %s %q", name, value.From, own[value.From]))
		}
	}
	slices.Sort(j.missing)
}

func (j *job) require() {
	for _, name := range j.portal.recipe.Require {
		if _, translated := j.portal.recipe.Values[name]; j.vars[name] == "" && !translated {
			j.missing = append(j.missing, name+": is empty")
		}
	}
}

// build makes the request of a step. What it returns for one job and secret is
// always the same, byte for byte.
func (j *job) build(s Step, secret string) (outgoing, error) {
	out := outgoing{method: s.Method, url: j.portal.base() + expand(s.Path, j.vars, url.PathEscape)}
	if query := j.query(s); query != "" {
		out.url += "?" + query
	}
	if s.JSON != nil {
		body, err := encode(fill(s.JSON, j.vars))
		if err != nil {
			return out, fmt.Errorf("encode the body: %w", err)
		}
		out.body = body
	}
	out.header = j.header(s, secret)
	if limit := j.portal.recipe.Limits.Request; limit > 0 && len(out.body) > limit {
		return out, &TooLargeError{Portal: j.name, Size: len(out.body), Limit: limit}
	}
	return out, nil
}

func (j *job) query(s Step) string {
	values := url.Values{}
	for name, value := range s.Query {
		values.Set(name, expand(value, j.vars, verbatim))
	}
	return values.Encode()
}

func (j *job) header(s Step, secret string) []proxy.Field {
	fields := map[string]string{"Accept": "application/json", "User-Agent": "flagrante"}
	if s.JSON != nil {
		fields["Content-Type"] = "application/json"
	}
	vars := maps.Clone(j.vars)
	vars["secret"] = secret
	for name, value := range s.Header {
		fields[name] = expand(value, vars, oneLine)
	}
	var header []proxy.Field
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		header = append(header, proxy.Field{Name: name, Value: fields[name]})
	}
	return header
}

// encode writes JSON without the escapes that are of use only inside HTML.
func encode(tree any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(tree); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}
