package expose

import "regexp"

// sorts are ordered by how grave they are. Their patterns are shapes that programs
// write, not words that people do, so that a message which speaks of a database is
// none.
func sorts() []sort {
	return []sort{
		{"connection_string", []string{"://", "password=", "pwd=", "catalog=", "jdbc:"}, patterns(
			`(?i)\bjdbc:[a-z0-9]+:(?:thin:)?[@/\\a-z][^\s"'<>]{5,}`,
			`(?i)\b(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|sqlserver|oracle|kafka|nats|ldaps?|s?ftp)://[^\s"'<>]{4,}`,
			`(?i)\b(?:server|data source|host)\s*=\s*[^;"'\n]{1,200};[^"'\n]{0,300}\b(?:password|pwd|user id|uid|initial catalog|database)\s*=`,
		), 1},
		{"environment", []string{"path", "_url", "_host", "_key", "node_env"}, patterns(
			`\b(?:PATH|JAVA_HOME|NODE_ENV|NODE_OPTIONS|LD_LIBRARY_PATH|PYTHONPATH|GOPATH|DATABASE_URL|REDIS_URL|DB_(?:HOST|PASSWORD|USERNAME|USER|DATABASE)|AWS_(?:SECRET_)?ACCESS_KEY(?:_ID)?|AWS_REGION|SECRET_KEY|APP_KEY|APP_ENV|KUBERNETES_SERVICE_HOST|KUBERNETES_PORT|SPRING_DATASOURCE_[A-Z]+|DOCUMENT_ROOT|SERVER_SOFTWARE)["']?\s*(?:=>|[=:])`,
		), 3},
		{"sql", []string{"sql", "ora-", "violates", "relation \"", "duplicate entry", "unknown column", "table '", "incorrect syntax", "unclosed quotation", "select ", "insert into", "update ", "delete from"}, patterns(
			`\bSQLSTATE\[?\s?[0-9A-Z]{5}`,
			`\bORA-\d{5}: [^\n"]{0,200}(?:\([\w$#]+\.[\w$#]+\)|"[\w$#]+"(?:\."[\w$#]+")+)`,
			`(?i)you have an error in your sql syntax`,
			`(?i)syntax error at or near "`,
			`(?i)incorrect syntax near ('|the keyword)`,
			`(?i)unclosed quotation mark after the character string`,
			`(?i)\bviolates (?:unique|foreign key|not-null|check|exclusion) constraint "`,
			`(?i)\brelation "[\w.]+" does not exist`,
			`(?i)\bduplicate entry '[^'\n]*' for key '`,
			`(?i)\bunknown column '[\w.]+' in '`,
			`(?i)\btable '[\w.]+' doesn't exist`,
			`(?i)\bSQLITE_(?:ERROR|CONSTRAINT)\b`,
			`\bSELECT\s[^;]{1,400}?\sFROM\s+["\[\x60]?[\w.]+[^;]{0,400}?\bWHERE\s`,
			`\bINSERT INTO\s+["\[\x60]?[\w.]+["\]\x60]?\s*\([^)]{1,400}\)\s*VALUES\b`,
			`\bUPDATE\s+["\[\x60]?[\w.]+["\]\x60]?\s+SET\s+[\w."\x60\[\]]+\s*=`,
			`\bDELETE FROM\s+["\[\x60]?[\w.]+["\]\x60]?\s+WHERE\s`,
		), 1},
		{"stack_trace", []string{"at ", "traceback", "file \"", "#0", ".rb:", "goroutine", ".go:", ".php", "panicked at"}, patterns(
			`\bat (?:[\w.$]+/)?[\w$.]+\.[\w$<>]+\((?:[\w$]+\.(?:java|kt|scala|groovy|clj)(?::\d+)?|Native Method|Unknown Source)\)`,
			`\bat [\w.<>\x60+\[\],]+\([^)\n]{0,300}\) in [^\n]{1,300}:line \d+`,
			`\bat (?:System|Microsoft|Newtonsoft|MediatR|AspNetCore)\.[\w.<>\x60+\[\],]+\([^)\n]{0,300}\)`,
			`Traceback \(most recent call last\)`,
			`File "[^"\n]+\.py", line \d+, in `,
			`#\d+ [^\s(]{1,300}\.php\(\d+\)`,
			`\.php(?: on line |:)\d+`,
			`[\w/.-]+\.rb:\d+:in [\x60']`,
			`\bat (?:(?:async )?[\w.<>$ \[\]]{1,200} )?\(?(?:file://|webpack://|node:)?[\w./\\:@-]+\.(?:m|c)?[jt]s:\d+:\d+\)?`,
			`\bat node:internal/[\w/]+:\d+:\d+`,
			`goroutine \d+ \[[a-z ,\d]+\]:`,
			`[\w./@-]+\.go:\d+ \+0x[0-9a-f]+`,
			`thread '[^'\n]+' panicked at `,
		), 1},
		{"debug_page", []string{"debug", "debugger", "ignition", "whoops", "phpinfo", "exception caught", "source file:"}, patterns(
			`You're seeing this error because you have <code>DEBUG = True`,
			`Werkzeug Debugger|The debugger caught an exception in your WSGI application`,
			`Illuminate\\(?:Routing|Database|Foundation|Pipeline)\\`,
			`(?i)<title>\s*phpinfo\(\)`,
			`Action Controller: Exception caught`,
			`(?s)<b>\s*Source File:\s*</b>.{0,300}<b>\s*Line:`,
			`(?i)Whoops\\Run|vendor/filp/whoops`,
		), 1},
		{"server_path", []string{"/var/", "/home/", "/opt/", "/app/", "/srv/", "/usr/", ":\\", "/root/"}, patterns(
			`(?:/var/(?:www|task|lib|app)|/usr/(?:src|local|share|lib)|/home/[\w.-]+|/opt/[\w.-]+|/app|/srv|/root)/[\w./@+-]{1,200}\.(?:php|py|rb|m?js|ts|java|cs|go|jar|war|dll|class|cshtml|aspx|env|conf|ya?ml)\b`,
			`\b[A-Z]:\\(?:[\w .-]+\\){1,20}[\w.-]+\.(?:php|py|cs|vb|dll|cshtml|aspx|config|js|ts|java|jar)\b`,
		), 1},
		{"internal_host", []string{".svc", "10.", "192.168.", "172."}, patterns(
			`\b[\w-]+\.[\w-]+\.svc(?:\.cluster\.local)?(?::\d+)?\b`,
			`\b(?:ECONNREFUSED|ETIMEDOUT|ECONNRESET|EHOSTUNREACH|dial tcp|[Cc]onnect(?:ion)? (?:to|refused:?)|[Cc]onnecting to|upstream)\W{1,3}(?:[\w.-]+/)?(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?::\d+)?`,
		), 1},
	}
}

func patterns(list ...string) []*regexp.Regexp {
	compiled := make([]*regexp.Regexp, len(list))
	for i, p := range list {
		compiled[i] = regexp.MustCompile(p)
	}
	return compiled
}
