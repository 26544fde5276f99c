package extract

import (
	"strings"

	"flagrante/capture"
	"flagrante/capture/document"
)

// fault reads a SOAP fault (SOAP 1.1 section 4.4, SOAP 1.2 part 1 section 5.4). Of nested
// subcodes the innermost says most. Where the code says only on which side the fault is,
// the detail has the vendor's own.
func (s search) fault(fault any) capture.Vendor {
	v := capture.Vendor{Code: document.Scalar(document.Get(fault, "faultcode")), Message: document.Scalar(document.First(fault, "faultstring|faultstring.#text"))}
	code := document.Get(fault, "Code")
	for range maxWrappers {
		if value := scalar(document.Get(code, "Value")); value != "" {
			v.Code = value
		}
		code = document.Get(code, "Subcode")
	}
	if text := document.Get(fault, "Reason.Text"); text != nil {
		v.Message = spokenHere(text)
	}
	v = Bounded(withoutPrefix(v.Code), v.Message)
	if v.Message != "" && !isSide(v.Code) {
		return v
	}
	detail := s.find(inner(document.First(fault, "detail")))
	if detail.Code != "" {
		v.Code = detail.Code
	}
	if _, isText := inner(document.First(fault, "detail")).(string); !isText && detail.Message != "" {
		v.Message = joined(v.Message, detail.Message)
	}
	return filled(v, detail)
}

// isSide tells the codes of the specifications that say only who is at fault.
func isSide(code string) bool {
	switch code {
	case "Server", "Client", "Receiver", "Sender":
		return true
	}
	return false
}

// spokenHere returns the text of a reason that is in Portuguese, or else the first.
func spokenHere(texts any) string {
	list, ok := texts.([]any)
	if !ok {
		return scalar(texts)
	}
	for _, text := range list {
		if strings.HasPrefix(strings.ToLower(document.Scalar(document.Get(text, "@lang"))), "pt") {
			return scalar(text)
		}
	}
	return scalar(list[0])
}

// inner returns what lies in elements that hold only one other.
func inner(value any) any {
	for range maxWrappers {
		child := onlyElement(value)
		if child == nil {
			break
		}
		value = child
	}
	return value
}
