package expose

import (
	"regexp"
	"strings"
)

// sorts are ordered by how grave they are. Their patterns are shapes that programs
// write, not words that people do, so that a message which speaks of a database is
// none.
func sorts() []sort {
	return []sort{
		{"connection_string", []pattern{
			shaped(`(?i)\bjdbc:[a-z0-9]+:(?:thin:)?[@/\\a-z][^\s"'<>]{5,}`, `jdbc:`),
			shaped(`(?i)\b(?:postgres(?:ql)?|mysql|mariadb|mongodb(?:\+srv)?|rediss?|amqps?|mssql|sqlserver|oracle|kafka|nats|ldaps?|s?ftp)://[^\s"'<>]{4,}`, `postgres://|postgresql://|mysql://|mariadb://|mongodb://|mongodb+srv://|redis://|rediss://|amqp://|amqps://|mssql://|sqlserver://|oracle://|kafka://|nats://|ldap://|ldaps://|ftp://`),
			shaped(`(?i)\b(?:server|data source|host)\s*=\s*[^;"'\n]{1,200};[^"'\n]{0,300}\b(?:password|pwd|user id|uid|initial catalog|database)\s*=`, `server|data source|host`, `password|pwd|user id|uid|initial catalog|database`),
		}, 1},
		{"environment", []pattern{
			shaped(`\b(?:PATH|JAVA_HOME|NODE_ENV|NODE_OPTIONS|LD_LIBRARY_PATH|PYTHONPATH|GOPATH|DATABASE_URL|REDIS_URL|DB_(?:HOST|PASSWORD|USERNAME|USER|DATABASE)|AWS_(?:SECRET_)?ACCESS_KEY(?:_ID)?|AWS_REGION|SECRET_KEY|APP_KEY|APP_ENV|KUBERNETES_SERVICE_HOST|KUBERNETES_PORT|SPRING_DATASOURCE_[A-Z]+|DOCUMENT_ROOT|SERVER_SOFTWARE)["']?\s*(?:=>|[=:])`, `PATH|JAVA_HOME|NODE_|_URL|DB_|AWS_|SECRET_KEY|APP_|KUBERNETES_|SPRING_DATASOURCE_|DOCUMENT_ROOT|SERVER_SOFTWARE`),
		}, 3},
		{"sql", []pattern{
			shaped(`\bSQLSTATE\[?\s?[0-9A-Z]{5}`, `SQLSTATE`),
			shaped(`\bORA-\d{5}: [^\n"]{0,200}(?:\([\w$#]+\.[\w$#]+\)|"[\w$#]+"(?:\."[\w$#]+")+)`, `ORA-`),
			shaped(`(?i)you have an error in your sql syntax`, `sql syntax`),
			shaped(`(?i)syntax error at or near "`, `at or near`),
			shaped(`(?i)incorrect syntax near ('|the keyword)`, `incorrect syntax`),
			shaped(`(?i)unclosed quotation mark after the character string`, `unclosed quotation`),
			shaped(`(?i)\bviolates (?:unique|foreign key|not-null|check|exclusion) constraint "`, `violates `),
			shaped(`(?i)\brelation "[\w.]+" does not exist`, `relation "`),
			shaped(`(?i)\bduplicate entry '[^'\n]*' for key '`, `duplicate entry`),
			shaped(`(?i)\bunknown column '[\w.]+' in '`, `unknown column`),
			shaped(`(?i)\btable '[\w.]+' doesn't exist`, `table '`),
			shaped(`(?i)\bSQLITE_(?:ERROR|CONSTRAINT)\b`, `sqlite_`),
			shaped(`\bSELECT\s[^;]{1,400}?\sFROM\s+["\[\x60]?[\w.]+[^;]{0,400}?\bWHERE\s`, `SELECT`, `WHERE`),
			shaped(`\bINSERT INTO\s+["\[\x60]?[\w.]+["\]\x60]?\s*\([^)]{1,400}\)\s*VALUES\b`, `INSERT INTO`),
			shaped(`\bUPDATE\s+["\[\x60]?[\w.]+["\]\x60]?\s+SET\s+[\w."\x60\[\]]+\s*=`, `UPDATE`, `SET`),
			shaped(`\bDELETE FROM\s+["\[\x60]?[\w.]+["\]\x60]?\s+WHERE\s`, `DELETE FROM`),
		}, 1},
		{"stack_trace", []pattern{
			shaped(`\bat (?:[\w.$]+/)?[\w$.]+\.[\w$<>]+\((?:[\w$]+\.(?:java|kt|scala|groovy|clj)(?::\d+)?|Native Method|Unknown Source)\)`, `at `, `.java|.kt|.scala|.groovy|.clj|Native Method|Unknown Source`),
			shaped(`\bat [\w.<>\x60+\[\],]+\([^)\n]{0,300}\) in [^\n]{1,300}:line \d+`, `at `, `:line `),
			shaped(`\bat (?:System|Microsoft|Newtonsoft|MediatR|AspNetCore)\.[\w.<>\x60+\[\],]+\([^)\n]{0,300}\)`, `at System.|at Microsoft.|at Newtonsoft.|at MediatR.|at AspNetCore.`),
			shaped(`Traceback \(most recent call last\)`, `Traceback (most recent call last)`),
			shaped(`File "[^"\n]+\.py", line \d+, in `, `.py", line `),
			shaped(`#\d+ [^\s(]{1,300}\.php\(\d+\)`, `.php(`),
			shaped(`\.php(?: on line |:)\d+`, `.php on line |.php:`),
			shaped(`[\w/.-]+\.rb:\d+:in [\x60']`, `.rb:`),
			shaped(`\bat (?:(?:async )?[\w.<>$ \[\]]{1,200} )?\(?(?:file://|webpack://|node:)?[\w./\\:@-]+\.(?:m|c)?[jt]s:\d+:\d+\)?`, `at `, `.js:|.ts:|.mjs:|.cjs:|.mts:|.cts:`),
			shaped(`\bat node:internal/[\w/]+:\d+:\d+`, `at node:internal/`),
			shaped(`goroutine \d+ \[[a-z ,\d]+\]:`, `goroutine `),
			shaped(`[\w./@-]+\.go:\d+ \+0x[0-9a-f]+`, `.go:`),
			shaped(`thread '[^'\n]+' panicked at `, `panicked at `),
		}, 1},
		{"debug_page", []pattern{
			shaped(`You're seeing this error because you have <code>DEBUG = True`, `<code>DEBUG = True`),
			shaped(`Werkzeug Debugger|The debugger caught an exception in your WSGI application`, `Werkzeug Debugger|The debugger caught an exception in your WSGI application`),
			shaped(`Illuminate\\(?:Routing|Database|Foundation|Pipeline)\\`, `Illuminate\`),
			shaped(`(?i)<title>\s*phpinfo\(\)`, `phpinfo()`),
			shaped(`Action Controller: Exception caught`, `Action Controller: Exception caught`),
			shaped(`(?s)<b>\s*Source File:\s*</b>.{0,300}<b>\s*Line:`, `Source File:`),
			shaped(`(?i)Whoops\\Run|vendor/filp/whoops`, `whoops\run|vendor/filp/whoops`),
		}, 1},
		{"server_path", []pattern{
			shaped(`(?:/var/(?:www|task|lib|app)|/usr/(?:src|local|share|lib)|/home/[\w.-]+|/opt/[\w.-]+|/app|/srv|/root)/[\w./@+-]{1,200}\.(?:php|py|rb|m?js|ts|java|cs|go|jar|war|dll|class|cshtml|aspx|env|conf|ya?ml)\b`, `/var/|/usr/|/home/|/opt/|/app/|/srv/|/root/`),
			shaped(`\b[A-Z]:\\(?:[\w .-]+\\){1,20}[\w.-]+\.(?:php|py|cs|vb|dll|cshtml|aspx|config|js|ts|java|jar)\b`, `:\`),
		}, 1},
		{"internal_host", []pattern{
			shaped(`\b[\w-]+\.[\w-]+\.svc(?:\.cluster\.local)?(?::\d+)?\b`, `.svc`),
			shaped(`\b(?:ECONNREFUSED|ETIMEDOUT|ECONNRESET|EHOSTUNREACH|dial tcp|[Cc]onnect(?:ion)? (?:to|refused:?)|[Cc]onnecting to|upstream)\W{1,3}(?:[\w.-]+/)?(?:10\.\d{1,3}|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d{1,3}\.\d{1,3}(?::\d+)?`, `10.|192.168.|172.`, `ECONNREFUSED|ETIMEDOUT|ECONNRESET|EHOSTUNREACH|dial tcp|onnect|upstream`),
		}, 1},
	}
}

// shaped returns the pattern of an expression. Of each group of probes, separated by
// "|", one is in every text that it finds something in.
func shaped(expression string, groups ...string) pattern {
	p := pattern{expression: regexp.MustCompile(expression)}
	for _, group := range groups {
		p.groups = append(p.groups, strings.Split(group, "|"))
	}
	p.anyCase = strings.HasPrefix(expression, "(?i)")
	return p
}
