package upstream_test

import (
	"strings"
	"testing"
	"time"

	"flagrante/proxy/upstream"
)

func TestRoutes(t *testing.T) {
	byRule, byVariable, plain := newConnectProxy(t, nil), newConnectProxy(t, nil), newConnectProxy(t, nil)
	addr := vendor(t)
	d := newDialer(t, upstream.Options{
		Proxies: []upstream.ProxyRule{
			{Host: "*.bank.test", URL: "http://" + byRule.addr},
			{Host: "near.bank.test", URL: "direct"},
		},
		Environment: upstream.Environment{
			HTTPSProxy: byVariable.addr, HTTPProxy: "http://" + plain.addr + "/",
			NoProxy: "one.test, .inner.test,10.0.0.0/8,ported.test:" + port(t, addr),
		},
	})
	tests := []struct {
		host     string
		absolute bool
		want     string
	}{
		{"pix.bank.test", false, byRule.addr},
		{"near.bank.test", false, ""},
		{"shop.test", false, byVariable.addr},
		{"shop.test", true, plain.addr},
		{"SHOP.test.", false, byVariable.addr},
		{"one.test", false, ""},
		{"one.test", true, ""},
		{"ported.test", false, ""},
		{"127.0.0.1", false, ""},
		{"localhost", false, ""},
	}
	for _, test := range tests {
		conn, err := d.Dial(t.Context(), test.host+":"+port(t, addr), upstream.Request{AbsoluteForm: test.absolute})
		check(t, err)
		conn.Close()
		if conn.Upstream.Proxy != test.want || (conn.Upstream.Addr == "") != (test.want != "") {
			t.Errorf("%s, absolute %v: went by %+v, want %q", test.host, test.absolute, conn.Upstream, test.want)
		}
	}
}

func TestOneVariableForAllSchemes(t *testing.T) {
	all, secure := newConnectProxy(t, nil), newConnectProxy(t, nil)
	addr := vendor(t)
	for _, test := range []struct {
		environment upstream.Environment
		absolute    bool
		want        string
	}{
		{upstream.Environment{AllProxy: all.addr}, false, all.addr},
		{upstream.Environment{AllProxy: all.addr}, true, all.addr},
		{upstream.Environment{AllProxy: all.addr, HTTPSProxy: secure.addr}, false, secure.addr},
		{upstream.Environment{AllProxy: all.addr, HTTPSProxy: secure.addr}, true, all.addr},
		{upstream.Environment{AllProxy: all.addr, NoProxy: "shop.test"}, false, ""},
	} {
		d := newDialer(t, upstream.Options{Environment: test.environment})
		conn, err := d.Dial(t.Context(), "shop.test:"+port(t, addr), upstream.Request{AbsoluteForm: test.absolute})
		check(t, err)
		conn.Close()
		if conn.Upstream.Proxy != test.want {
			t.Errorf("%+v, absolute %v: went by %q, want %q", test.environment, test.absolute, conn.Upstream.Proxy, test.want)
		}
	}
}

func TestUnusableRoutes(t *testing.T) {
	rule := func(host, url string, secret upstream.Secret) upstream.Options {
		return upstream.Options{Proxies: []upstream.ProxyRule{{Host: host, URL: url, Password: secret}}}
	}
	tests := map[string]struct {
		options upstream.Options
		want    string
	}{
		"no URL":            {rule("a.test", "", upstream.Secret{}), "upstream proxy for a.test: it must be a URL"},
		"another scheme":    {rule("a.test", "ftp://user:segredo@p.test", upstream.Secret{}), "upstream proxy for a.test: it must be a URL"},
		"unreadable":        {rule("a.test", "http://user:segredo@p.test:port", upstream.Secret{}), "upstream proxy for a.test: it must be a URL"},
		"control character": {rule("a.test", "http://user:segredo\n@p.test", upstream.Secret{}), "upstream proxy for a.test: it must be a URL"},
		"with a path":       {rule("a.test", "http://p.test/segredo", upstream.Secret{}), "upstream proxy for a.test: it must be a URL"},
		"no host pattern":   {rule("", "http://p.test", upstream.Secret{}), "upstream proxy: read the host pattern"},
		"unset variable":    {rule("a.test", "http://user@p.test", upstream.Secret{Env: "UNSET"}), "the variable UNSET"},
		"no user":           {rule("a.test", "http://p.test", upstream.Secret{Env: "PFX_PASSWORD"}), "a password needs a user name"},
		"HTTP_PROXY":        {upstream.Options{Environment: upstream.Environment{HTTPProxy: "ftp://user:segredo@p.test"}}, "variable HTTP_PROXY: it must be a URL"},
		"ALL_PROXY":         {upstream.Options{Environment: upstream.Environment{AllProxy: "ftp://p.test"}}, "variable ALL_PROXY: it must be a URL"},
		"HTTPS_PROXY":       {upstream.Options{Environment: upstream.Environment{HTTPSProxy: "http://user:segredo@p.test:x"}}, "variable HTTPS_PROXY: it must be a URL"},
	}
	for name, test := range tests {
		test.options.Now, test.options.LookupEnv = time.Now, lookupEnv
		_, err := upstream.New(test.options)
		if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "segredo") {
			t.Errorf("%s: got %v, want one with %q", name, err, test.want)
		}
	}
}

// The list is one that curl and others read as well; what they take to be direct has to be.
func TestExceptionsAreThoseOfCurl(t *testing.T) {
	addr := vendor(t)
	for list, test := range map[string]struct {
		host    string
		proxied bool
	}{
		"shop.test":            {host: "pix.shop.test"},
		"Shop.Test":            {host: "shop.test"},
		"hop.test":             {host: "shop.test", proxied: true},
		".shop.test":           {host: "shop.test"},
		".shop.test,":          {host: "pix.shop.test"},
		"shop.test.":           {host: "shop.test"},
		"one.test  shop.test":  {host: "shop.test"},
		"one.test,\tshop.test": {host: "shop.test"},
		"shop.test one.test":   {host: "two.test", proxied: true},
		".":                    {host: "shop.test", proxied: true},
		"*":                    {host: "shop.test"},
		"shop.test:1":          {host: "shop.test", proxied: true},
	} {
		p := newConnectProxy(t, nil)
		d := newDialer(t, upstream.Options{Environment: upstream.Environment{HTTPSProxy: p.addr, NoProxy: list}})
		conn, err := d.Dial(t.Context(), test.host+":"+port(t, addr), upstream.Request{})
		check(t, err)
		conn.Close()
		if proxied := conn.Upstream.Proxy != ""; proxied != test.proxied {
			t.Errorf("%q: %s went by a proxy %t, want %t", list, test.host, proxied, test.proxied)
		}
	}
}
