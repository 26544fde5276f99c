package expose

import "testing"

// TestProbesAreInWhatIsFound has an example for each pattern and each of its probes
// that is not as obvious as the pattern itself.
func TestProbesAreInWhatIsFound(t *testing.T) {
	examples := []string{
		"JDBC:oracle:thin:@db01:1521/PIX", "jdbc:mysql://db/pix", "Postgres://u@db", "postgresql://db/pix", "mysql://db01", "mariadb://db01", "mongodb://db01", "mongodb+srv://db01", "redis://db01",
		"rediss://db01", "amqp://mq01", "amqps://mq01", "mssql://db01", "sqlserver://db01", "oracle://db01", "kafka://mq01", "nats://mq01", "ldap://dir01", "ldaps://dir01", "ftp://files", "sftp://files",
		"Server=db01;Password=x", "Data Source=db01;Pwd=x", "host=db;user id=x", "server = a;x=1;UID =x", "Server=a;Initial Catalog=Pix", "Host=a;Database=Pix",
		"PATH=/bin", "JAVA_HOME: /x", `NODE_ENV":`, "NODE_OPTIONS=", "LD_LIBRARY_PATH=", "PYTHONPATH=", "GOPATH=", "DATABASE_URL=", "REDIS_URL=", "DB_HOST=", "DB_PASSWORD =>", "AWS_ACCESS_KEY=", "AWS_SECRET_ACCESS_KEY_ID=",
		"AWS_REGION=", "SECRET_KEY=", "APP_KEY=", "APP_ENV=", "KUBERNETES_SERVICE_HOST=", "KUBERNETES_PORT=", "SPRING_DATASOURCE_URL=", "DOCUMENT_ROOT=", "SERVER_SOFTWARE=",
		"SQLSTATE[42S02]", "ORA-00001: unique constraint (PIX.UK) violated", "You have an error in your SQL syntax", `Syntax error at or near "x"`, "Incorrect syntax near 'x'", "Unclosed quotation mark after the character string",
		`violates check constraint "x"`, `Relation "pix.x" does not exist`, "Duplicate entry 'x' for key 'y'", "Unknown column 'x' in 'y'", "Table 'a.b' doesn't exist", "sqlite_error", "SQLITE_CONSTRAINT",
		"SELECT a FROM b WHERE c", "INSERT INTO a (b) VALUES", "UPDATE a SET b =", "DELETE FROM a WHERE b",
		"at a.B.c(D.java:1)", "at a.B.c(D.kt:1)", "at a.B.c(D.scala:1)", "at a.B.c(D.groovy:1)", "at a.B.c(D.clj:1)", "at a.B.c(Native Method)", "at a.B.c(Unknown Source)", "at a.b(c) in d:line 1",
		"at System.a(b)", "at Microsoft.a(b)", "at Newtonsoft.a(b)", "at MediatR.a(b)", "at AspNetCore.a(b)", "Traceback (most recent call last)", `File "a.py", line 1, in `, "#0 a.php(1)", "a.php on line 1", "a.php:1", "a.rb:1:in 'x'",
		"at a (/b/c.js:1:2)", "at a (/b/c.ts:1:2)", "at a (/b/c.mjs:1:2)", "at a (/b/c.cjs:1:2)", "at a (/b/c.mts:1:2)", "at node:internal/main/run:1:2", "goroutine 1 [running]:", "a.go:1 +0x1d", "thread 'main' panicked at x",
		"You're seeing this error because you have <code>DEBUG = True", "Werkzeug Debugger", "The debugger caught an exception in your WSGI application", `Illuminate\Routing\`, "<TITLE> PHPInfo()", "Action Controller: Exception caught",
		"<b>Source File:</b> a <b>Line:", `whoops\RUN`, "Vendor/filp/whoops",
		"/var/www/a.php", "/usr/src/a.py", "/home/a/b.rb", "/opt/a/b.js", "/app/a.ts", "/srv/a.java", "/root/a.go", `C:\a\b.cs`,
		"a.b.svc.cluster.local", "ECONNREFUSED 10.0.0.1", "ETIMEDOUT 192.168.0.1", "ECONNRESET 172.16.0.1", "EHOSTUNREACH 10.0.0.1", "dial tcp 10.0.0.1", "Connect to 10.0.0.1:80", "connection refused: 10.0.0.1", "Connecting to 10.0.0.1", "upstream: 10.0.0.1",
	}
	f := New()
	used := map[string]bool{}
	for _, text := range examples {
		there, matched := f.probes.in(text), false
		for _, s := range f.sorts {
			for _, p := range s.patterns {
				if !p.expression.MatchString(text) {
					continue
				}
				matched, used[p.expression.String()] = true, true
				if !there.holds(p.needs) {
					t.Errorf("%q has no probe of %s", text, p.expression)
				}
			}
		}
		if !matched {
			t.Errorf("%q is found by no pattern", text)
		}
	}
	for _, s := range f.sorts {
		for _, p := range s.patterns {
			if !used[p.expression.String()] || len(p.groups) == 0 {
				t.Errorf("%s has no example or no probe", p.expression)
			}
		}
	}
}
