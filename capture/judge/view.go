package judge

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/expr-lang/expr"

	"flagrante/capture/document"
	"flagrante/capture/lexicon"
	"flagrante/proxy"
)

// view is what a condition sees of an exchange.
type view struct {
	Status int    `expr:"status"`
	Method string `expr:"method"`
	Host   string `expr:"host"`
	Path   string `expr:"path"`
	// Type is the media type of the answer; Syntax is json, xml, html, empty or
	// other.
	Type   string `expr:"type"`
	Syntax string `expr:"syntax"`
	// Body is the tree of the answer, nil when it has none; Doc is the same
	// without wrappers such as {"response": …} and roots of XML.
	Body any `expr:"body"`
	Doc  any `expr:"doc"`
	// Root is the name of the root element of XML.
	Root string `expr:"root"`
	// Text is the answer in lower case; of a long one, both ends.
	Text string `expr:"text"`
	// GRPC is the status of a gRPC call, such as "14"; Connect the error of the
	// stream of a Connect call.
	GRPC    string `expr:"grpc"`
	Connect any    `expr:"connect"`
	// Stream is the error that an event stream or lines of JSON hold, or nil.
	Stream any `expr:"stream"`
	// WantsData reports that the app asked for JSON or XML, and not for a page.
	WantsData bool `expr:"wants_data"`
	// WantsErrors reports that errors are what the app asked for: a log, a
	// catalogue, the result of a check.
	WantsErrors bool `expr:"wants_errors"`
	// AskedSo reports that the answer has a word of what was asked for in the path, so
	// that "recusada" is what was wanted of "/recusar".
	AskedSo bool `expr:"asked_so"`
	// AskedFor reports that the code in the answer is that at the end of the path, so that
	// it is an entry of a catalogue, or that the answer lists what the path ends with.
	AskedFor bool `expr:"asked_for"`
	// ToItself reports a redirect to where the call went, which ends nowhere unless a
	// cookie makes the next call another.
	ToItself bool                `expr:"to_itself"`
	Header   func(string) string `expr:"header"`
	Asked    func(string) string `expr:"asked"`
}

func newView(x *proxy.Exchange, where place, d document.Document, a *answer) *view {
	ends := a.ends(d.Text)
	text := bytes.TrimSpace(bytes.Join(ends[:], []byte(" ")))
	if plain := unescaped(text); plain != nil {
		text = plain
	}
	said := strings.ToLower(string(text))
	v := &view{
		Status: x.Response.Status, Method: x.Request.Method, Host: where.host, Path: where.path, Type: d.Type, Syntax: string(d.Syntax),
		Body: d.Within(a.reach.tree), Text: said, GRPC: document.GRPCStatus(x.Response), Connect: document.ConnectError(x.Response),
		Stream: document.StreamError(d), WantsData: wantsData(x.Request.Header), WantsErrors: wantsErrors(where.path), AskedSo: askedSo(where.path, said), Header: x.Response.Header.Get, Asked: x.Request.Header.Get,
	}
	v.Doc = v.Body
	if o, ok := v.Body.(map[string]any); ok && d.Syntax == document.XML && len(o) == 1 {
		v.Root = document.Fold(document.Keys(o)[0])
		v.Doc = o[document.Keys(o)[0]]
	}
	v.Doc = unwrapped(v.Doc)
	v.AskedFor = v.Method == "GET" && askedFor(where.path, v.Doc)
	v.ToItself = v.Status >= 300 && toItself(x)
	return v
}

// toItself reports whether an answer leads where its request went.
func toItself(x *proxy.Exchange) bool {
	asked, err := url.Parse(x.Request.URL)
	if err != nil || x.Request.Method != "GET" || x.Response.Header.Get("Set-Cookie") != "" {
		return false
	}
	to, err := asked.Parse(x.Response.Header.Get("Location"))
	if err != nil || x.Response.Header.Get("Location") == "" {
		return false
	}
	to.Fragment, asked.Fragment = "", ""
	return to.String() == asked.String()
}

func askedFor(path string, doc any) bool {
	last := path[strings.LastIndexByte(path, '/')+1:]
	if o, ok := doc.(map[string]any); ok && isList(o[last]) {
		return true
	}
	return last != "" && strings.EqualFold(last, document.Scalar(document.First(doc, "codigo|code|cod")))
}

// wantsData reports whether the app can do nothing with a page: it asked for
// data, or it sent data or a token and did not name pages.
func wantsData(h proxy.Fields) bool {
	accept, sent := strings.ToLower(h.Get("Accept")), strings.ToLower(h.Get("Content-Type"))
	if strings.Contains(accept, "html") {
		return false
	}
	bearer := strings.HasPrefix(strings.ToLower(h.Get("Authorization")), "bearer ")
	return bearer || strings.Contains(accept, "json") || strings.Contains(accept, "xml") || strings.Contains(sent, "json") || strings.Contains(sent, "xml")
}

// wantsErrors reports whether a path names errors, a check or texts as what it leads to.
func wantsErrors(path string) bool {
	last := path[strings.LastIndexByte(path, '/')+1:]
	return hasWord(lexicon.Split(last), "error|errors|erro|erros|falha|falhas|failures|validate|validation|validar|validacao|lint|log|logs|incidents|reasons|motivos") ||
		hasWord(lexicon.Split(path), "locale|locales|translations|traducoes|logs|docs") || strings.Contains(path, "/i18n/")
}

// sameStem is how many letters words of one stem begin with.
const sameStem = 5

func askedSo(path, said string) bool {
	for _, no := range []string{"não", "nao ", "not ", "n't", "inval", "inváli", "err", "fail", "falh"} {
		if strings.Contains(said, no) {
			return false
		}
	}
	for _, word := range lexicon.Split(path[strings.LastIndexByte(path, '/')+1:]) {
		if len(word) >= sameStem && strings.Contains(said, word[:sameStem]) {
			return true
		}
	}
	return false
}

// maxWrappers is how many wrappers may lie around one another, as in SOAP.
const maxWrappers = 6

// unwrapped returns what lies in wrappers that say nothing.
func unwrapped(value any) any {
	for range maxWrappers {
		o, ok := value.(map[string]any)
		if !ok {
			return value
		}
		inner := wrapped(o)
		if inner == nil {
			return value
		}
		value = inner
	}
	return value
}

// wrapped returns the object that o only wraps, perhaps beside a signature, a header
// and attributes; nil when o is no wrapper.
func wrapped(o map[string]any) (inner map[string]any) {
	for name, value := range o {
		switch child, ok := value.(map[string]any); {
		case ok && inner == nil && isWrapper(name):
			inner = child
		case strings.HasPrefix(name, "@") || !document.Filled(value) || listed("header|sign", document.Fold(name)):
		default:
			return nil
		}
	}
	return inner
}

// isWrapper tells the names of what only holds an answer.
func isWrapper(name string) bool {
	folded := document.Fold(name)
	for _, end := range []string{"response", "resposta", "return", "retorno", "result", "resultado"} {
		if strings.HasSuffix(folded, end) {
			return true
		}
	}
	return hasWord(lexicon.Split(name), "envelope|body|response|resposta|retorno|return|ret|result|resultado|root|saida|output|d")
}

// functions are what conditions may call, besides those of the language.
func functions() []expr.Option {
	return []expr.Option{
		expr.Function("get", func(p ...any) (any, error) { return document.First(p[0], text(p[1])), nil }, new(func(any, string) any)),
		expr.Function("has", func(p ...any) (any, error) { return document.First(p[0], text(p[1])) != nil, nil }, new(func(any, string) bool)),
		expr.Function("word", func(p ...any) (any, error) {
			return strings.ToLower(document.Scalar(document.First(p[0], text(p[1])))), nil
		}, new(func(any, string) string)),
		expr.Function("yes", func(p ...any) (any, error) { return isSaid(p[0], text(p[1]), "true", "sim", "s", "yes"), nil }, new(func(any, string) bool)),
		expr.Function("no", func(p ...any) (any, error) { return isSaid(p[0], text(p[1]), "false", "não", "nao", "no"), nil }, new(func(any, string) bool)),
		expr.Function("items", func(p ...any) (any, error) { return items(p[0]), nil }, new(func(any) []any)),
		expr.Function("object", func(p ...any) (any, error) { _, ok := p[0].(map[string]any); return ok, nil }, new(func(any) bool)),
		expr.Function("list", func(p ...any) (any, error) { _, ok := p[0].([]any); return ok, nil }, new(func(any) bool)),
		expr.Function("only", func(p ...any) (any, error) { return only(p[0], text(p[1])), nil }, new(func(any, string) bool)),
		expr.Function("nearly", func(p ...any) (any, error) { return nearly(p[0], text(p[1])), nil }, new(func(any, string) bool)),
		expr.Function("named", func(p ...any) (any, error) { return named(p[0], text(p[1]), text(p[2])), nil }, new(func(any, string, string) string)),
		expr.Function("fails", func(p ...any) (any, error) { return signsOf(p[0], 0).failing(), nil }, new(func(any) bool)),
		expr.Function("faulty", func(p ...any) (any, error) { return isFaulty(text(p[0])), nil }, new(func(string) bool)),
		expr.Function("has_state", func(p ...any) (any, error) { return hasState(p[0]), nil }, new(func(any) bool)),
		expr.Function("refuses", func(p ...any) (any, error) { return signsOf(p[0], 0).refusing(), nil }, new(func(any) bool)),
		expr.Function("parts", func(p ...any) (any, error) { return parts(p[0]), nil }, new(func(any) []any)),
		expr.Function("part_failed", func(p ...any) (any, error) { return partFailed(p[0]), nil }, new(func(any) bool)),
		expr.Function("return_refused", func(p ...any) (any, error) { return returnRefused(p[0]), nil }, new(func(any) bool)),
		expr.Function("counts_refused", func(p ...any) (any, error) { return countsRefused(p[0], p[1] == true), nil }, new(func(any, bool) bool)),
		expr.Function("flagged", func(p ...any) (any, error) { return flagged(p[0]), nil }, new(func(any) bool)),
		expr.Function("refused", func(p ...any) (any, error) {
			return lexicon.ToneOf(strings.ReplaceAll(text(p[0]), "_", " ")) <= lexicon.Unwell, nil
		}, new(func(string) bool)),
		expr.Function("bad", func(p ...any) (any, error) { return lexicon.ToneOf(text(p[0])) == lexicon.Refusing, nil }, new(func(string) bool)),
		expr.Function("members", func(p ...any) (any, error) { return members(p[0]), nil }, new(func(any) []any)),
		expr.Function("good", func(p ...any) (any, error) { return lexicon.Good(text(p[0])), nil }, new(func(string) bool)),
		expr.Function("number", func(p ...any) (any, error) { return number(p[0]), nil }, new(func(any) float64)),
	}
}

func text(value any) string {
	s, _ := value.(string)
	return s
}

// number returns what value counts, -1 for what is no number.
func number(value any) float64 {
	n, err := json.Number(document.Scalar(value)).Float64()
	if err != nil {
		return -1
	}
	return n
}

// isSaid reports whether one of the paths holds one of the words; booleans count
// as theirs.
func isSaid(value any, paths string, said ...string) bool {
	for path := range strings.SplitSeq(paths, "|") {
		found := document.Get(value, path)
		word := strings.ToLower(document.Scalar(found))
		if b, ok := found.(bool); ok {
			word = map[bool]string{true: "true", false: "false"}[b]
		}
		for _, s := range said {
			if word == s {
				return true
			}
		}
	}
	return false
}

// items returns the items of a list, or value as the only one.
func items(value any) []any {
	switch value := value.(type) {
	case nil:
		return []any{}
	case []any:
		return value
	}
	return []any{value}
}

// members returns the values of an object in the order of their names.
func members(value any) []any {
	o, ok := value.(map[string]any)
	if !ok {
		return []any{}
	}
	all := make([]any, 0, len(o))
	for _, name := range document.Keys(o) {
		all = append(all, o[name])
	}
	return all
}
