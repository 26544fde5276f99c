package badbank

// problem names a person, as such answers do: it is what redaction has to find.
// The CPF is a number of the test kind with right check digits.
const problem = `{"type":"https://badbank.example/problemas/pagador-invalido","title":"Dados do pagador inválidos","status":422,` +
	`"detail":"O CPF 529.982.247-25 não confere com o nome informado","codigo":"BOL-0422",` +
	`"violacoes":[{"razao":"O nome não é o do titular do CPF","propriedade":"pagador.nome","valor":"Maria da Silva"}]}`

// fault is in ISO-8859-1, as the bytes beyond ASCII show.
const fault = `<?xml version="1.0" encoding="ISO-8859-1"?>` + "\n" +
	`<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>` +
	`<faultcode>soap:Server</faultcode><faultstring>Conta de d` + "\xe9" + `bito inv` + "\xe1" + `lida</faultstring>` +
	`<detail><erro><codigo>TED-0500</codigo><descricao>Ag` + "\xea" + `ncia n` + "\xe3" + `o encontrada</descricao></erro></detail>` +
	`</soap:Fault></soap:Body></soap:Envelope>`

const gateway = `<!DOCTYPE html><html lang="pt-BR"><head><title>502 Bad Gateway</title></head>` +
	`<body><h1>502 Bad Gateway</h1><p>Serviço temporariamente fora do ar. Tente novamente mais tarde.</p></body></html>`

// cutLength and cutChunk are the beginnings of answers that end in a reset.
const (
	cutLength = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-Id: %s\r\nContent-Length: 4096\r\n\r\n" +
		`{"comprovantes":[{"id":"E2E-0001","valor":"150.00","situacao":"EFETIVADO"},`
	cutChunk = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-Id: %s\r\nTransfer-Encoding: chunked\r\n\r\n" +
		"2a\r\n" + `{"movimentos":[{"id":1,"valor":"-150.00"},` + "\r\n"
)
