package device

import "strings"

// product is one of the products of a User-Agent.
type product struct{ name, version string }

// productsOf returns the products of a User-Agent, without comments.
func productsOf(agent string) []product {
	var all []product
	depth := 0
	clean := strings.Map(func(r rune) rune {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
			return ' '
		}
		if depth > 0 {
			return ' '
		}
		return r
	}, agent)
	for word := range strings.FieldsSeq(clean) {
		name, version, _ := strings.Cut(word, "/")
		all = append(all, product{name, version})
	}
	return all
}

// known is a library that was found.
type known struct {
	// product is the name in the User-Agent, name what people call it.
	product, name, version string
	kind                   Kind
}

func (k known) String() string { return strings.TrimSpace(k.name + " " + k.version) }

// library finds the first product that is a library for HTTP.
func library(products []product) (known, bool) {
	for i, p := range products {
		for _, l := range libraries() {
			if !strings.EqualFold(p.name, l.product) {
				continue
			}
			version := p.version
			if version == "" && i+1 < len(products) && products[i+1].version == "" && strings.HasPrefix(products[i+1].name, "v") {
				// Some write "Faraday v2.7".
				version = strings.TrimPrefix(products[i+1].name, "v")
			}
			if l.unversioned {
				version = ""
			}
			return known{p.name, l.name, version, l.kind}, true
		}
	}
	return known{}, false
}

type entry struct {
	product, name string
	kind          Kind
	// unversioned is true where what looks like a version is none: Go's client writes
	// that of HTTP.
	unversioned bool
}

func libraries() []entry {
	return []entry{
		{"axios", "axios", Server, false}, {"node", "Node.js", Server, true}, {"undici", "undici (Node.js)", Server, false},
		{"node-fetch", "node-fetch", Server, false}, {"got", "got", Server, false}, {"superagent", "superagent", Server, false},
		{"Bun", "Bun", Server, false}, {"Deno", "Deno", Server, false},
		{"Go-http-client", "Go net/http", Server, true}, {"go-resty", "resty (Go)", Server, false},
		{"python-requests", "requests (Python)", Server, false}, {"python-httpx", "httpx (Python)", Server, false},
		{"aiohttp", "aiohttp (Python)", Server, false}, {"Python-urllib", "urllib (Python)", Server, false}, {"python-urllib3", "urllib3 (Python)", Server, false},
		{"Java-http-client", "Java HttpClient", Server, false}, {"Apache-HttpClient", "Apache HttpClient (Java)", Server, false},
		{"Apache-CXF", "Apache CXF (Java)", Server, false}, {"ReactorNetty", "Reactor Netty (Java)", Server, false}, {"Java", "Java", Server, false},
		{"Jersey", "Jersey (Java)", Server, false}, {"Feign", "Feign (Java)", Server, false}, {"AHC", "AsyncHttpClient (Java)", Server, false},
		{"GuzzleHttp", "Guzzle (PHP)", Server, false}, {"PHP-SOAP", "SOAP (PHP)", Server, false}, {"PHP", "PHP", Server, false}, {"Symfony", "Symfony HttpClient (PHP)", Server, false},
		{"Faraday", "Faraday (Ruby)", Server, false}, {"Ruby", "Net::HTTP (Ruby)", Server, true}, {"rest-client", "rest-client (Ruby)", Server, false}, {"HTTParty", "HTTParty (Ruby)", Server, false},
		{"RestSharp", "RestSharp (.NET)", Server, false}, {"dotnet", ".NET", Server, false}, {".NET", ".NET", Server, false}, {"Flurl", "Flurl (.NET)", Server, false},
		{"reqwest", "reqwest (Rust)", Server, false}, {"hyper", "hyper (Rust)", Server, false}, {"grpc-go", "gRPC (Go)", Server, false}, {"grpc-java-netty", "gRPC (Java)", Server, false},
		{"okhttp", "OkHttp", Either, false}, {"ktor-client", "Ktor", Either, false}, {"Dart", "Dart", Either, false}, {"Dio", "Dio (Dart)", Either, false},
		{"CFNetwork", "CFNetwork", Either, false}, {"Alamofire", "Alamofire", Either, false}, {"Dalvik", "HttpURLConnection (Android)", Either, true},
		{"curl", "curl", Script, false}, {"Wget", "Wget", Script, false}, {"HTTPie", "HTTPie", Script, false}, {"PostmanRuntime", "Postman", Script, false},
		{"insomnia", "Insomnia", Script, false}, {"bruno-runtime", "Bruno", Script, false}, {"PowerShell", "PowerShell", Script, false}, {"k6", "k6", Script, false},
	}
}
