package badbank

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxStream bounds the size of a streamed body, in bytes.
const maxStream = 16 << 30

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /pix/v2/cob/{txid}", s.charge(http.StatusOK))
	mux.HandleFunc("PUT /pix/v2/cob/{txid}", s.charge(http.StatusCreated))
	mux.HandleFunc("POST /pix/v2/pagamentos", s.answer(answer{
		status: http.StatusServiceUnavailable, kind: "application/json",
		body: `{"codigo":"SPI-0071","mensagem":"Sistema de Pagamentos Instantâneos indisponível no momento"}`,
	}))
	mux.HandleFunc("POST /boletos/v1/boletos", s.answer(answer{
		status: http.StatusUnprocessableEntity, kind: "application/problem+json", body: problem,
	}))
	mux.HandleFunc("GET /contas/v1/saldo", s.answer(answer{
		status: http.StatusUnauthorized, kind: "application/json",
		header: [2]string{"WWW-Authenticate", `Bearer realm="contas", error="invalid_token", error_description="token expirado"`},
		body:   `{"error":"invalid_token","error_description":"O token de acesso expirou"}`,
	}))
	mux.HandleFunc("GET /contas/v1/extrato", s.answer(answer{
		status: http.StatusTooManyRequests, kind: "application/json", header: [2]string{"Retry-After", "30"},
		body: `{"codigo":"CTA-0429","mensagem":"Limite de consultas por minuto excedido"}`,
	}))
	mux.HandleFunc("POST /ws/ted", s.answer(answer{
		status: http.StatusInternalServerError, kind: "text/xml; charset=ISO-8859-1", body: fault,
	}))
	mux.HandleFunc("GET /boletos/v1/boletos/{id}/pdf", s.answer(answer{
		status: http.StatusBadGateway, kind: "text/html; charset=utf-8", body: gateway,
	}))
	mux.HandleFunc("GET /pix/v2/devolucoes", s.slow)
	mux.HandleFunc("GET /pix/v2/webhook", s.leave)
	mux.HandleFunc("POST /ted/v1/transferencias", s.reset)
	mux.HandleFunc("GET /contas/v1/comprovantes", s.resetMidway(cutLength))
	mux.HandleFunc("GET /contas/v1/movimentos", s.resetMidway(cutChunk))
	mux.HandleFunc("GET /stream", s.stream)
	mux.HandleFunc("/echo", s.echo)
	mux.HandleFunc("/", s.answer(answer{
		status: http.StatusNotFound, kind: "application/json", body: `{"codigo":"API-0404","mensagem":"Recurso não encontrado"}`,
	}))
	return mux
}

// answer is a fixed answer, with one header field of its own at most.
type answer struct {
	status int
	kind   string
	header [2]string
	body   string
}

func (s *Server) answer(a answer) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if a.header[0] != "" {
			w.Header().Set(a.header[0], a.header[1])
		}
		s.write(w, a.status, a.kind, a.body)
	}
}

// write writes a whole answer with its request id.
func (s *Server) write(w http.ResponseWriter, status int, kind, body string) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("X-Request-Id", s.requestID())
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// requestID returns the next id, in the shape of a UUID.
func (s *Server) requestID() string {
	return fmt.Sprintf("0bad0bad-0000-4000-8000-%012d", s.requests.Add(1))
}

func (s *Server) charge(status int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		body, err := json.Marshal(map[string]any{
			"txid":  r.PathValue("txid"),
			"valor": map[string]string{"original": "150.00"},
			"chave": "cobranca@loja.example", "status": "ATIVA",
		})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		s.write(w, status, "application/json", string(body))
	}
}

// slow keeps the app waiting until it goes away.
func (s *Server) slow(w http.ResponseWriter, r *http.Request) {
	s.kept()
	patience := time.NewTimer(s.patience)
	defer patience.Stop()
	select {
	case <-r.Context().Done():
		panic(http.ErrAbortHandler) // To return would answer with an empty 200.
	case <-patience.C:
		s.write(w, http.StatusGatewayTimeout, "application/json", `{"codigo":"SPI-0504","mensagem":"Tempo de resposta esgotado"}`)
	}
}

func (s *Server) stream(w http.ResponseWriter, r *http.Request) {
	size, err := strconv.ParseInt(r.URL.Query().Get("bytes"), 10, 64)
	if err != nil || size < 0 || size > maxStream {
		s.write(w, http.StatusBadRequest, "application/json", `{"codigo":"API-0400","mensagem":"O parâmetro bytes não é válido"}`)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	block := []byte(strings.Repeat("lançamento de exemplo; 0001; 150,00\n", 1024))
	for size > 0 {
		n, err := w.Write(block[:min(size, int64(len(block)))])
		if err != nil {
			return
		}
		size -= int64(n)
	}
}

// Echo is the answer of /echo: the request as it arrived.
type Echo struct {
	Method string      `json:"method"`
	Target string      `json:"target"`
	Proto  string      `json:"proto"`
	Host   string      `json:"host"`
	Header http.Header `json:"header"`
	Body   []byte      `json:"body"`
}

func (s *Server) echo(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<20))
	if err != nil {
		return
	}
	text, err := json.Marshal(Echo{Method: r.Method, Target: r.RequestURI, Proto: r.Proto, Host: r.Host, Header: r.Header, Body: body})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	s.write(w, http.StatusOK, "application/json", string(text))
}
