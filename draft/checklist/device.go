package checklist

import (
	"strings"

	"flagrante/draft"
	"flagrante/draft/words"
)

// maxAgent is how many bytes of a User-Agent are looked at and shown.
const maxAgent = 256

// device says on what the call was made, as far as its User-Agent (RFC 9110,
// section 10.1.5) tells; empty without one.
func device(lang draft.Lang, agent string) string {
	agent = strings.ToValidUTF8(agent[:min(len(agent), maxAgent)], "")
	agent = strings.TrimSpace(agent)
	if agent == "" {
		return ""
	}
	if comment, rest, ok := browser(agent); ok {
		return words.Text(lang, "device.browser", map[string]string{"browser": product(rest), "platform": comment})
	}
	name, _, _ := strings.Cut(agent, "/")
	name, _, _ = strings.Cut(name, " ")
	return words.Text(lang, sentence(strings.ToLower(name)), map[string]string{"agent": agent})
}

// sentence returns the key of the sentence for the product that leads a User-Agent.
func sentence(product string) string {
	switch product {
	case "axios", "node", "node-fetch", "undici", "got", "superagent", "go-http-client", "go-resty",
		"python-requests", "python-httpx", "python-urllib", "aiohttp", "java", "java-http-client",
		"apache-httpclient", "apache-cxf", "reactornetty", "spring", "guzzlehttp", "php", "php-soap",
		"symfony", "faraday", "ruby", "rest-client", "restsharp", "dotnet", "reqwest", "hyper", "ktor-client":
		return "device.server"
	case "okhttp", "dart":
		return "device.either"
	case "curl", "wget", "httpie", "postmanruntime", "insomnia", "bruno", "bruno-runtime":
		return "device.script"
	}
	return "device.other"
}

// browser takes a browser's User-Agent apart: in front, all of them claim to be
// Mozilla; a comment names the platform; the products follow.
func browser(agent string) (platform, products string, ok bool) {
	_, rest, ok := strings.Cut(agent, "Mozilla/5.0 (")
	if !ok {
		return "", "", false
	}
	platform, products, ok = strings.Cut(rest, ")")
	return platform, products, ok
}

// product names the browser. The order matters, for each of them also claims to
// be those below.
func product(products string) string {
	marks := []struct{ token, name string }{
		{"Edg/", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"Firefox/", "Firefox"},
		{"HeadlessChrome/", "Chrome"}, {"Chrome/", "Chrome"}, {"Version/", "Safari"},
	}
	for _, mark := range marks {
		if _, rest, ok := strings.Cut(products, mark.token); ok {
			version, _, _ := strings.Cut(rest, " ")
			return mark.name + " " + version
		}
	}
	return strings.TrimSpace(products)
}
