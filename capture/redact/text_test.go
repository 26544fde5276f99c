package redact_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/capture/redact"
)

// TestWhatBeginsFirstHoldsTheOther has texts with JSON and tags, as a ticket has them that
// quotes an answer.
func TestWhatBeginsFirstHoldsTheOther(t *testing.T) {
	r := redact.New(redact.WithKey([]byte("0123456789abcdef")))
	for _, test := range []struct{ name, text, want string }{
		{"tags in a member of an answer that is quoted", "Resposta:\n\n{\n  \"mensagem\": \"Conta <b>bloqueada</b>\",\n  \"id\": 7\n}\n\nfim", "Resposta:\n\n{\n  \"mensagem\": \"Conta <b>bloqueada</b>\",\n  \"id\": 7\n}\n\nfim"},
		{"a secret beside them", `resposta {"m": "<p>não</p>", "senha": "hunter2hunter2"} fim`, `resposta {"m": "<p>não</p>", "senha": "<password>"} fim`},
		{"an element behind JSON", `corpo {"a": 1} e <senha>hunter2hunter2</senha>`, `corpo {"a": 1} e <senha>&lt;password&gt;</senha>`},
		{"JSON within an element", `veio <m>{"senha": "hunter2hunter2"}</m>`, `veio <m>{&quot;senha&quot;: &quot;&lt;password&gt;&quot;}</m>`},
		{"tags before and within", "<b>Saldo</b> não:\n{\n  \"m\": \"a <i>b</i> c\",\n  \"senha\": \"hunter2hunter2\", \"n\": \"<u>\"\n}\nfim <b>x</b>", "<b>Saldo</b> não:\n{\n  &quot;m&quot;: &quot;a &lt;i&gt;b&lt;/i&gt; c&quot;,\n  &quot;senha&quot;: &quot;&lt;password&gt;&quot;, &quot;n&quot;: &quot;&lt;u&gt;&quot;\n}\nfim <b>x</b>"},
		{"tags before and within, nothing to mask", "<b>Saldo</b> não:\n{\n  \"m\": \"a <i>b</i> c\"\n}\nfim", "<b>Saldo</b> não:\n{\n  \"m\": \"a <i>b</i> c\"\n}\nfim"},
		{"elements within what looks like JSON", `veio {"a": 1, <senha>hunter2hunter2</senha>}`, `veio {"a": 1, <senha>&lt;password&gt;</senha>}`},
		{"JSON that is never closed", `veio {"a": 1, <senha>hunter2hunter2</senha>`, `veio {"a": 1, <senha>&lt;password&gt;</senha>`},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, _ := r.Message("ticket", "text/plain", []byte(test.text), false)
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
