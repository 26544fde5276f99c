package badbank

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Call is one step of the demo: a request that an app makes of the bank.
type Call struct {
	// Name says in a few words what comes of it.
	Name   string
	Method string
	URL    string
	Header map[string]string
	Body   string
	// GiveUp is how long the app waits for an answer; zero is for as long as it
	// takes.
	GiveUp time.Duration
}

// Request returns the call as a request.
func (c Call) Request(ctx context.Context) (*http.Request, error) {
	r, err := http.NewRequestWithContext(ctx, c.Method, c.URL, strings.NewReader(c.Body))
	if err != nil {
		return nil, fmt.Errorf("make the call %q: %w", c.Name, err)
	}
	if c.Body == "" {
		r.Body, r.GetBody, r.ContentLength = http.NoBody, nil, 0
	}
	for name, value := range c.Header {
		r.Header.Set(name, value)
	}
	return r, nil
}

// Calls returns the script of the demo, at least one call of every kind of
// failure. The secrets and persons in it are made up.
func (s *Server) Calls() []Call {
	token := map[string]string{"Authorization": "Bearer demo-eyJhbGciOi.nao.existe", "Accept": "application/json"}
	sends := func(kind string) map[string]string {
		return map[string]string{"Authorization": token["Authorization"], "Content-Type": kind, "Idempotency-Key": "demo-0001"}
	}
	payment := `{"valor":"150.00","chave":"maria@cliente.example","pagador":{"nome":"Maria da Silva","cpf":"52998224725"}}`
	return []Call{
		{Name: "a charge", Method: "GET", URL: s.HTTPS + "/pix/v2/cob/demo0001", Header: token},
		{Name: "payments are down", Method: "POST", URL: s.HTTPS + "/pix/v2/pagamentos", Header: sends("application/json"), Body: payment},
		{Name: "payments are down again", Method: "POST", URL: s.HTTPS + "/pix/v2/pagamentos", Header: sends("application/json"), Body: payment},
		{Name: "payments are still down", Method: "POST", URL: s.HTTPS + "/pix/v2/pagamentos", Header: sends("application/json"), Body: payment},
		{Name: "a boleto is refused", Method: "POST", URL: s.HTTPS + "/boletos/v1/boletos", Header: sends("application/json"), Body: payment},
		{Name: "the token has expired", Method: "GET", URL: s.HTTPS + "/contas/v1/saldo?access_token=demo-segredo", Header: token},
		{Name: "too many queries", Method: "GET", URL: s.HTTPS + "/contas/v1/extrato?de=2026-01-01", Header: token},
		{
			Name: "a SOAP fault", Method: "POST", URL: s.HTTPS + "/ws/ted", Header: sends("text/xml; charset=utf-8"),
			Body: `<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><ted><valor>150.00</valor></ted></soap:Body></soap:Envelope>`,
		},
		{Name: "a gateway's page", Method: "GET", URL: s.HTTPS + "/boletos/v1/boletos/4711/pdf", Header: token},
		{Name: "no answer in time", Method: "GET", URL: s.HTTPS + "/pix/v2/devolucoes", Header: token, GiveUp: time.Second},
		{Name: "a reset before the answer", Method: "POST", URL: s.HTTPS + "/ted/v1/transferencias", Header: sends("application/json"), Body: payment},
		{Name: "a reset in the answer", Method: "GET", URL: s.HTTPS + "/contas/v1/comprovantes", Header: token},
		{Name: "a reset in a chunked answer", Method: "GET", URL: s.HTTPS + "/contas/v1/movimentos", Header: token},
		{Name: "closed without an answer", Method: "GET", URL: s.HTTPS + "/pix/v2/webhook", Header: token},
		{Name: "an expired certificate", Method: "GET", URL: s.Expired + "/pix/v2/cob/demo0002", Header: token},
		{Name: "a certificate for another host", Method: "GET", URL: s.WrongName + "/pix/v2/cob/demo0003", Header: token},
		{Name: "a connection refused", Method: "GET", URL: s.Refused + "/pix/v2/cob/demo0004", Header: token},
		{Name: "an unknown path, without TLS", Method: "GET", URL: s.HTTP + "/pix/v1/inexistente", Header: token},
	}
}
