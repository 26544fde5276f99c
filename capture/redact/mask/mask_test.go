package mask_test

import (
	"testing"

	"flagrante/capture/redact/detect"
	"flagrante/capture/redact/mask"
)

func TestSameValueSameMask(t *testing.T) {
	m := mask.New([]byte("0123456789abcdef"))
	for _, test := range []struct {
		kind  detect.Kind
		forms []string
	}{
		{detect.CPF, []string{"012.345.678-90", "01234567890", "1234567890"}},
		{detect.CNPJ, []string{"12.ABC.345/01DE-35", "12abc34501de35"}},
		{detect.Phone, []string{"+55 (11) 98765-4321", "11987654321", "5511987654321", "011 98765 4321"}},
		{detect.Email, []string{"Ana@Mail.example", " ana@mail.example"}},
		{detect.Name, []string{"JOSÉ  da Silva", "Jose da Silva"}},
		{detect.Birth, []string{"31/01/1990", "1990-01-31", "1990-01-31T00:00:00Z"}},
		{detect.Account, []string{"00123-4", "1234"}},
	} {
		want := m.Of(test.kind, test.forms[0])
		if !mask.Is(want) || detect.MaskLen(want) != len(string(test.kind))+11 {
			t.Errorf("%s is no mask with a pseudonym", want)
		}
		for _, form := range test.forms {
			if got := m.Of(test.kind, form); got != want {
				t.Errorf("%s %q has the mask %s, want %s", test.kind, form, got, want)
			}
		}
		if other := mask.New([]byte("another key of it")).Of(test.kind, test.forms[0]); other == want {
			t.Errorf("%s is the same with another key", want)
		}
	}
}

func TestSecretsThatCouldBeGuessedHaveNoPseudonym(t *testing.T) {
	m := mask.New([]byte("0123456789abcdef"))
	for _, test := range []struct {
		kind        detect.Kind
		value, want string
	}{
		{detect.Password, "a long password of many words", "<password>"}, {detect.CVV, "123", "<cvv>"}, {detect.Token, "hunter2", "<token>"},
	} {
		if got := m.Of(test.kind, test.value); got != test.want {
			t.Errorf("%s has the mask %s, want %s", test.value, got, test.want)
		}
	}
	if a, b := m.Of(detect.Token, "0123456789abcdef"), m.Of(detect.Cookie, "0123456789abcdef"); a[len("<token"):] != b[len("<cookie"):] {
		t.Errorf("a token has the pseudonyms %s and %s", a, b)
	}
}
