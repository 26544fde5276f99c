package device

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"flagrante/proxy"
)

func TestOf(t *testing.T) {
	tests := []struct {
		agent string
		want  Device
	}{
		{"", Device{Kind: Unknown}},
		{"  ", Device{Kind: Unknown}},
		{"axios/1.7.9", Device{Kind: Server, Name: "axios", Version: "1.7.9"}},
		{"Go-http-client/2.0", Device{Kind: Server, Name: "Go net/http"}},
		{"python-requests/2.32.3", Device{Kind: Server, Name: "requests (Python)", Version: "2.32.3"}},
		{"Python/3.12 aiohttp/3.9.1", Device{Kind: Server, Name: "aiohttp (Python)", Version: "3.9.1"}},
		{"python-httpx/0.27.0", Device{Kind: Server, Name: "httpx (Python)", Version: "0.27.0"}},
		{"node", Device{Kind: Server, Name: "Node.js"}},
		{"undici", Device{Kind: Server, Name: "undici (Node.js)"}},
		{"Java-http-client/21.0.1", Device{Kind: Server, Name: "Java HttpClient", Version: "21.0.1"}},
		{"Apache-HttpClient/4.5.13 (Java/17.0.9)", Device{Kind: Server, Name: "Apache HttpClient (Java)", Version: "4.5.13"}},
		{"Faraday v2.7.4", Device{Kind: Server, Name: "Faraday (Ruby)", Version: "2.7.4"}},
		{"GuzzleHttp/7", Device{Kind: Server, Name: "Guzzle (PHP)", Version: "7"}},
		{"RestSharp/110.2.0.0", Device{Kind: Server, Name: "RestSharp (.NET)", Version: "110.2.0.0"}},
		{"PostmanRuntime/7.36.1", Device{Kind: Script, Name: "Postman", Version: "7.36.1"}},
		{"curl/8.5.0", Device{Kind: Script, Name: "curl", Version: "8.5.0"}},
		{"okhttp/4.12.0", Device{Kind: Either, Name: "OkHttp", Version: "4.12.0"}},
		{"Dart/3.3 (dart:io)", Device{Kind: Either, Name: "Dart", Version: "3.3"}},
		{"BancoApp/3.2 (Android 14; Pixel 8) okhttp/4.12.0", Device{Kind: App, Name: "BancoApp", Version: "3.2", SDK: "OkHttp 4.12.0", OS: "Android 14", Model: "Pixel 8"}},
		{"BancoApp/3.2 CFNetwork/1494.0.7 Darwin/23.4.0", Device{Kind: App, Name: "BancoApp", Version: "3.2", SDK: "CFNetwork 1494.0.7", OS: "iOS / macOS"}},
		{"BancoApp/3.2 (iPhone; iOS 18.1; Scale/3.00)", Device{Kind: App, Name: "BancoApp", Version: "3.2", OS: "iOS 18.1", Model: "iPhone"}},
		{"Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7 Build/TQ3A)", Device{Kind: App, SDK: "HttpURLConnection (Android)", OS: "Android 13", Model: "Pixel 7"}},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.1", Device{Kind: Browser, Name: "Edge", Version: "142.0.1", OS: "Windows 10"}},
		{"Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", Device{Kind: Browser, Name: "Firefox", Version: "144.0", OS: "Linux"}},
		{"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
			Device{Kind: Browser, Name: "Safari", Version: "18.1", OS: "iOS 18.1", Model: "iPhone"}},
		{"Loja-ERP/9", Device{Kind: Other}},
	}
	for _, tt := range tests {
		got := Of(proxy.Fields{{Name: "user-agent", Value: tt.agent}})
		if diff := cmp.Diff(tt.want, got, cmpopts.IgnoreFields(Device{}, "Agent")); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.agent, diff)
		}
	}
}

func TestClientHints(t *testing.T) {
	agent := "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36"
	got := Of(proxy.Fields{{Name: "User-Agent", Value: agent}, {Name: "Sec-CH-UA-Platform", Value: `"Android"`},
		{Name: "Sec-CH-UA-Platform-Version", Value: `"15.0.0"`}, {Name: "Sec-CH-UA-Model", Value: `"Pixel 9"`}})
	want := Device{Kind: Browser, Name: "Chrome", Version: "142.0.0.0", OS: "Android 15.0.0", Model: "Pixel 9", Agent: agent}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for version, want := range map[string]string{"10.0.0": "Windows 10", "15.0.0": "Windows 11"} {
		got := Of(proxy.Fields{{Name: "Sec-CH-UA-Platform", Value: `"Windows"`}, {Name: "Sec-CH-UA-Platform-Version", Value: `"` + version + `"`}})
		if got.OS != want || got.Kind != Browser {
			t.Errorf("%s: %+v", version, got)
		}
	}
}

func FuzzOf(f *testing.F) {
	f.Add("Mozilla/5.0 (broken")
	f.Add(strings.Repeat("é/(", 200))
	f.Fuzz(func(t *testing.T, agent string) {
		d := Of(proxy.Fields{{Name: "User-Agent", Value: agent}, {Name: "Sec-CH-UA-Model", Value: agent}})
		if len(d.Agent) > maxAgent || d.Kind == "" {
			t.Errorf("%+v", d)
		}
	})
}
