package extract

import (
	"slices"
	"strings"
	"unicode/utf8"

	"flagrante/capture/document"
	"flagrante/proxy"
)

// idFields are the ends of the folded names of header fields that carry ids of requests, in
// the order in which support asks for them: gateways put their own names before.
func idFields() []string {
	return []string{
		"requestid", "correlationid", "interactionid", "amzid2", "uploadid", "operationid", "debugid", "pspreference", "reqid", "sappassport", "transactionid", "requestuuid", "idrequisicao", "sessionidbb",
		"traceid", "tracecontext", "b3", "traceparent", "cfray", "azureref", "servedbyid", "runtimeid",
	}
}

// idKeys are the names of such ids in bodies, folded, in the same order.
func idKeys() []string {
	return []string{
		"requestid", "xrequestid", "reqid", "idrequisicao", "requisicaoid", "idrequest", "requestuuid", "correlationid", "xcorrelationid", "idcorrelacao", "correlation", "xfapiinteractionid", "interactionid", "protocolo", "numeroprotocolo",
		"traceid", "xtraceid", "trackingid", "fbtraceid", "debugid", "operationid", "transactionid", "idtransacao", "pspreference", "activityid", "conversationid", "incidentid", "supportid", "errorid", "logid", "eventid", "cfray", "rayid", "ocorrencia", "instance",
	}
}

// holdersOfIDs are the members of an answer in which its ids may lie.
func holdersOfIDs() []string {
	return []string{"error", "erro", "fault", "meta", "metadata", "innererror", "header", "responsemetadata", "retorno", "resposta", "response", "errorresponse", "status", "details", "detail", "extensions", "errors", "erros", "issue"}
}

// RequestIDs returns the ids of an exchange, each once: those of the header of the
// answer first, then those of its body, as BodyIDs found them, then those that the app sent.
func RequestIDs(x *proxy.Exchange, body []string) []string {
	c := collector{seen: map[string]bool{}}
	if x.Response != nil {
		c.fields(x.Response.Header)
		for _, id := range body {
			c.add(id)
		}
	}
	c.fields(x.Request.Header)
	return c.ids
}

// BodyIDs returns the ids that stand in an answer itself or in its error, each once; r may be nil.
func BodyIDs(r *proxy.Response) []string {
	if r == nil {
		return nil
	}
	c := collector{seen: map[string]bool{}}
	d := document.Open(r.Body, r.Header)
	tree := d.Tree()
	switch {
	case d.Syntax == document.JSON && d.Part:
		tree = document.Beginning(string(d.Text))
	case d.Syntax == document.XML:
		tree = document.Get(tree, "*")
	}
	if said := document.StreamError(d); said != nil {
		tree = said
	}
	c.object(tree, 0, false)
	c.page(d)
	return c.ids
}

// maxIDs bounds how many ids one exchange may have.
const maxIDs = 12

// collector collects ids.
type collector struct {
	ids  []string
	seen map[string]bool
}

func (c *collector) add(id string) {
	id = strings.TrimPrefix(strings.TrimSpace(id), "urn:uuid:")
	if id == "" || len(id) > maxID || len(c.ids) == maxIDs || c.seen[id] {
		return
	}
	c.seen[id] = true
	c.ids = append(c.ids, id)
}

// fields takes the ids of header fields.
func (c *collector) fields(fields proxy.Fields) {
	ends := idFields()
	found := make([][]string, len(ends))
	for _, f := range fields {
		name := document.Fold(f.Name)
		if i := slices.IndexFunc(ends, func(end string) bool { return strings.HasSuffix(name, end) }); i >= 0 {
			found[i] = append(found[i], f.Value)
		}
	}
	for _, values := range found {
		for _, value := range values {
			c.add(value)
		}
	}
}

// page takes the ids of pages and plain texts.
func (c *collector) page(d document.Document) {
	text := string(d.Text[:min(len(d.Text), maxPage)])
	switch d.Syntax {
	case document.HTML:
		for _, line := range lines(text) {
			c.spoken(line)
		}
	case document.Other:
		if utf8.ValidString(text) {
			c.spoken(text)
		}
	}
}

// object collects from an object, or from the first items of a list of them. isError
// says that the answer calls it an error, so that its own id is one of the occurrence.
func (c *collector) object(value any, depth int, isError bool) {
	if list, ok := value.([]any); ok {
		for _, item := range list[:min(len(list), 3)] {
			c.object(item, depth+1, isError)
		}
		return
	}
	o, ok := value.(map[string]any)
	if !ok || depth > maxDepth {
		return
	}
	o = folded(o)
	for _, key := range idKeys() {
		if id := scalar(o[key]); isID(key, id) {
			c.add(id)
		}
	}
	if id := scalar(o["id"]); isID("id", id) && (isError && isMixed(id) || o["code"] != nil && o["message"] != nil && o["errors"] != nil) {
		// JSON:API gives each occurrence an id, Open Banking UK the whole answer.
		c.add(id)
	}
	c.spoken(message(o))
	for _, key := range holdersOfIDs() {
		c.object(o[key], depth+1, isError || callsError(key))
	}
}

// isID reports whether text can be the id of a request: not prose, no address, no
// mask, and no counter.
func isID(key, text string) bool {
	switch {
	case len(text) < 4, strings.ContainsAny(text, " <>\t\r\n"), strings.Contains(text, "://"), strings.Trim(text, "0-") == "":
		return false
	case key == "instance":
		return !strings.ContainsAny(text, "/?") && strings.ContainsAny(text, "0123456789")
	case key == "ocorrencia":
		return isMixed(text)
	}
	return true
}

// isMixed tells what a machine made up from words, counters and codes.
func isMixed(id string) bool {
	return len(id) >= 8 && strings.ContainsAny(id, "0123456789") && strings.ContainsAny(strings.ToLower(id), "abcdefghijklmnopqrstuvwxyz")
}
