package judge

import (
	"slices"

	"flagrante/capture/document"
	"flagrante/capture/lexicon"
)

// partFailed reports whether one of the results of a batch is an error.
func partFailed(part any) bool {
	o, ok := part.(map[string]any)
	if !ok {
		return false
	}
	if len(o) == 1 {
		// Elasticsearch puts each result under the name of what was to be done.
		if inner, ok := o[document.Keys(o)[0]].(map[string]any); ok && partFailed(inner) {
			return true
		}
	}
	status := number(document.First(o, "status|statusCode|httpStatusCode|httpStatus|code"))
	switch {
	case status >= 400 && status < 600:
		return document.First(o, "error|erro|errors|erros|body|message|mensagem|detail") != nil
	case isSaid(o, "success|sucesso|ok|succeeded", "false", "não", "nao"):
		return document.First(o, "error|erro|errors|erros|message|mensagem|body") != nil
	case document.First(o, "errorCode|codigoErro") != nil:
		return document.First(o, "errorMessage|mensagemErro|message|mensagem|error|erro") != nil
	}
	_, isError := document.First(o, "error|erro").(map[string]any)
	return isError && signsOf(map[string]any{"error": document.First(o, "error|erro")}, 0).strong > 1 ||
		document.Get(o, "errors.0.message") != nil
}

// refusedCounts are words of names that count what was not taken of a batch.
const refusedCounts = "rejeitado|rejeitados|rejeitada|rejeitadas|recusado|recusados|recusada|recusadas|invalido|invalidos|invalida|invalidas|falha|falhas|erro|erros|rejected|failed|failure|failures|invalid|error|errors"

// why are names of what says of a part of a batch why it was not taken, and partCodes names
// of codes that do.
const (
	why       = "descricao|mensagem|motivo|message|description|reason|detalhe|detail"
	partCodes = "codigo|code|codigoErro|errorCode|codigoOcorrencia"
)

// refusedCount returns how many parts were not taken, where a name says that its value
// counts that; 0 otherwise.
func refusedCount(name string, value any) float64 {
	if words := lexicon.Words(name); len(words) > 3 || !hasWord(words, refusedCounts) {
		return 0
	}
	return number(value)
}

// countsRefused reports whether an answer counts parts of a batch that were not taken, and
// shows such parts. sent says that the batch came with this call, so that a state in the
// answer is what became of it, and not what a list was asked for.
func countsRefused(body any, sent bool) bool {
	o, _ := body.(map[string]any)
	refused := 0.0
	for name, value := range o {
		refused = max(refused, refusedCount(name, value))
	}
	for of, list := range o {
		parts, _ := list.([]any)
		isOfRefused := hasWord(lexicon.Words(of), refusedCounts)
		found := 0.0
		for _, part := range parts {
			if document.First(part, "erros.0|errors.0") != nil || tellsWhy(part) &&
				(isOfRefused || sent && (isRefusedPart(part) || float64(len(parts)) == refused && document.First(part, partCodes) != nil)) {
				found++
			}
		}
		if found > 0 && found <= refused {
			return true
		}
	}
	return false
}

// tellsWhy reports whether a part says why it was not taken, perhaps in an object for that.
func tellsWhy(part any) bool {
	return document.First(part, why) != nil || slices.ContainsFunc(members(part), func(inner any) bool {
		_, isObject := inner.(map[string]any)
		return isObject && document.First(inner, why) != nil
	})
}

// isRefusedPart reports whether the state of a part says that it was not taken.
func isRefusedPart(part any) bool {
	return hasWord(lexicon.Split(document.Scalar(document.First(part, "status|situacao|resultado|state|result"))), refusedCounts)
}

// returnRefused reports whether an object has a code of return that is none of success,
// and the text of that code, which says that something was refused.
func returnRefused(value any) bool {
	const what = "return|retorno|ret|response|resposta|resp"
	code := named(value, what, "code|codigo|cod|cd")
	said := named(value, what, "message|mensagem|msg|description|descricao|desc|ds")
	return code != "" && !lexicon.Good(code) && said != "" && lexicon.ToneOf(said) == lexicon.Refusing
}

// parts returns the results of a batch: the items of the answer, of the list that is
// called so, or of the only list in an answer that is no thing and no page of a list.
func parts(body any) []any {
	if list, ok := body.([]any); ok {
		return list
	}
	if list, ok := document.First(body, "responses|results|resultados|compositeResponse|items|records|retornos").([]any); ok {
		return list
	}
	o, _ := body.(map[string]any)
	var only []any
	for name, value := range o {
		list, ok := value.([]any)
		switch {
		case ok && only == nil:
			only = list
		case ok, isIdentity(document.Fold(name)), listed(collectionNouns, document.Fold(name)):
			return nil
		}
	}
	return only
}
