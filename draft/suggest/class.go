package suggest

import (
	"slices"
	"strings"

	"flagrante/capture"
	"flagrante/capture/lexicon"
	"flagrante/draft"
)

// class is a sort of failure to which the same rules apply.
type class string

const (
	// fault lies in the vendor or in the way there.
	fault class = "fault"
	// denied is a credential or a permission that was refused.
	denied class = "denied"
	// refused is a request that the vendor found wrong.
	refused class = "refused"
	limited class = "limited"
	aborted class = "aborted"
	// broken is a contract that one side did not keep, and no more than that.
	broken class = "broken"
	slow   class = "slow"
)

// classOf tells by what a group's failures have in common, and so is the same for
// all of them.
func classOf(e draft.Evidence) class {
	switch g := e.Group; {
	case g.Kind == capture.KindClientAbort:
		return aborted
	case g.Kind == capture.KindContract:
		return broken
	case g.Kind == capture.KindSlow:
		return slow
	case showsDenied(e):
		return denied
	case g.Kind == capture.KindBodyError, g.Kind == capture.KindHTTPStatus && g.Status == 500:
		return told(e)
	case g.Kind == capture.KindHTTPStatus && (g.Status == 401 || g.Status == 403 || g.Status == 407):
		return denied
	case g.Kind == capture.KindHTTPStatus && g.Status == 429:
		return limited
	case g.Kind == capture.KindTLS && refusesClient(e):
		return denied
	case draft.Fault(g.Kind, g.Status):
		return fault
	case g.Kind == capture.KindHTTPStatus:
		return coded(g.VendorCode)
	}
	return refused
}

// coded tells a refusal by a code that says more than its status: a token endpoint
// refuses a client with a 400 too (RFC 6749, section 5.2).
func coded(code string) class {
	if c, ok := byCode(strings.ToUpper(code)); ok && c != fault {
		return c
	}
	return refused
}

// refusesClient reports whether the server ended the handshake for want of a
// client certificate that it accepts (RFC 8446, section 6.2), as Go or a browser says it.
func refusesClient(e draft.Evidence) bool {
	for _, f := range ends(e) {
		err := f.Exchange.Err
		if err != nil && (err.Type == "tls_alert_received" && strings.Contains(err.Text, "certificate") || strings.Contains(err.Text, "CLIENT_AUTH")) {
			return true
		}
	}
	return false
}

// ends returns the first and the last failure, without repeating a single one.
func ends(e draft.Evidence) []*capture.Failure {
	found := []*capture.Failure{e.First}
	if e.Last != e.First {
		found = append(found, e.Last)
	}
	return slices.DeleteFunc(found, func(f *capture.Failure) bool { return f == nil })
}

// told reads what an answer says of an error for which its status says too little:
// a 200, or the 500 that SOAP 1.1 demands for a wrong request too. What says
// nothing plain is a fault, for the vendor answered in a way that hides it.
func told(e draft.Evidence) class {
	code := strings.ToUpper(e.Group.VendorCode)
	if c, ok := byCode(code); ok {
		return c
	}
	if e.Group.Status >= 500 {
		return fault
	}
	for _, f := range ends(e) {
		message := strings.ToLower(f.Vendor.Message)
		for _, sign := range signs() {
			if slices.ContainsFunc(sign.words, func(w string) bool { return strings.Contains(message, w) }) {
				return sign.class
			}
		}
		if lexicon.Repeated(message) {
			return refused
		}
	}
	return fault
}

// byCode knows the status names of gRPC, the fault codes of SOAP, and the codes of
// servers of GraphQL (Apollo Server, "Built-in error codes").
func byCode(code string) (class, bool) {
	_, local := cutLast(":"+code, ":")
	local, _, _ = strings.Cut(local, ".")
	switch local {
	case "CLIENT", "SENDER", "INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS", "FAILED_PRECONDITION", "OUT_OF_RANGE", "INVALID_REQUEST", "VALIDATION_ERROR",
		"GRAPHQL_VALIDATION_FAILED", "GRAPHQL_PARSE_FAILED", "BAD_USER_INPUT":
		return refused, true
	case "SERVER", "RECEIVER", "INTERNAL", "UNAVAILABLE", "UNKNOWN", "DATA_LOSS", "DEADLINE_EXCEEDED", "UNIMPLEMENTED", "ABORTED", "INTERNAL_ERROR", "INTERNAL_SERVER_ERROR":
		return fault, true
	case "UNAUTHENTICATED", "PERMISSION_DENIED", "UNAUTHORIZED", "FORBIDDEN", "INVALID_TOKEN", "INVALID_CLIENT", "UNAUTHORIZED_CLIENT", "INVALID_GRANT", "ACCESS_DENIED":
		return denied, true
	case "RESOURCE_EXHAUSTED", "TOO_MANY_REQUESTS", "RATE_LIMIT_EXCEEDED":
		return limited, true
	}
	return "", false
}

// business are words of refusals for what is, and not for how the request is written:
// another request of the same form may well be accepted.
func business() []string {
	return []string{
		"insuficiente", "insufficient", "limite diário", "limite diario", "limite excedido", "limite de valor", "daily limit", "limit exceeded",
		"bloquead", "encerrad", "inativ", "blocked", "inactive", "declined", "rejeitad", "rejected", "não permitid", "nao permitid", "not allowed",
		"vencid", "fora do horário", "fora do horario",
	}
}

// isBusiness reports whether a group's answers refuse what was asked for, though it
// was asked for well.
func isBusiness(e draft.Evidence) bool {
	for _, f := range ends(e) {
		message := strings.ToLower(f.Vendor.Message)
		if lexicon.Repeated(message) || slices.ContainsFunc(business(), func(w string) bool { return strings.Contains(message, w) }) {
			return true
		}
	}
	return false
}

// sign are words by which a message shows its class.
type sign struct {
	class class
	words []string
}

// signs are looked for in this order: that a server had an error is said more
// plainly than that a field was wrong.
func signs() []sign {
	return []sign{
		{fault, []string{"indispon", "unavailable", "erro interno", "internal error", "internal server", "inesperad", "unexpected", "timeout", "timed out", "tente novamente", "try again later"}},
		{limited, []string{"rate limit", "too many requests", "limite de requisi", "muitas requisi"}},
		{denied, []string{"não autorizad", "nao autorizad", "unauthorized", "unauthenticated", "acesso negado", "access denied", "forbidden", "token inválid", "token invalid", "invalid token", "token expir", "sem permiss", "tem permiss", "have permission", "sufficient permission"}},
		{refused, business()},
		{refused, []string{"inválid", "invalid", "obrigatóri", "obrigatori", "required", "não encontrad", "nao encontrad", "not found", "já existe", "already exists", "missing", "malformed", "must be", "can't be", "cannot be", "não pode ser", "nao pode ser", "cannot query field", "unknown argument", "deve ser", "formato", "rejeição", "rejeicao"}},
	}
}
