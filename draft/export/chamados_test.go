package export

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// chamados is the invented portal of testdata/portal/own/chamados.yaml. It wants every
// request but the sign-in to carry the session, all of them to be signed, and says what
// it thinks of a create in an answer of 200.
type chamados struct {
	now int64
	// down are answers of 503 that it gives to creates after having made the ticket.
	down    int
	files   map[string]map[string]any
	tickets []map[string]any
	notes   []string
	// refused are the requests that broke the contract.
	refused []string
}

// The secrets of the portal.
const (
	appToken, certificatePassword = "app-7f3a91", "senha-do-certificado"
	signingKey, chamadosToken     = "chave-de-assinatura", "token-da-integracao"
	chamadosSession               = "sessao-1"
)

func (c *chamados) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/sessao", c.signIn)
	mux.HandleFunc("GET /api/chamados", c.search)
	mux.HandleFunc("POST /api/arquivos", c.upload)
	mux.HandleFunc("POST /api/projetos/{project}/chamados", c.create)
	mux.HandleFunc("GET /api/chamados/{number}", c.show)
	mux.HandleFunc("POST /api/chamados/{number}/comentarios", c.comment)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		if why := c.breach(r, string(body)); why != "" {
			c.refused = append(c.refused, r.Method+" "+r.URL.Path+": "+why)
			answer(w, http.StatusOK, map[string]any{"sucesso": false, "erro": map[string]any{"mensagem": why}})
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// breach says what is wrong with a request, whatever it is for.
func (c *chamados) breach(r *http.Request, body string) string {
	mac := hmac.New(sha256.New, []byte(signingKey))
	fmt.Fprintf(mac, "%d.%s", c.now, body)
	signature := fmt.Sprintf("t=%d,v1=%s", c.now, hex.EncodeToString(mac.Sum(nil)))
	switch session := r.Header.Get("Authorization"); {
	case r.Header.Get("X-Assinatura") != signature:
		return "assinatura inválida"
	case r.URL.Path == "/api/sessao" && session != "":
		return "a sessão ainda não existe"
	case r.URL.Path != "/api/sessao" && session != "Bearer "+chamadosSession:
		return "sem sessão"
	}
	return ""
}

// object reads a JSON document, or nil where there is none.
func object(r *http.Request) map[string]any {
	var v map[string]any
	if r.Header.Get("Content-Type") != "application/json" || json.NewDecoder(r.Body).Decode(&v) != nil {
		return nil
	}
	return v
}

func (c *chamados) signIn(w http.ResponseWriter, r *http.Request) {
	got := object(r)
	if got["app"] != appToken || got["senha"] != certificatePassword || got["token"] != chamadosToken {
		refuse(w, http.StatusForbidden, "credenciais inválidas")
		return
	}
	answer(w, http.StatusOK, map[string]any{"sessao": chamadosSession})
}

func (c *chamados) search(w http.ResponseWriter, r *http.Request) {
	items := []any{map[string]any{"numero": 9, "referencia": "outra " + r.URL.Query().Get("busca")}}
	for _, ticket := range c.tickets {
		items = append(items, ticket)
	}
	answer(w, http.StatusOK, map[string]any{"itens": items})
}

func (c *chamados) upload(w http.ResponseWriter, r *http.Request) {
	file, header, err := r.FormFile("arquivo")
	if err != nil {
		refuse(w, http.StatusBadRequest, "falta a parte arquivo")
		return
	}
	data, err := io.ReadAll(file)
	if err != nil {
		refuse(w, http.StatusBadRequest, err.Error())
		return
	}
	id := fmt.Sprintf("f%d", len(c.files)+1)
	c.files[id] = map[string]any{"nome": header.Filename, "tamanho": len(data)}
	answer(w, http.StatusCreated, map[string]any{"id": id})
}

func (c *chamados) create(w http.ResponseWriter, r *http.Request) {
	ticket := object(r)
	files, ids := []any{}, []any{}
	if list, ok := ticket["arquivos"].([]any); ok {
		ids = list
	}
	for _, id := range ids {
		files = append(files, c.files[fmt.Sprint(id)])
	}
	_, number := ticket["urgencia"].(float64)
	if title, _ := ticket["titulo"].(string); title == "" || !number || r.PathValue("project") != "pix e câmbio" {
		answer(w, http.StatusOK, map[string]any{"sucesso": false, "erro": map[string]any{"mensagem": "campos inválidos"}})
		return
	}
	ticket["numero"], ticket["arquivos"], ticket["situacao"] = 100+len(c.tickets), files, "aberto"
	c.tickets = append(c.tickets, ticket)
	if c.down > 0 {
		c.down--
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	answer(w, http.StatusOK, map[string]any{"sucesso": true, "chamado": map[string]any{"numero": ticket["numero"]}})
}

// of returns the ticket of a request, or answers that there is none.
func (c *chamados) of(w http.ResponseWriter, r *http.Request) map[string]any {
	for _, ticket := range c.tickets {
		if fmt.Sprint(ticket["numero"]) == r.PathValue("number") {
			return ticket
		}
	}
	refuse(w, http.StatusNotFound, "não existe")
	return nil
}

func (c *chamados) show(w http.ResponseWriter, r *http.Request) {
	if ticket := c.of(w, r); ticket != nil {
		answer(w, http.StatusOK, ticket)
	}
}

func (c *chamados) comment(w http.ResponseWriter, r *http.Request) {
	text, _ := object(r)["texto"].(string)
	if c.of(w, r) != nil {
		c.notes = append(c.notes, text)
		answer(w, http.StatusCreated, map[string]any{})
	}
}
