package fingerprint_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"flagrante/capture/fingerprint"
)

// slug is a value that looks like a name.
func slug(i int) string {
	return string([]byte{'a' + byte(i%26), 'a' + byte(i/26%26), 'a' + byte(i/676%26)}) + "-silva"
}

func TestLearned(t *testing.T) {
	var endpoints []string
	for i := range 300 {
		endpoints = append(endpoints, "GET a.example/v1/pessoas/"+slug(i)+"/saldo", "GET a.example/v1/pessoas/"+slug(i), "POST a.example/lojas/"+slug(i%80))
	}
	for i := range 40 {
		endpoints = append(endpoints, fmt.Sprintf("GET a.example/v1/recurso%c%c/lista", 'a'+i/7, 'a'+i%7))
	}
	random := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		random.Shuffle(len(endpoints), func(i, j int) { endpoints[i], endpoints[j] = endpoints[j], endpoints[i] })
		var l fingerprint.Learned
		found := 0
		for _, e := range endpoints {
			if l.Learn(e) {
				found++
			}
		}
		for endpoint, want := range map[string]string{
			"GET a.example/v1/pessoas/bia-silva/saldo":    "GET a.example/v1/pessoas/{id}/saldo",
			"GET a.example/v1/pessoas/nunca-vista":        "GET a.example/v1/pessoas/{id}",
			"GET a.example/v1/pessoas/{id}/saldo":         "GET a.example/v1/pessoas/{id}/saldo",
			"GET a.example/v1/pessoas/bia-silva#Consulta": "GET a.example/v1/pessoas/{id}#Consulta",
			"GET a.example/v1/recursoaa/lista":            "GET a.example/v1/recursoaa/lista",
			"POST a.example/lojas/aaa-silva":              "POST a.example/lojas/aaa-silva",
			"GET b.example/v1/pessoas/bia-silva":          "GET b.example/v1/pessoas/bia-silva",
			"CONNECT a.example:443":                       "CONNECT a.example:443",
		} {
			if got := l.Endpoint(endpoint); got != want {
				t.Errorf("%s became %s, want %s", endpoint, got, want)
			}
		}
		if found != 1 {
			t.Errorf("%d places were found, want 1", found)
		}
	}
}

// TestSeriesAreValues has names that differ in their figures alone, beside such as are
// names, in any order.
func TestSeriesAreValues(t *testing.T) {
	var endpoints []string
	for i := range 9 {
		endpoints = append(endpoints, fmt.Sprintf("GET a.example/pix/dev%d/itens", i), fmt.Sprintf("GET a.example/pix/dev%d", i), fmt.Sprintf("GET a.example/v%d/pix", i))
	}
	for i := range 3 {
		endpoints = append(endpoints, fmt.Sprintf("GET a.example/passos/passo%d", i))
	}
	for i := range 99 {
		endpoints = append(endpoints, "GET a.example/muitos/"+slug(i))
	}
	endpoints = append(endpoints, "GET a.example/pix/abertos", "GET a.example/muitos/loja1", "GET a.example/muitos/loja2", "GET a.example/muitos/loja3", "GET a.example/muitos/loja44", "GET a.example/muitos/{id}")
	random := rand.New(rand.NewPCG(5, 6))
	for range 30 {
		random.Shuffle(len(endpoints), func(i, j int) { endpoints[i], endpoints[j] = endpoints[j], endpoints[i] })
		var l fingerprint.Learned
		for _, e := range endpoints {
			l.Learn(e)
		}
		for endpoint, want := range map[string]string{
			"GET a.example/pix/dev2":         "GET a.example/pix/{id}",
			"GET a.example/pix/dev77/itens":  "GET a.example/pix/{id}/itens",
			"GET a.example/pix/abertos":      "GET a.example/pix/abertos",
			"GET a.example/pix/devolucao":    "GET a.example/pix/devolucao",
			"GET a.example/v4/pix":           "GET a.example/v4/pix",
			"GET a.example/passos/passo1":    "GET a.example/passos/passo1",
			"GET a.example/muitos/loja7":     "GET a.example/muitos/{id}",
			"GET a.example/muitos/bia-silva": "GET a.example/muitos/bia-silva",
		} {
			if got := l.Endpoint(endpoint); got != want {
				t.Fatalf("%s became %s, want %s", endpoint, got, want)
			}
		}
	}
}

func TestLearnedIsBounded(t *testing.T) {
	var l fingerprint.Learned
	for i := range 200_000 {
		l.Learn(fmt.Sprintf("GET %d.example/", i))
	}
	for i := range 300 {
		if l.Learn("GET a.example/" + slug(i)) {
			t.Fatal("more is learned than there is room for")
		}
	}
}
