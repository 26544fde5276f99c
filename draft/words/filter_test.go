package words

import (
	"testing"
	"time"

	"flagrante/capture/filter"
	"flagrante/capture/store"
	"flagrante/draft"
)

func TestFilterIsExplained(t *testing.T) {
	zone := time.FixedZone("BRT", -3*60*60)
	options := filter.Options{Now: time.Date(2026, 11, 25, 15, 0, 30, 0, time.UTC), Zone: zone}
	for _, test := range []struct{ text, pt, en string }{
		{"", "tudo", "everything"},
		{"status>=500 host:api.*", "status de pelo menos 500 e host segue o padrão api.*", "status at least 500 and host is like api.*"},
		{"kind:timeout,tls -endpoint:*/health", "tipo é tempo esgotado ou tipo é erro de TLS e não endpoint segue o padrão */health", "kind is timeout or kind is TLS error and not endpoint is like */health"},
		{`(a or "b c" or d*) is:pinned`, "(contém a palavra “a” ou contém o texto “b c” ou contém palavras que começam com “d”) e está fixada", "(holds the word “a” or holds the text “b c” or holds words that begin with “d”) and is pinned"},
		{"since:2h until:today", "horário a partir de 25/11/2026 10:00:30 e horário até 25/11/2026 23:59:59", "time since 2026-11-25 10:00:30 and time until 2026-11-25 23:59:59"},
		{"time>2026-11-24 status:400..499 took<2s", "horário depois de 24/11/2026 23:59:59 e status de 400 a 499 e duração abaixo de 2s", "time after 2026-11-24 23:59:59 and status from 400 to 499 and duration below 2s"},
		{"message:saldo code!=E1,E2", "mensagem do erro contém “saldo” e não (código do erro é E1 ou código do erro é E2)", "error message contains “saldo” and not (error code is E1 or error code is E2)"},
		{"time:24/11/2026", "horário de 24/11/2026 00:00 a 24/11/2026 23:59:59", "time from 2026-11-24 00:00 to 2026-11-24 23:59:59"},
	} {
		f, err := filter.Parse(store.FailureFields(), test.text, options)
		if err != nil {
			t.Fatal(err)
		}
		if got := Filter(draft.Portuguese, f); got != test.pt {
			t.Errorf("%s: got %q, want %q", test.text, got, test.pt)
		}
		if got := Filter(draft.English, f); got != test.en {
			t.Errorf("%s: got %q, want %q", test.text, got, test.en)
		}
	}
}

func TestEveryFieldHasAWord(t *testing.T) {
	for _, f := range store.FailureFields().Fields {
		keys := []string{"field." + f.Name}
		if f.Type == filter.Flag {
			keys = nil
			for _, value := range f.Values {
				keys = append(keys, "flag."+f.Name+"."+value)
			}
		}
		for _, key := range keys {
			if _, ok := find(draft.Portuguese, key); !ok {
				t.Errorf("there is no %s", key)
			}
		}
	}
}
