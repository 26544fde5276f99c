package detect_test

import (
	"testing"

	"flagrante/capture/redact/detect"
)

func TestCheckDigits(t *testing.T) {
	for _, test := range []struct {
		name  string
		valid func(string) bool
		good  []string
		bad   []string
	}{
		{"cpf", detect.ValidCPF, []string{"52998224725", "12345678909"}, []string{"52998224726", "11111111111", "5299822472"}},
		{"cnpj", detect.ValidCNPJ, []string{"11222333000181", "12ABC34501DE35"}, []string{"11222333000182", "12ABC34501DE36", "00000000000000"}},
		{"card", detect.ValidCard, []string{"4532015112830366", "378282246310005"}, []string{"4532015112830367", "9999999999999995"}},
		{"iban", detect.ValidIBAN, []string{"DE89370400440532013000", "GB82WEST12345698765432"}, []string{"DE89370400440532013001"}},
		{"boleto", detect.ValidBoleto, []string{"00190500954014481606906809350314337370000000100"}, []string{"00190500954014481606906809350315337370000000100"}},
	} {
		for _, s := range test.good {
			if !test.valid(s) {
				t.Errorf("%s %s is not valid", test.name, s)
			}
		}
		for _, s := range test.bad {
			if test.valid(s) {
				t.Errorf("%s %s is valid", test.name, s)
			}
		}
	}
}
