package fingerprint

import (
	"bytes"
	"encoding/json"
	"mime"
	"path"
	"regexp"
	"strings"

	"flagrante/proxy"
)

// maxOperationBody is how much of a body is read to find an operation.
const maxOperationBody = 64 << 10

// maxOperation is the longest name of an operation.
const maxOperation = 80

// operation returns "#" and the name of the operation, for protocols that serve
// all of theirs under one path: SOAP, JSON-RPC and GraphQL. It is empty for all
// others, and where the name is not a name.
func operation(r proxy.Request, path string) string {
	if r.Method != "POST" {
		return ""
	}
	name := soapAction(r.Header)
	if name == "" && mayHoldOperation(r.Body, path) {
		name = named(r.Body.Data[:min(len(r.Body.Data), maxOperationBody)])
	}
	if !isName(name) {
		return ""
	}
	return "#" + name
}

// soapAction returns the last part of the action: the field SOAPAction of SOAP 1.1
// (section 6.1.1), or the parameter of the media type of SOAP 1.2 (RFC 3902).
func soapAction(header proxy.Fields) string {
	action := strings.Trim(header.Get("SOAPAction"), `"' `)
	if kind := header.Get("Content-Type"); action == "" && strings.HasPrefix(kind, "application/soap+xml") {
		if _, parameters, err := mime.ParseMediaType(kind); err == nil {
			action = parameters["action"]
		}
	}
	if action == "" {
		return ""
	}
	return path.Base(strings.ReplaceAll(strings.ReplaceAll(action, "#", "/"), ":", "/"))
}

// mayHoldOperation is a quick look that spares all other calls the reading.
func mayHoldOperation(b proxy.Body, path string) bool {
	if len(b.Data) == 0 || b.Data[0] != '{' {
		return false
	}
	return strings.Contains(path, "graphql") || bytes.Contains(b.Data[:min(len(b.Data), maxOperationBody)], []byte(`"jsonrpc"`))
}

// named reads the name of a JSON-RPC method (JSON-RPC 2.0, section 4) or of a
// GraphQL operation, which stands beside the query or in it.
func named(body []byte) string {
	var message struct {
		Version   string `json:"jsonrpc"`
		Method    string `json:"method"`
		Operation string `json:"operationName"`
		Query     string `json:"query"`
	}
	if json.Unmarshal(body, &message) != nil {
		return ""
	}
	switch {
	case message.Version != "":
		return message.Method
	case message.Operation != "":
		return message.Operation
	}
	found := regexp.MustCompile(`^\s*(?:query|mutation|subscription)\s+([_A-Za-z][_0-9A-Za-z]*)`).FindStringSubmatch(message.Query)
	if found == nil {
		return ""
	}
	return found[1]
}

func isName(s string) bool {
	return s != "" && len(s) <= maxOperation && strings.IndexFunc(s, func(r rune) bool {
		return !letterOrDigit(r) && !strings.ContainsRune("_.-/$", r)
	}) < 0 && strings.IndexFunc(s, letterOrDigit) >= 0
}
