package extract

import (
	"encoding/xml"
	"io"
	"strings"

	"flagrante/capture"
	"flagrante/capture/document"
)

// fromElements reads a whole XML document in the way of JSON, without what wraps it.
// A fault of XML-RPC is laid out in a way of its own, and left to fromXML.
func (s search) fromElements(tree any) capture.Vendor {
	if tree == nil || document.Get(tree, "methodResponse") != nil {
		return capture.Vendor{}
	}
	if fault := document.Get(tree, "Envelope.Body.Fault"); fault != nil {
		return s.fault(fault)
	}
	if code := document.First(tree, "Envelope.Document.*.Rsn.RjctgPtyRsn|Document.*.Rsn.RjctgPtyRsn"); code != nil {
		// ISO 20022, admi.002: a message was rejected.
		return Bounded(document.Scalar(code), document.Scalar(document.First(tree, "Envelope.Document.*.Rsn.RsnDesc|Document.*.Rsn.RsnDesc")))
	}
	return s.find(inner(tree))
}

// maxWrappers is how many elements may lie around the one that speaks.
const maxWrappers = 6

// onlyElement returns the only child that has children of its own, besides a header.
func onlyElement(value any) any {
	o, ok := value.(map[string]any)
	if !ok {
		return nil
	}
	var inner any
	for name, child := range o {
		_, isElement := child.(map[string]any)
		switch {
		case strings.HasPrefix(name, "@") || name == "Header":
		case !isElement || inner != nil:
			return nil
		default:
			inner = child
		}
	}
	return inner
}

// fromXML reads faults of XML-RPC, and documents that are not whole: faults of SOAP
// and plain XML errors with the usual element names. What is cut off says what
// it had said up to there.
func fromXML(text string) capture.Vendor {
	decoder := xml.NewDecoder(strings.NewReader(text))
	decoder.Strict = false
	// What the declaration names has been converted to UTF-8 before.
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	var v capture.Vendor
	var name, member string
	for range maxXMLTokens {
		token, err := decoder.RawToken()
		if err != nil {
			break
		}
		switch token := token.(type) {
		case xml.StartElement:
			name = strings.ToLower(token.Name.Local)
		case xml.EndElement:
			name = ""
		case xml.CharData:
			text := strings.TrimSpace(string(token))
			if name == "name" {
				// XML-RPC names its values by text.
				member = strings.ToLower(text)
			}
			if text != "" && name != "name" && (member == "faultcode" || member == "faultstring") {
				name, member = member, ""
			}
			v = filled(v, fromElement(name, text))
		}
	}
	return capture.Vendor{Code: code(v.Code), Message: clean(v.Message)}
}

// maxXMLTokens bounds the work on one answer.
const maxXMLTokens = 10_000

func fromElement(name, text string) capture.Vendor {
	switch name {
	case "faultcode", "value", "code", "codigo", "errorcode", "coderro":
		return capture.Vendor{Code: withoutPrefix(text)}
	case "faultstring", "text", "message", "mensagem", "descricao", "description", "detail":
		return capture.Vendor{Message: text}
	}
	return capture.Vendor{}
}

// withoutPrefix drops the namespace prefix of a qualified name such as
// soapenv:Server.
func withoutPrefix(qname string) string {
	if _, local, ok := strings.Cut(qname, ":"); ok && !strings.Contains(local, " ") {
		return local
	}
	return qname
}
