package extract_test

import (
	"strings"
	"testing"

	"flagrante/capture/extract"
)

// Each failure is read twice: for what it says, and for its ids.
func BenchmarkExtract(b *testing.B) {
	const problem = `{"type":"https://pix.bcb.gov.br/api/v2/error/CobOperacaoInvalida","title":"Cobrança inválida.","status":400,"detail":"A cobrança não respeita o schema.","correlationId":"5bd1ab6b-1b0c-4ef5-ae6d-3b1b8cfa4f10","violacoes":[{"razao":"inválido","propriedade":"cob.valor.original"}]}`
	for name, body := range map[string]string{
		"problem": problem,
		"large":   `{"erro":` + problem + `,"itens":[` + strings.Repeat(`{"id":17,"descricao":"um item","valor":"12.50"},`, 1300) + `{}]}`,
	} {
		r := answer("application/json", body)
		r.Body.Complete = true
		b.Run("vendor/"+name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				extract.Vendor(r)
			}
		})
		b.Run("ids/"+name, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				extract.BodyIDs(r)
			}
		})
	}
}
