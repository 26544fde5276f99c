package main

import (
	"fmt"
	"reflect"
	"strings"
	"time"

	"flagrante/cmd/flagrante/internal/config"
)

// keyTexts say what each key of the configuration is, in Markdown. The table in
// docs/configuration.md is made of them.
func keyTexts() map[string]string {
	return map[string]string{
		"proxy.listen":          "address of the proxy",
		"proxy.answer_timeout":  "how long a vendor may take to begin an answer, as in `90s` or `10m`",
		"proxy.allow":           "addresses and networks whose machines may use the proxy: see [Access](#access-who-may-use-the-proxy)",
		"proxy.users":           "users who may use the proxy from any address",
		"proxy.passthrough":     "hosts that are never intercepted: see [Hosts that are not intercepted](#hosts-that-are-not-intercepted)",
		"desk.listen":           "address of the desk",
		"desk.hosts":            "names under which the desk answers, besides `localhost` and IP addresses",
		"desk.users":            "file of those who use the desk with a password: see [Users of the desk](#users-of-the-desk)",
		"upstream.ca_file":      "PEM file of certificates that vendors may be signed by, besides those of the system",
		"upstream.certificates": "client certificates, by host: see [Vendors](#vendors)",
		"desk.reveal":           "`true` lets people at the desk see personal data behind masks, one at a time; each time leaves a row in the audit",
		"upstream.extra_roots":  "certificates that the vendors of some hosts may be signed by",
		"upstream.unverified":   "hosts whose certificates are not verified, each by its whole name; every use is logged as a warning",
		"upstream.proxies":      "the way to some hosts, where it differs from the proxy variables",
		"lang":                  "language of drafts and reasons: `pt-BR` or `en`",
		"time_zone":             "zone of the times in drafts, by its name in the tz database",
		"geoip":                 "country database (`.mmdb`: Country, City or Enterprise) to use instead",
		"origin.country":        "country that all requests come from, as in ISO 3166-1: `BR`",
		"origin.egress_ip":      "address with which requests leave for the internet",
		"origin.trusted_peers":  "addresses and networks that may say for whom they forward",
		"retention.age":         "how old failures may get before they are taken away, such as `90d`; see [What is kept](#what-is-kept)",
		"retention.failures":    "how many failures are kept at most",
		"retention.size":        "how large the database may get, such as `2GB`",
		"redact.personal":       "when personal data is masked: at `export`, or already at `capture`: see [Masks](#masks-secrets-and-personal-data)",
		"redact.at_capture":     "kinds of personal data that are masked at capture, whatever `personal` says",
		"redact.rules":          "more that is masked",
		"redact.allow":          "what stays readable",
		"environments":          "rules for hosts, see below",
		"profile":               "file with the support guide that drafts follow: see [profiles](guide/profiles.en.md)",
		"on_call.phone":         "number of the vendor's people on duty, who are phoned in critical cases",
		"rules":                 "what counts as a failure: see [rules](#rules-what-counts-as-a-failure)",
		"slow.enabled":          "whether answers far slower than usual are failures: see [slow](#slow-answers-that-take-far-longer-than-usual)",
		"slow.times":            "how many times the 95th percentile of its endpoint an answer has to exceed",
		"slow.over":             "and by how much the median",
		"slow.calls":            "by how many calls an endpoint has to be known",
		"store":                 "address of a PostgreSQL database that several machines share, such as `postgres://flagrante@db.internal/flagrante?sslmode=verify-full&sslrootcert=/etc/flagrante/ca.pem`; see [A shared database](#a-shared-database)",
		"role":                  "`all`, or `proxy` for a process that only sends what it catches to the database of `store`",
		"journal.size":          "how much may wait on this machine while the database of `store` is away",
		"origin.name":           "name of the app, by which a team tells its proxies apart",
		"traces.endpoint":       "OpenTelemetry collector that spans are sent to: see [traces](#traces-what-flagrante-does-as-spans)",
		"contracts":             "OpenAPI documents of vendors: see [contracts](#contracts-what-vendors-promise)",
		"portals":               "where drafts can be sent, see below",
		"recipes":               "files with recipes of your own: see [how to write one](guide/recipes.en.md)",
	}
}

// builtIn says what holds for keys that are empty by default and mean something
// then.
func builtIn() map[string]string {
	return map[string]string{"geoip": "built in", "profile": "built in", "on_call.phone": "that of the profile"}
}

// keyTable is the table of docs/configuration.md.
func keyTable() string {
	var table strings.Builder
	table.WriteString("| key | flag | variable | default | what it is |\n| --- | --- | --- | --- | --- |\n")
	flags := map[string]string{}
	for flag, key := range config.FlagKeys() {
		flags[key] = "`--" + flag + "`"
	}
	holds := reflect.ValueOf(config.Defaults())
	for _, key := range config.Keys() {
		flag := flags[key.Name]
		if flag == "" {
			flag = "–"
		}
		fmt.Fprintf(&table, "| `%s` | %s | `%s` | %s | %s |\n", key.Name, flag, key.Variable(), defaultText(key, holds.FieldByIndex(key.Index)), keyTexts()[key.Name])
	}
	return table.String()
}

func defaultText(key config.Key, value reflect.Value) string {
	if value.IsZero() {
		if text, ok := builtIn()[key.Name]; ok {
			return text
		}
		return "none"
	}
	if d, ok := value.Interface().(time.Duration); ok {
		return "`" + strings.TrimSuffix(d.String(), "0s") + "`"
	}
	return fmt.Sprintf("`%v`", value.Interface())
}
