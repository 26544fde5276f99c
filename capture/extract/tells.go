package extract

import (
	"strings"

	"flagrante/capture/document"
)

// tells reports whether an object has a member that the search for code and message
// asks for. Most objects of a large answer have none, and to find that out costs a
// hundredth of looking for each name in turn.
func tells(o map[string]any) bool {
	for name, value := range o {
		if isAsked(document.Fold(name)) || holdsError(value) {
			return true
		}
	}
	return false
}

// isAsked knows all names that the search looks for, folded.
func isAsked(name string) bool {
	switch name {
	case "__type", "body", "campos", "cause", "causes", "cderro", "cod", "code", "coderro", "codigo", "codigodoerro", "codigoerro", "codigoretorno", "codretorno", "constraints", "cstat", "data", "descricao",
		"descricaoerro", "description", "detail", "details", "detalhe", "detalhes", "detalle", "developermessage", "diagnostics", "errcode", "errmsg", "erro", "error", "errorcode", "errorcodes",
		"errordescription", "errordetail", "errormessage", "errormessages", "errornumber", "errors", "errortype", "erros", "exception", "exceptionclass", "exceptionmessage", "exceptiontype", "extensions", "failed", "fault",
		"faultcode", "faultstring", "httpcode", "httpmessage", "info", "issue", "items", "json", "listaerros", "longmessage", "mensagem", "mensagemerro", "mensagemretorno",
		"mensagens", "mensagenserro", "mensaje", "message", "messages", "meta", "motivo", "msg", "msgerro", "msgretorno", "name", "nome", "razao", "reason", "response", "resposta",
		"resultcode", "resultmessage", "results", "retcode", "retmsg", "retorno", "return", "returncode", "returnmessage", "status", "statuscode", "texto", "title", "titulo",
		"type", "usermessage", "validationerrors", "violacoes", "violations", "xmotivo":
		return true
	}
	return isHolder(name)
}

// isHolder tells lists of errors and wrappers by how they end.
func isHolder(name string) bool {
	for _, end := range [...]string{"errors", "erros", "response", "result", "retorno", "return", "saida"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}
