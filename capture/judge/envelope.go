package judge

import (
	"slices"
	"strings"

	"flagrante/capture/document"
)

// envelope lists, folded, the names that the error answers of vendors consist
// of. An answer with other members is more likely data that tells of errors than
// an error itself.
func envelope() []string {
	return []string{
		"__type", "cause", "causa", "cfray", "cod", "code", "codigo", "codigoerro", "codigodoerro", "codigoretorno", "coderro", "codretorno", "correlationid", "datahora", "date",
		"description", "descricao", "detail", "detailmessage", "details", "detalhe", "detalhes", "documentationurl", "doc", "docurl", "errcode", "errmsg",
		"erro", "error", "errorcode", "errorcodes", "errordescription", "errordetail", "errordetails", "errorid", "errormessage", "errormessages", "errors", "errortype", "erroruri", "erros", "exception",
		"extensions", "fault", "faultcode", "faultstring", "fbtraceid", "haserror", "haserrors", "help", "helplink", "hint", "httpcode", "httpstatus", "httpstatuscode",
		"innererror", "instance", "iserror", "issuccess", "jsonrpc", "links", "listaerros", "logid", "mensagem", "mensagemerro", "mensagemretorno", "mensagens", "mensagenserro", "message", "messages", "meta", "method",
		"moreinfo", "motivo", "msg", "msgerro", "name", "needed", "numero", "ocorrencia", "ok", "param", "parameter", "path", "provided", "protocolo", "reason", "razao", "referenceid", "requestid", "result", "resultado", "resultcode",
		"resultmessage", "returncode", "returnmessage", "severidade", "severity", "situacao", "stacktrace", "status", "statuscode", "statusmessage", "statustext", "subcode", "subcodigo", "succeeded", "success", "successful",
		"sucesso", "target", "temerro", "time", "timestamp", "timezone", "tipo", "title", "titulo", "traceid", "transactionid", "type", "url", "usermessage", "validationerrors", "versao", "version", "violacoes", "violations", "warning", "xrequestid",
	}
}

// isEnvelope reports whether value is an object, or a list of objects, with no
// more than an error answer has: names of the envelope, the extra ones (between
// "|"), and members that are empty.
func isEnvelope(value any, extra string) bool {
	switch value := value.(type) {
	case map[string]any:
		return onlyNames(value, strings.Split(extra, "|"))
	case []any:
		for _, item := range value {
			o, ok := item.(map[string]any)
			if !ok || !onlyNames(o, strings.Split(extra, "|")) {
				return false
			}
		}
		return len(value) > 0
	}
	return false
}

func onlyNames(o map[string]any, extra []string) bool {
	known := envelope()
	for name, value := range o {
		folded := document.Fold(name)
		if document.Filled(value) && !slices.Contains(known, folded) && !slices.Contains(extra, folded) && !strings.HasPrefix(name, "@") {
			return false
		}
	}
	return len(o) > 0
}

// isGood reports whether a text or a code tells of success.
func isGood(said string) bool {
	said = strings.ToLower(strings.TrimSpace(said))
	if said != "" && strings.Trim(said, "0") == "" || len(said) == 3 && said[0] == '2' && strings.Trim(said, "0123456789") == "" {
		return true
	}
	for _, word := range []string{"não ", "nao ", "not ", "sem sucesso", "insucesso", "unsuccess", "fail", "falh", "erro", "inválid", "invalid", "recusad", "negad", "denied"} {
		if strings.Contains(said, word) && !strings.Contains(said, "sem erro") && !strings.Contains(said, "no error") && !strings.Contains(said, "nenhum erro") {
			return false
		}
	}
	for _, word := range []string{
		"sucesso", "success", "sem erro", "no error", "nenhum erro", "none", "aprovad", "approved", "autorizad", "authorized", "recebid", "received",
		"processad", "processed", "conclu", "complet", "criad", "created", "accepted", "aceit", "efetuad", "realizad", "confirmad", "confirmed", "pronto", "welcome", "bem-vindo", "pong", "healthy", "encontrad", "found", "enviad", "sent", "agendad", "registrad", "atualizad", "updated", "deleted", "exclu", "cancelad", "pago", "paid", "andamento", "pendente", "pending", "disponível", "available", "disabled", "enabled", "hello",
	} {
		if strings.Contains(said, word) {
			return true
		}
	}
	return said == "ok" || strings.HasPrefix(said, "ok ") || said == "up" || said == "null"
}
