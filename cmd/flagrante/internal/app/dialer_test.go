package app

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/cmd/flagrante/internal/world/worldtest"
	"flagrante/proxy/upstream"
)

func TestVariablesOfProxiesAreThoseOfCurl(t *testing.T) {
	for _, test := range []struct {
		set  map[string]string
		want upstream.Environment
	}{
		{nil, upstream.Environment{}},
		{map[string]string{"HTTPS_PROXY": "big", "https_proxy": "small", "HTTP_PROXY": "plain"}, upstream.Environment{HTTPSProxy: "small", HTTPProxy: "plain"}},
		{map[string]string{"all_proxy": "", "ALL_PROXY": "all", "no_proxy": "one", "NO_PROXY": "two"}, upstream.Environment{AllProxy: "all", NoProxy: "one"}},
	} {
		w := worldtest.New()
		w.Env = func(name string) (string, bool) {
			value, ok := test.set[name]
			return value, ok
		}
		if diff := cmp.Diff(test.want, proxyVariables(w)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", test.set, diff)
		}
	}
}
