package upstream

import "testing"

func TestAddressesAmongTheExceptions(t *testing.T) {
	for _, test := range []struct {
		list, host string
		proxied    bool
	}{
		{"192.0.2.0/24", "192.0.2.1", false},
		{"192.0.3.0/24", "192.0.2.1", true},
		{"192.0.2.1:443", "192.0.2.1", false},
		{"192.0.2.1:8443", "192.0.2.1", true},
		{"2001:db8::1", "2001:db8::1", false},
		{"[2001:db8::1]", "2001:db8::1", false},
		{"[2001:db8::1]:443", "2001:db8::1", false},
		{"[2001:db8::1]:8443", "2001:db8::1", true},
		{"2001:db8::/32", "2001:db8::1", false},
	} {
		r, err := newRoutes(Options{Environment: Environment{HTTPSProxy: "http://proxy.test:3128", NoProxy: test.list}})
		if err != nil {
			t.Fatal(err)
		}
		by, err := r.to(test.host, "443", false)
		if err != nil || (by != nil) != test.proxied {
			t.Errorf("%s: %s goes by %v, %v, want a proxy %t", test.list, test.host, by, err, test.proxied)
		}
	}
}
