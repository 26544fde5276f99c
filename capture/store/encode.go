package store

import (
	"encoding/json"
	"strconv"
	"time"

	"flagrante/proxy"
)

// Every failure has its headers and facts written as JSON. encoding/json finds its way
// through them by reflection, which took a tenth of what storing costs; it stays the
// measure of what is written here, field by field, and reads it.

// headText returns what is kept of an exchange besides columns and bodies, as
// encoding/json writes a head.
func headText(x *proxy.Exchange) string {
	const usual = 1024
	b := append(make([]byte, 0, usual), `{"peer":`...)
	b = appendText(b, clientText(x.Peer))
	if x.Aborted {
		b = append(b, `,"aborted":true`...)
	}
	b = appendFilled(b, `,"unread":`, x.Unread)
	b = appendFields(b, `,"tunnel":`, x.Tunnel)
	b = append(b, `,"request":`...)
	b = append(appendMessage(b, x.Request.Proto, x.Request.Header, x.Request.Trailer, x.Request.Body), '}')
	if r := x.Response; r != nil {
		b = append(b, `,"response":`...)
		b = appendMessage(b, r.Proto, r.Header, r.Trailer, r.Body)
		b = append(appendFilled(b, `,"reason":`, r.Reason), '}')
	}
	b = append(b, `,"phases":`...)
	b = appendPhases(b, x.Phases)
	b = append(b, `,"upstream":`...)
	b = append(appendUpstream(b, x.Upstream), '}')
	return string(b)
}

// appendMessage writes a message without the end of its object.
func appendMessage(b []byte, proto string, header, trailer proxy.Fields, body proxy.Body) []byte {
	b = append(b, '{')
	begin := len(b)
	b = appendFilled(b, `,"proto":`, proto)
	b = appendFields(b, `,"header":`, header)
	b = appendFields(b, `,"trailer":`, trailer)
	b = append(b, `,"body":{"size":`...)
	b = strconv.AppendInt(b, body.Size, 10)
	for _, fact := range []struct {
		name string
		yes  bool
	}{{`,"cut":true`, body.Cut}, {`,"decoded":true`, body.Decoded}, {`,"complete":true`, body.Complete}, {`,"bare_end":true`, body.BareEnd}} {
		if fact.yes {
			b = append(b, fact.name...)
		}
	}
	b = append(appendFilled(b, `,"err":`, body.Err), '}')
	return withoutComma(b, begin)
}

// withoutComma takes away the comma before the first field of an object.
func withoutComma(b []byte, begin int) []byte {
	if len(b) == begin {
		return b
	}
	return append(b[:begin], b[begin+1:]...)
}

func appendPhases(b []byte, p proxy.Phases) []byte {
	for _, phase := range []struct {
		name string
		took time.Duration
	}{
		{`{"dns":`, p.DNS}, {`,"connect":`, p.Connect}, {`,"tls":`, p.TLS}, {`,"send":`, p.Send},
		{`,"wait":`, p.Wait}, {`,"receive":`, p.Receive}, {`,"total":`, p.Total},
	} {
		b = append(b, phase.name...)
		b = strconv.AppendInt(b, int64(phase.took), 10)
	}
	return append(b, '}')
}

func appendUpstream(b []byte, u proxy.Upstream) []byte {
	b = append(b, '{')
	begin := len(b)
	b = appendFilled(b, `,"addr":`, u.Addr)
	b = appendFilled(b, `,"proxy":`, u.Proxy)
	if u.Reused {
		b = append(b, `,"reused":true`...)
	}
	b = appendFilled(b, `,"tls_version":`, u.TLSVersion)
	b = appendFilled(b, `,"cipher":`, u.Cipher)
	b = appendFilled(b, `,"alpn":`, u.ALPN)
	b = appendFilled(b, `,"cert_subject":`, u.CertSubject)
	b = appendFilled(b, `,"cert_issuer":`, u.CertIssuer)
	if at, err := u.CertNotAfter.MarshalJSON(); err == nil && !u.CertNotAfter.IsZero() {
		b = append(append(b, `,"cert_not_after":`...), at...)
	}
	return append(withoutComma(b, begin), '}')
}

// appendFields writes fields under a name, unless there are none.
func appendFields(b []byte, name string, fields proxy.Fields) []byte {
	for i, f := range fields {
		if i == 0 {
			b = append(append(b, name...), '[')
		} else {
			b = append(b, ',')
		}
		b = appendText(append(b, `{"name":`...), f.Name)
		b = append(appendText(append(b, `,"value":`...), f.Value), '}')
	}
	if len(fields) > 0 {
		b = append(b, ']')
	}
	return b
}

// appendFilled writes a text under a name, unless it is empty.
func appendFilled(b []byte, name, text string) []byte {
	if text == "" {
		return b
	}
	return appendText(append(b, name...), text)
}

// textsText returns a list of texts, as encoding/json writes it.
func textsText(texts []string) string {
	if texts == nil {
		return "null"
	}
	b := []byte{'['}
	for i, text := range texts {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendText(b, text)
	}
	return string(append(b, ']'))
}

// appendText writes a text: most are plain, and encoding/json writes the others.
func appendText(b []byte, text string) []byte {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '<' || c == '>' || c == '&' {
			return append(b, asJSON(text)...)
		}
	}
	b = append(append(b, '"'), text...)
	return append(b, '"')
}

// listText is asJSON for lists that are mostly empty.
func listText[T any](list []T) string {
	if list == nil {
		return "null"
	}
	return asJSON(list)
}

// asJSON encodes values of our own types, which always can be.
func asJSON(v any) string {
	data, err := json.Marshal(v)
	if err != nil {
		return "null"
	}
	return string(data)
}
