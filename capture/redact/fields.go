package redact

import (
	"net/url"
	"strings"

	"flagrante/capture/redact/detect"
	"flagrante/capture/redact/mask"
	"flagrante/proxy"
)

// fields masks header or trailer fields; order and names stay.
func (w *walk) fields(where string, fields proxy.Fields) proxy.Fields {
	if fields == nil {
		return nil
	}
	out := make(proxy.Fields, len(fields))
	for i, f := range fields {
		value := w.in(where+"."+f.Name, func() string { return w.fieldOnce(f) })
		out[i] = proxy.Field{Name: f.Name, Value: value}
	}
	return out
}

func (w *walk) field(f proxy.Field) string {
	if w.again != nil {
		return w.value(place{}, f.Value)
	}
	at := place{name: f.Name, naming: w.naming(f.Name), field: true}
	switch n := detect.Fold(f.Name); {
	case n == "cookie":
		return w.cookies(f.Value)
	case n == "setcookie":
		return w.setCookie(f.Value)
	case n == "secwebsocketprotocol":
		return w.protocols(f.Value)
	case n == "link":
		return w.links(f.Value)
	case n == "wwwauthenticate" || n == "proxyauthenticate":
		return w.prose(place{}, f.Value)
	case n == "authorization" || n == "proxyauthorization":
		return w.credential(f.Value)
	case strings.HasSuffix(n, "bin") && strings.HasSuffix(f.Name, "-bin") && w.active(binaryKind):
		return w.binaryField(f.Value)
	case at.naming.Kind.IsSecret() && (at.naming.Strong || strings.HasSuffix(n, "key")):
		at.forced = at.naming.Kind
	}
	if plain, err := url.PathUnescape(f.Value); err == nil && plain != f.Value && at.naming.Kind != "" {
		if kind, rule := w.named(at, plain); kind != "" {
			return escapeURL(w.whole(kind, rule, plain))
		}
	}
	return w.leaf(at, f.Value)
}

// links masks the addresses of a Link field (RFC 8288, section 3), which may be relative.
func (w *walk) links(value string) string {
	var out strings.Builder
	for rest := value; rest != ""; {
		start := strings.IndexByte(rest, '<')
		end := linkEnd(rest[max(start, 0):])
		if start < 0 || end == 0 {
			out.WriteString(w.prose(place{}, rest))
			break
		}
		out.WriteString(rest[:start+1] + w.url(rest[start+1:start+end]))
		rest = rest[start+end:]
		next := strings.IndexByte(rest, '<')
		if next < 0 {
			next = len(rest)
		}
		out.WriteString(w.prose(place{}, rest[:next]))
		rest = rest[next:]
	}
	return out.String()
}

// protocols masks tokens among the subprotocols of a WebSocket, where browsers put
// them for want of other fields.
func (w *walk) protocols(value string) string {
	items := strings.Split(value, ",")
	named := false
	for i, item := range items {
		v := strings.TrimSpace(item)
		if v != "" && !mask.Is(v) && w.active(detect.Token) && (named || detect.Random(v) || len(v) > 40) {
			items[i] = strings.Replace(item, v, w.whole(detect.Token, "header-name", v), 1)
		}
		named = w.naming(v).Kind.IsSecret() || strings.EqualFold(v, "bearer")
	}
	return strings.Join(items, ",")
}

// binaryField masks binary metadata of gRPC: nobody here knows what it says.
func (w *walk) binaryField(v string) string {
	if v == "" || mask.Is(v) {
		return v
	}
	return w.whole(binaryKind, "binary-metadata", v)
}

// credential keeps the scheme of an Authorization value (RFC 9110, section 11.4),
// which tells support which way of logging in was tried.
func (w *walk) credential(value string) string {
	value = strings.TrimSpace(value)
	scheme, rest, ok := strings.Cut(value, " ")
	rest = strings.TrimSpace(rest)
	switch {
	case value == "" || mask.Is(value) || ok && mask.Is(rest) || detect.Plain(value) || detect.Plain(rest) && ok || !w.active(detect.Token):
		return value
	case !ok || strings.ContainsAny(scheme, "=:,;") || len(scheme) > 24:
		return w.whole(detect.Token, "header-name", value)
	}
	return scheme + " " + w.whole(detect.Token, "header-name", rest)
}

// setCookie masks the value of a cookie that an answer sets; the attributes stay
// (RFC 6265, section 4.1.1).
func (w *walk) setCookie(value string) string {
	pair, attributes, more := strings.Cut(value, ";")
	if more {
		attributes = ";" + attributes
	}
	return w.cookies(pair) + attributes
}

// cookies masks the values of a Cookie field (RFC 6265, section 4.2.1); the names
// stay.
func (w *walk) cookies(value string) string {
	if !w.active(detect.Cookie) {
		return value
	}
	pairs := strings.Split(value, ";")
	for i, pair := range pairs {
		name, v, ok := strings.Cut(pair, "=")
		switch {
		case !ok && strings.TrimSpace(pair) == "", mask.Is(strings.TrimSpace(v)), !ok && mask.Is(strings.TrimSpace(pair)), ok && v == "":
		case ok:
			pairs[i] = name + "=" + w.whole(detect.Cookie, "header-name", v)
		default:
			pairs[i] = w.whole(detect.Cookie, "header-name", strings.TrimSpace(pair))
		}
	}
	return strings.Join(pairs, ";")
}
