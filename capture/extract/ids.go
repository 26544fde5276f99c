package extract

import (
	"strings"

	"flagrante/capture/document"
	"flagrante/proxy"
)

// idFields are the header fields that carry ids of requests, in the order in
// which support asks for them.
func idFields() []string {
	return []string{
		"X-Request-Id", "Request-Id", "Requestid", "X-Correlation-Id", "Correlation-Id", "X-Fapi-Interaction-Id", "X-Amzn-Requestid", "X-Amz-Request-Id", "X-Amz-Id-2", "X-Ms-Request-Id", "X-Ms-Correlation-Request-Id",
		"X-Ms-Client-Request-Id", "Client-Request-Id", "X-Github-Request-Id", "X-Goog-Request-Id", "X-Guploader-Uploadid", "X-Fb-Trace-Id", "X-Fb-Request-Id", "X-Shopify-Request-Id", "X-Vcap-Request-Id", "X-Kong-Request-Id", "X-Vtex-Operation-Id",
		"Paypal-Debug-Id", "Pspreference", "X-Slack-Req-Id", "Sforce-Request-Id", "Sap-Passport", "X-Sap-Correlation-Id", "X-Correlationid", "X-Requestid", "X-Transaction-Id", "X-Request-Uuid", "X-Idrequisicao", "X-Itau-Correlationid", "X-Session-Id-Bb",
		"X-Trace-Id", "Trace-Id", "X-Amzn-Trace-Id", "X-Cloud-Trace-Context", "X-B3-Traceid", "B3", "X-Datadog-Trace-Id", "Uber-Trace-Id", "Traceparent", "Cf-Ray", "X-Azure-Ref", "X-Akamai-Request-Id", "X-Served-By-Id", "X-Runtime-Id",
	}
}

// idKeys are the names of such ids in bodies, folded, in the same order.
func idKeys() []string {
	return []string{
		"requestid", "xrequestid", "reqid", "idrequisicao", "requisicaoid", "idrequest", "requestuuid", "correlationid", "xcorrelationid", "idcorrelacao", "correlation", "xfapiinteractionid", "interactionid", "protocolo", "numeroprotocolo",
		"traceid", "xtraceid", "trackingid", "fbtraceid", "debugid", "operationid", "transactionid", "idtransacao", "pspreference", "activityid", "conversationid", "incidentid", "supportid", "errorid", "logid", "eventid", "cfray", "rayid", "instance",
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
	if d.Syntax == document.XML {
		tree = document.Get(tree, "*")
	}
	if said := document.StreamError(d); said != nil {
		tree = said
	}
	c.object(tree, 0)
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

func (c *collector) fields(fields proxy.Fields) {
	for _, name := range idFields() {
		for _, value := range fields.Values(name) {
			c.add(value)
		}
	}
}

// object collects from an object, or from the first items of a list of them.
func (c *collector) object(value any, depth int) {
	if list, ok := value.([]any); ok {
		for _, item := range list[:min(len(list), 3)] {
			c.object(item, depth+1)
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
	if id := scalar(o["id"]); isID("id", id) && o["code"] != nil && o["message"] != nil && o["errors"] != nil {
		// The error of Open Banking UK has an id of its own.
		c.add(id)
	}
	for _, key := range holdersOfIDs() {
		c.object(o[key], depth+1)
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
	}
	return true
}
