// Package replay sends a recorded request again and compares what comes with what
// came.
package replay

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"flagrante/capture/redact/mask"
	"flagrante/proxy"
)

// The reasons for which a request can't be sent again.
var (
	ErrBody   = errors.New("the body was not kept whole")
	ErrTarget = errors.New("the address can't be read")
)

// MissingError lists masks that stand in a request, for values that were not kept.
type MissingError struct{ Masks []Masked }

// Masked is a mask and where it stands.
type Masked struct{ Mask, Where string }

func (m *MissingError) Error() string {
	parts := make([]string, len(m.Masks))
	for i, one := range m.Masks {
		parts[i] = one.Mask + " in " + one.Where
	}
	return "values were masked and have to be given: " + strings.Join(parts, ", ")
}

// Safe reports whether a method asks for nothing but information (RFC 9110, section
// 9.2.1).
func Safe(method string) bool {
	return slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace}, method)
}

// Prepare returns the request as it is to be sent: with values in the place of masks,
// and without the fields that belong to its old connection. Values go by the mask
// ("token:k3f9qa2b"), its kind ("token"), or the name of the header field.
func Prepare(r proxy.Request, values map[string]string) (proxy.Request, error) {
	if r.Body.Cut || int64(len(r.Body.Data)) < r.Body.Size && !r.Body.Decoded {
		return r, ErrBody
	}
	f := filler{values: values}
	r.URL = f.fill("the address", r.URL, url.QueryEscape)
	if u, err := url.Parse(r.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return r, ErrTarget
	}
	header := make(proxy.Fields, 0, len(r.Header))
	for _, field := range r.Header {
		if hopField(field.Name) {
			continue
		}
		if value, ok := values[field.Name]; ok {
			field.Value = value
		}
		field.Value = f.fill("the field "+field.Name, field.Value, oneLine)
		header = append(header, field)
	}
	r.Header = header
	r.Body.Data = []byte(f.fill("the body", string(r.Body.Data), func(s string) string { return s }))
	if len(f.missing) > 0 {
		return r, &MissingError{f.missing}
	}
	return r, nil
}

// hopField reports whether a field belongs to the old connection, or is written anew.
func hopField(name string) bool {
	return slices.Contains([]string{
		"connection", "keep-alive", "proxy-connection", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "content-length", "expect", "http2-settings",
	}, strings.ToLower(name)) || strings.HasPrefix(name, ":")
}

func oneLine(s string) string { return strings.NewReplacer("\r", "", "\n", "").Replace(s) }

// filler puts values in the place of masks.
type filler struct {
	values  map[string]string
	missing []Masked
}

func (f *filler) fill(where, text string, write func(string) string) string {
	return regexp.MustCompile(`(?:<|%3C)[a-z_]+(?:(?::|%3A)[a-z2-7]+)?(?:>|%3E)`).ReplaceAllStringFunc(text, func(found string) string {
		plain := strings.NewReplacer("%3C", "<", "%3E", ">", "%3A", ":").Replace(found)
		if !mask.Is(plain) {
			return found
		}
		name := strings.Trim(plain, "<>")
		kind, _, _ := strings.Cut(name, ":")
		for _, key := range []string{name, kind, plain} {
			if value, ok := f.values[key]; ok {
				return write(value)
			}
		}
		if one := (Masked{plain, where}); !slices.Contains(f.missing, one) {
			f.missing = append(f.missing, one)
		}
		return found
	})
}

// IdempotencyKey returns the name of the field with which the vendor tells a call
// that is repeated from a new one; empty when there is none.
func IdempotencyKey(r proxy.Request) string {
	for _, field := range r.Header {
		name := strings.ToLower(field.Name)
		if strings.Contains(name, "idempotency") || strings.Contains(name, "idempotent") || name == "paypal-request-id" {
			return field.Name
		}
	}
	return ""
}

// Target returns host and port, and whether TLS is spoken there.
func Target(r proxy.Request) (target string, secure bool, err error) {
	u, err := url.Parse(r.URL)
	if err != nil {
		return "", false, ErrTarget
	}
	secure = u.Scheme == "https"
	port := u.Port()
	if port == "" {
		port = map[bool]string{true: "443", false: "80"}[secure]
	}
	return fmt.Sprintf("%s:%s", bracketed(u.Hostname()), port), secure, nil
}

func bracketed(host string) string {
	if strings.Contains(host, ":") {
		return "[" + host + "]"
	}
	return host
}
