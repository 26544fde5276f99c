package redact

import (
	"net/url"
	"strings"
	"unicode/utf8"

	"flagrante/capture/redact/detect"
)

// url masks a URL: its user information, the segments of its path, its query, and
// its fragment, where OAuth's implicit grant puts tokens (RFC 6749, section
// 4.2.2).
func (w *walk) url(raw string) string {
	rest, fragment, hasFragment := strings.Cut(raw, "#")
	base, query, hasQuery := strings.Cut(rest, "?")
	out := w.base(base)
	if hasQuery {
		out += "?" + w.under("query", func() string { return w.pairs(query) })
	}
	if hasFragment {
		out += "#" + w.under("fragment", func() string { return w.fragment(fragment) })
	}
	return out
}

func (w *walk) fragment(s string) string {
	if strings.Contains(s, "=") {
		return w.pairs(s)
	}
	return w.piece(place{}, s)
}

// under notes where a part of a URL stands: request.url.query/token.
func (w *walk) under(part string, f func() string) string {
	w.path = append(w.path, step{name: part})
	defer func() { w.path = w.path[:len(w.path)-1] }()
	return f()
}

// base masks what comes before the query.
func (w *walk) base(s string) string {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok {
		return w.segments(s)
	}
	authority, path, hasPath := strings.Cut(rest, "/")
	out := scheme + "://" + w.authority(authority)
	if !hasPath {
		return out
	}
	if spans := w.scanner.Find(s, true); w.again == nil && !w.onlyHand() && len(spans) > 0 {
		for _, span := range spans {
			if from := len(s) - len(path); span.Rule == "webhook-url" && span.Start >= from {
				return out + "/" + path[:span.Start-from] + escapeURL(w.whole(span.Kind, span.Rule, s[span.Start:span.End])) + path[span.End-from:]
			}
		}
	}
	return out + "/" + w.segments(path)
}

// authority masks user information.
func (w *walk) authority(s string) string {
	user, host, ok := cutLast(s, "@")
	if !ok || !w.active(detect.Secret) || strings.HasPrefix(user, "%3C") && strings.HasSuffix(user, "%3E") || detect.MaskLen(user) == len(user) && user != "" {
		return s
	}
	w.note(detect.Secret, "url-user")
	if _, password, ok := strings.Cut(user, ":"); ok {
		plain, err := url.PathUnescape(password)
		if err == nil {
			w.remember(detect.Password, plain, w.masker.Of(detect.Password, plain))
		}
	}
	return escapeURL(w.masker.Of(detect.Secret, user)) + "@" + host
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return "", s, false
	}
	return s[:i], s[i+len(sep):], true
}

// segments masks the parts of a path, each by the name before it: /clientes/{cpf},
// /reset-password/{token}.
func (w *walk) segments(path string) string {
	path = w.within(path)
	parts := strings.Split(path, "/")
	before, hooked := "", false
	for i, part := range parts {
		segment, parameters, ok := strings.Cut(part, ";")
		at := place{}
		if before != "" {
			hooked = hooked || len(before) < 9 && aboutHooks(before)
			at = place{name: before, naming: w.naming(before)}
			if pixKeys(path, before) {
				at.naming = detect.Naming{Kind: detect.PixKey, Strong: true}
			}
			if detect.OneTime(before) && detect.Unguessable(segment) || ofHook(parts[:i], segment) || hooked && (detect.Scrambled(segment) || detect.Random(segment)) {
				at.naming = detect.Naming{Kind: detect.Token, Strong: true}
			}
			// What follows the name of a secret in a path may be the name of what is done.
			at.naming.Strong = at.naming.Strong && !(at.naming.Kind.IsSecret() && !strings.ContainsAny(segment, "0123456789"))
			at.naming.IDLike = at.naming.IDLike || at.naming.Kind == "" && detect.Collection(before)
			if at.naming.Kind == detect.Name && !strings.ContainsAny(segment, "%+") || at.naming.Kind == detect.User || at.naming.Kind.IsSecret() && len(segment) < 8 {
				at.naming.Kind = ""
			}
		}
		parts[i] = w.piece(at, segment)
		if ok {
			parts[i] += ";" + w.pairs(parameters)
		}
		before = segment
	}
	return strings.Join(parts, "/")
}

// within masks the user information of addresses that a path holds, as those of proxies and
// archives do: /fetch/https://user:password@host/.
func (w *walk) within(path string) string {
	before, rest, ok := strings.Cut(path, "://")
	if !ok {
		return path
	}
	var out strings.Builder
	for ; ok; before, rest, ok = strings.Cut(rest, "://") {
		authority, _, _ := strings.Cut(rest, "/")
		out.WriteString(before + "://" + w.authority(authority))
		rest = rest[len(authority):]
	}
	out.WriteString(before)
	return out.String()
}

// ofHook reports the segment that is the secret of a hook, behind those before it:
// /hooks/{secret}, or /services/T…/B…/{secret} as those who speak the protocol of Slack have it.
func ofHook(before []string, segment string) bool {
	last := len(before) - 1
	if last >= 0 && (before[last] == "IncomingWebhook" || last > 0 && before[last-1] == "IncomingWebhook") {
		return true // As Teams has them, whatever the host.
	}
	if !detect.Unguessable(segment) || len(segment) == 36 && strings.Count(segment, "-") == 4 {
		return false
	}
	return aboutHooks(before[last]) || last >= 2 && before[last-2] == "services" && strings.HasPrefix(before[last-1], "T") && strings.HasPrefix(before[last], "B")
}

// aboutHooks reports a segment behind which the secret of a hook may stand.
func aboutHooks(segment string) bool {
	switch detect.Fold(segment) {
	case "hook", "hooks", "webhook", "webhooks":
		return true
	}
	return false
}

// pixKeys reports the segment of a path behind which a key of Pix stands, as in the
// interface of DICT.
func pixKeys(path, segment string) bool {
	switch detect.Fold(segment) {
	case "entries", "entry", "keys", "key", "chaves", "chave":
		return strings.Contains(path, "dict") || strings.Contains(path, "pix")
	case "webhook": // As the central bank's own interface has it: /v2/webhook/{chave}.
		return strings.Contains("/"+path, "/v2/webhook/")
	}
	return false
}

// piece masks an escaped part of a URL or form.
func (w *walk) piece(at place, escaped string) string {
	plain, err := url.PathUnescape(escaped)
	if err != nil {
		plain = escaped
	}
	return w.unescapedPiece(at, escaped, plain)
}

// unescapedPiece masks a part of a URL or form of which plain is the text; without UTF-8 it
// is in the charset that pages had before.
func (w *walk) unescapedPiece(at place, escaped, plain string) string {
	if !utf8.ValidString(plain) {
		plain = latin1(plain)
	}
	masked := w.leaf(at, plain)
	if masked == plain {
		return escaped
	}
	return escapeURL(masked)
}

// latin1 reads text of ISO 8859-1, in which each byte is a letter.
func latin1(s string) string {
	runes := make([]rune, len(s))
	for i := range len(s) {
		runes[i] = rune(s[i])
	}
	return string(runes)
}

// pairs masks the values of name=value pairs, in a query or in a form (WHATWG
// URL, application/x-www-form-urlencoded). Everything else stays as it was
// written.
func (w *walk) pairs(s string) string {
	var out strings.Builder
	grant := strings.Contains(s, "state=") || strings.Contains(s, "grant_type=") || strings.Contains(s, "redirect_uri=")
	for s != "" {
		end := strings.IndexAny(s, "&;")
		pair, separator := s, ""
		if end >= 0 {
			pair, separator = s[:end], s[end:end+1]
		}
		out.WriteString(w.pair(pair, grant))
		out.WriteString(separator)
		s = s[len(pair)+len(separator):]
	}
	return out.String()
}

func (w *walk) pair(pair string, grant bool) string {
	escaped, value, ok := strings.Cut(pair, "=")
	if !ok {
		return w.piece(place{}, pair)
	}
	name, err := url.QueryUnescape(escaped)
	if err != nil {
		name = escaped
	}
	at := place{name: name, naming: w.naming(name), field: true}
	if name == "code" && detect.Random(value) || (name == "code" || name == "state" && len(value) >= 8 && strings.ContainsAny(value, "0123456789")) && grant {
		at.naming = detect.Naming{Kind: detect.Token, Strong: true}
	}
	w.path = append(w.path, step{name: name})
	defer func() { w.path = w.path[:len(w.path)-1] }()
	plain, err := url.QueryUnescape(value)
	if err != nil {
		plain = value
	}
	if name == "hash" && detect.Random(plain) { // Whoever has the link may see what it shows.
		at.naming = detect.Naming{Kind: detect.Token, Strong: true}
	}
	return escaped + "=" + w.unescapedPiece(at, value, plain)
}
