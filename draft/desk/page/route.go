package page

import (
	"net"
	"strings"
)

// routing is what an app needs to go through the proxy.
type routing struct {
	Proxy, CA string
	Ways      []way
}

// way is how apps of one platform are led through the proxy.
type way struct {
	// ID names the platform, and with "route.way." before it the words for it.
	ID    string
	Lines string
	// Open says that it is the one to begin with.
	Open bool
}

// routing writes the lines of each platform. Those with export are for a POSIX shell.
func (d *Pages) routing() routing {
	proxy, ca := "http://"+d.ProxyAddr, shellWord(d.CAPath)
	host, port, err := net.SplitHostPort(d.ProxyAddr)
	if err != nil {
		host, port = d.ProxyAddr, "80"
	}
	both := "export HTTP_PROXY=" + proxy + " HTTPS_PROXY=" + proxy
	lines := func(all ...string) string { return strings.Join(all, "\n") }
	quoted := "'" + strings.ReplaceAll(d.CAPath, "'", "''") + "'"
	return routing{Proxy: proxy, CA: d.CAPath, Ways: []way{
		{ID: "run", Lines: "flagrante run -- npm start", Open: true},
		{ID: "shell", Lines: lines(both, "export http_proxy="+proxy+" https_proxy="+proxy,
			"export NODE_USE_ENV_PROXY=1 NODE_EXTRA_CA_CERTS="+ca, "export SSL_CERT_FILE="+ca, "export CURL_CA_BUNDLE="+ca, "export REQUESTS_CA_BUNDLE="+ca)},
		{ID: "powershell", Lines: lines("$env:HTTP_PROXY = $env:HTTPS_PROXY = '"+proxy+"'", "$env:NODE_USE_ENV_PROXY = '1'",
			"$env:NODE_EXTRA_CA_CERTS = $env:SSL_CERT_FILE = $env:REQUESTS_CA_BUNDLE = "+quoted)},
		{ID: "node", Lines: lines(both+" NODE_USE_ENV_PROXY=1", "export NODE_EXTRA_CA_CERTS="+ca)},
		{ID: "python", Lines: lines(both, "export REQUESTS_CA_BUNDLE="+ca+" SSL_CERT_FILE="+ca)},
		{ID: "java", Lines: lines("keytool -importcert -noprompt -alias flagrante -file "+ca+" -keystore flagrante.p12 -storetype PKCS12 -storepass changeit",
			"export JAVA_TOOL_OPTIONS=\"-Dhttp.proxyHost="+host+" -Dhttp.proxyPort="+port+" -Dhttps.proxyHost="+host+" -Dhttps.proxyPort="+port+
				" -Djavax.net.ssl.trustStore=$PWD/flagrante.p12 -Djavax.net.ssl.trustStorePassword=changeit\"")},
		{ID: "go", Lines: lines(both, "export SSL_CERT_FILE="+ca)},
		{ID: "dotnet", Lines: lines(both, "export SSL_CERT_FILE="+ca)},
		{ID: "php", Lines: lines(both, "php -d openssl.cafile="+ca+" -d curl.cainfo="+ca+" index.php")},
		{ID: "docker", Lines: lines("flagrante env --as docker > flagrante.env", "sed -n 1p flagrante.env")},
		{ID: "curl", Lines: "curl --proxy " + proxy + " --cacert " + ca + " https://api.example.com/"},
	}}
}

// shellWord quotes a word for a POSIX shell, where it needs quoting.
func shellWord(s string) string {
	plain := strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-") == ""
	if plain && s != "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
