package lexicon

// classOf returns what a word stands for, which is folded; 0 for one that is not known.
//
//nolint:misspell // The words of other languages are spelt otherwise.
func classOf(word string) Class {
	switch word {
	// What it is called.
	case "err", "error", "errors", "erro", "erros", "errores", "erreur", "erreurs", "errore", "errori", "fehler", "fault", "faults", "exception", "exceptions",
		"excecao", "excecoes", "excepcion", "failure", "failures", "failed", "falha", "falhas", "falla", "fallas", "fallo", "echec",
		"violation", "violations", "violacao", "violacoes", "violaciones", "inconsistencia", "inconsistencias", "critica", "criticas", "rejeicao",
		"rejeicoes", "rechazo", "rechazos", "invalid", "validation", "unauthorized", "glosa", "glosas":
		return Error | Known
	case "code", "codes", "codigo", "codigos", "cod", "cd", "errno", "cstat", "kode":
		return Code | Known
	case "message", "messages", "mensagem", "mensagens", "mensaje", "mensajes", "msg", "msgs", "detail", "details", "detailed", "detalhe", "detalhes",
		"detalle", "detalles", "diagnostics", "xmotivo", "ds", "tx", "meldung", "nachricht":
		return Message | Known
	case "text", "texto", "info", "description", "descricao", "descripcion", "desc", "dsc", "title", "titulo", "reason", "razao", "razon", "raison", "motivo",
		"motivos", "motif", "grund", "explanation", "problema", "notification", "notifications", "notificacao", "notificacoes", "issue":
		return Message | Caption | Known
	case "success", "successful", "succeeded", "sucesso", "ok", "exito", "succes", "erfolg", "erfolgreich":
		return Success | Known
	case "processado", "processada", "processed", "realizado", "realizada", "executado", "executada", "executed", "autenticado", "autenticada", "authenticated",
		"autorizado", "autorizada", "authorized", "accepted", "aceito", "aceita", "aprovado", "aprovada", "approved", "capturado", "capturada", "captured",
		"gravado", "gravada", "salvo", "salva", "saved", "enviado", "enviada", "concluido", "concluida", "completed", "efetuado", "efetuada", "efetivado", "efetivada", "emitido", "emitida":
		return Done | Known
	case "status", "situacao", "situacion", "estado", "statut", "state":
		return State | Status | Known
	case "severity", "severidade":
		return Severity | Status | Known
	case "result", "resultado", "resultat", "ergebnis", "outcome", "type", "tipo", "kind", "category", "categoria", "response", "resposta", "retorno",
		"return", "ret":
		return Status | Known
	case "valid", "valido", "valida":
		return Check
	// What else went wrong.
	case "cause", "causa", "subcode", "class", "tag", "summary", "domain", "trace", "traces", "tracing", "stack", "stacktrace", "inner", "debug", "hint",
		"help", "more", "doc", "docs", "documentation", "link", "links", "href", "url", "uri", "terms", "of", "use", "user", "object",
		// Where it went wrong.
		"field", "fields", "campo", "campos", "param", "params", "parameter", "parameters", "parametro", "parametros", "property", "propriedade", "attribute",
		"attributes", "atributo", "path", "pointer", "location", "loc", "target", "source", "origem", "origin", "method", "query", "non",
		"needed", "provided", "warning", "warnings", "aviso", "avisos", "ocorrencia", "extension", "extensions", "abp", "retry", "after", "ocorrencias", "occurrences", "correcao", "correction", "solucao", "solution", "acao", "indicador", "indicator", "ind", "sefaz", "odata", "key", "event", "issues", "problem", "problems", "problemas",
		// Under which circumstances.
		"id", "request", "requisicao", "correlation", "transaction", "transacao", "operation", "operacao", "log", "fbtrace", "ray", "reference", "protocolo",
		"protocol", "instance", "http", "api", "version", "versao", "service", "servico", "server", "served", "by", "host", "header", "headers",
		"timestamp", "time", "hora", "date", "datetime", "zone", "timezone", "data", "lang", "language", "locale", "metadata", "meta", "processamento",
		"processing", "business", "negocio", "jsonrpc", "cfray", "jsessionid", "sign", "logref", "list", "lista", "listof", "information", "flag", "developer", "ext", "in", "on",
		"elapsed", "name", "nome", "is", "has", "tem", "x", "dt", "fl", "st", "tp", "nu", "nr", "number", "numero", "num", "string", "sub", "long", "short", "l":
		return Known
	}
	return 0
}
