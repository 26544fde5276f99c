package document

import (
	"bytes"
	"encoding/json"
)

// maxAnswers bounds how many answers of a batch are read.
const maxAnswers = 1000

// isBatch tells the answers to several calls in one: parts of the type application/http, as
// OData 4.01 (part 1, section 11.7) and others send them.
func isBatch(text []byte, kind string) bool {
	return kind == "multipart/mixed" && bytes.HasPrefix(text, []byte("--")) && bytes.Contains(text, []byte("\nHTTP/1."))
}

// answers returns the answers of a batch, however its parts are nested: each with its status,
// and with its body where the call failed.
func answers(text []byte) []any {
	var all []any
	for _, part := range bytes.SplitN(text, []byte("\nHTTP/1."), maxAnswers)[1:] {
		line, rest, _ := bytes.Cut(part, []byte("\n"))
		fields := bytes.Fields(line)
		if len(fields) < 2 {
			continue
		}
		answer := map[string]any{"status": json.Number(fields[1])}
		if fields[1][0] >= '4' {
			answer["body"] = bodyOf(rest)
		}
		all = append(all, answer)
	}
	return all
}

// bodyOf reads what stands between the header of a part and the next boundary.
func bodyOf(part []byte) any {
	part = bytes.ReplaceAll(part, []byte("\r\n"), []byte("\n"))
	_, body, _ := bytes.Cut(part, []byte("\n\n"))
	body, _, _ = bytes.Cut(body, []byte("\n--"))
	return nested(string(bytes.TrimSpace(body)))
}
