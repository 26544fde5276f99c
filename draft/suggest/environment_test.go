package suggest_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture"
	"flagrante/draft"
	"flagrante/draft/suggest"
	"flagrante/proxy"
)

func TestEnvironment(t *testing.T) {
	tests := []struct {
		host string
		want draft.Environment
		key  string
		sign string
	}{
		{"api.bank.example", draft.Production, "environment.default", ""},
		{"latest.bank.example", draft.Production, "environment.default", ""},
		{"contest.bank.example", draft.Production, "environment.default", ""},
		{"devices.bank.example", draft.Production, "environment.default", ""},
		{"homologados.bank.example", draft.Production, "environment.default", ""},
		{"h2.bank.example", draft.Production, "environment.default", ""},
		{"api.bank.dev", draft.Production, "environment.default", ""},
		{"internal.bank.example", draft.Production, "environment.default", ""},
		{"203.0.113.9:443", draft.Production, "environment.default", ""},
		{"[2001:db8::1]:443", draft.Production, "environment.default", ""},
		{"", draft.Production, "environment.default", ""},
		{"prepago.bank.example", draft.Production, "environment.default", ""},
		{"situation.bank.example", draft.Production, "environment.default", ""},
		{"matls-clients.api.bank.example", draft.Production, "environment.default", ""},
		{"apihml.bank.example", draft.Staging, "environment.label", "apihml"},
		{"hmlapi2.bank.example", draft.Staging, "environment.label", "hmlapi2"},
		{"pre-api.bank.example", draft.Staging, "environment.label", "pre"},
		{"api.desenvolvimento.bank.example", draft.Staging, "environment.label", "desenvolvimento"},
		{"sandbox.bank.example", draft.Staging, "environment.label", "sandbox"},
		{"SANDBOX2.bank.example:8443", draft.Staging, "environment.label", "sandbox2"},
		{"api-hml.bank.example", draft.Staging, "environment.label", "hml"},
		{"api_uat.bank.example", draft.Staging, "environment.label", "uat"},
		{"pix-h.bank.example", draft.Staging, "environment.label", "h"},
		{"api.homologacao.bank.example.", draft.Staging, "environment.label", "homologacao"},
		{"desenv.bank.example", draft.Staging, "environment.label", "desenv"},
		{"staging", draft.Staging, "environment.label", "staging"},
		{"oauth.hm.bank.example", draft.Staging, "environment.label", "hm"},
		{"apisandbox.bank.example", draft.Staging, "environment.label", "apisandbox"},
		{"sefin.producaorestrita.nfse.example", draft.Staging, "environment.label", "producaorestrita"},
		{"localhost:3000", draft.Staging, "environment.suffix", "localhost"},
		{"bank.localhost", draft.Staging, "environment.suffix", "localhost"},
		{"printer.local", draft.Staging, "environment.suffix", "local"},
		{"vendor.test", draft.Staging, "environment.suffix", "test"},
		{"api.corp.internal", draft.Staging, "environment.suffix", "internal"},
		{"127.0.0.1:8443", draft.Staging, "environment.address", ""},
		{"10.1.2.3", draft.Staging, "environment.address", ""},
		{"[::1]:8443", draft.Staging, "environment.address", ""},
		{"[fe80::1]", draft.Staging, "environment.address", ""},
		{"[::ffff:192.168.0.1]:80", draft.Staging, "environment.address", ""},
	}
	for _, tt := range tests {
		t.Run(tt.host, func(t *testing.T) {
			got := suggest.Environment(suggest.Call{Host: tt.host}, nil)
			if got.Value != tt.want || len(got.Reasons) != 1 {
				t.Fatalf("Environment(%q) = %+v, want %s with one reason", tt.host, got, tt.want)
			}
			if r := got.Reasons[0]; r.Key != tt.key || r.Args["label"] != tt.sign {
				t.Errorf("the reason is %+v, want %s with %q", r, tt.key, tt.sign)
			}
		})
	}
}

func TestEnvironmentByRule(t *testing.T) {
	rules := []suggest.HostRule{
		{Pattern: "sandbox.bank.example:9443", Environment: draft.Production},
		{Pattern: "*.Parceiro.example", Environment: draft.Staging},
		{Pattern: "a*b*c.example", Environment: draft.Staging},
		{Pattern: "[::1]:8443", Environment: draft.Production},
		{Pattern: "10.*", Environment: draft.Production},
	}
	tests := []struct {
		host    string
		want    draft.Environment
		pattern string
	}{
		{"sandbox.bank.example:9443", draft.Production, "sandbox.bank.example:9443"},
		{"sandbox.bank.example:443", draft.Staging, ""},
		{"api.v2.parceiro.example:8443", draft.Staging, "*.Parceiro.example"},
		{"parceiro.example", draft.Production, ""},
		{"evilparceiro.example", draft.Production, ""},
		{"aXbYc.example", draft.Staging, "a*b*c.example"},
		{"acb.example", draft.Production, ""},
		{"[::1]:8443", draft.Production, "[::1]:8443"},
		{"[::1]:8444", draft.Staging, ""},
		{"10.9.8.7:80", draft.Production, "10.*"},
	}
	for _, tt := range tests {
		got := suggest.Environment(suggest.Call{Host: tt.host}, rules)
		if got.Value != tt.want || got.Reasons[0].Args["pattern"] != tt.pattern {
			t.Errorf("Environment(%q) = %+v, want %s by %q", tt.host, got, tt.want, tt.pattern)
		}
	}
}

func TestEnvironmentReasonNamesHostAndRule(t *testing.T) {
	rules := []suggest.HostRule{{Pattern: "*.bank.example", Environment: draft.Staging}}
	want := []capture.Reason{{
		Key:  "environment.rule",
		Args: map[string]string{"host": "api.bank.example", "pattern": "*.bank.example"},
	}}
	if diff := cmp.Diff(want, suggest.Environment(suggest.Call{Host: "api.bank.example"}, rules).Reasons); diff != "" {
		t.Error(diff)
	}
}

func FuzzEnvironment(f *testing.F) {
	f.Add("sandbox.bank.example:8443", "*.bank.example:*")
	f.Add("[::1", "**")
	f.Fuzz(func(t *testing.T, host, pattern string) {
		got := suggest.Environment(suggest.Call{Host: host}, []suggest.HostRule{{Pattern: pattern, Environment: draft.Staging}})
		if got.Value != draft.Production && got.Value != draft.Staging || len(got.Reasons) != 1 {
			t.Errorf("Environment(%q) = %+v", host, got)
		}
	})
}

func TestEnvironmentByWhatTheCallSays(t *testing.T) {
	const host = "api.bank.example"
	tests := []struct {
		name string
		call suggest.Call
		want draft.Environment
		key  string
	}{
		{"path", suggest.Call{Host: host, Path: "/Sandbox/v1/pix"}, draft.Staging, "environment.path"},
		{"a word in a path", suggest.Call{Host: host, Path: "/v1/sandboxes/test"}, draft.Production, "environment.default"},
		{"header", suggest.Call{Host: host, Header: proxy.Fields{{Name: "X-Environment", Value: "HML"}}}, draft.Staging, "environment.header"},
		{"flag", suggest.Call{Host: host, Header: proxy.Fields{{Name: "x-sandbox", Value: "1"}}}, draft.Staging, "environment.header"},
		{"flag that is off", suggest.Call{Host: host, Header: proxy.Fields{{Name: "x-sandbox", Value: "false"}}}, draft.Production, "environment.default"},
		{"header of production", suggest.Call{Host: host, Header: proxy.Fields{{Name: "X-Env", Value: "prod"}}}, draft.Production, "environment.default"},
		{"address", suggest.Call{Host: "203.0.113.9", Path: "/uat/pix"}, draft.Staging, "environment.path"},
	}
	for _, tt := range tests {
		if got := suggest.Environment(tt.call, nil); got.Value != tt.want || got.Reasons[0].Key != tt.key {
			t.Errorf("%s: %+v, want %s by %s", tt.name, got, tt.want, tt.key)
		}
	}
	rules := []suggest.HostRule{{Pattern: host, Environment: draft.Production}}
	if got := suggest.Environment(suggest.Call{Host: host, Path: "/sandbox"}, rules); got.Value != draft.Production {
		t.Errorf("a rule does not win over a path: %+v", got)
	}
}

func TestCallOf(t *testing.T) {
	header := proxy.Fields{{Name: "X-Env", Value: "uat"}}
	e := draft.Evidence{First: &capture.Failure{Exchange: proxy.Exchange{Request: proxy.Request{Header: header}}},
		Group: capture.Group{Host: "api.bank.example", Endpoint: "GET api.bank.example/sandbox/{id}"}}
	want := suggest.Call{Host: "api.bank.example", Path: "/sandbox/{id}", Header: header}
	if diff := cmp.Diff(want, suggest.CallOf(e)); diff != "" {
		t.Error(diff)
	}
}
