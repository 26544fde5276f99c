package export

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"flagrante/draft"
)

// serviceNow follows
// https://www.servicenow.com/docs/r/api-reference/rest-apis/c_TableAPI.html.
func serviceNow() contract {
	return contract{
		recipe: "servicenow", portal: Portal{Set: map[string]string{"user": "integracao"}},
		ticket: "INC0100", link: "/nav_to.do?uri=incident.do%3Fsys_id%3Dsys100", open: "2", closed: "6", muted: "correlation_id", told: "Correlation ID",
		fields: map[string]any{
			"short_description": "{title}", "description": "{text}", "urgency": "1", "impact": "1", "caller_id": "{requestor}",
			"correlation_id": "{fingerprint}", "correlation_display": "flagrante",
		},
		breaks: func(_ *draft.Draft, p *Portal) { p.Set["table"] = "incidente" }, says: "Invalid table incidente",
		routes: func(v *vendor) http.Handler { return now{v}.routes() },
	}
}

// now is a ServiceNow.
type now struct{ *vendor }

func (n now) fail(w http.ResponseWriter, status int, message string, detail any) {
	n.give(w, status, map[string]any{"error": map[string]any{"message": message, "detail": detail}, "status": "failure"})
}

func (n now) result(w http.ResponseWriter, status int, result any) {
	n.give(w, status, map[string]any{"result": result})
}

func (n now) record(t *sold) map[string]any {
	record := map[string]any{"sys_id": fmt.Sprintf("sys%d", t.id), "number": fmt.Sprintf("INC0%d", t.id), "state": t.state}
	for name, value := range t.fields {
		record[name] = value
	}
	return record
}

// find knows the two queries that the recipe asks.
func (n now) find(w http.ResponseWriter, r *http.Request) {
	list, query := []any{}, r.URL.Query().Get("sysparm_query")
	for _, t := range n.tickets {
		record := n.record(t)
		if query == fmt.Sprintf("correlation_id=%v^active=true", t.fields["correlation_id"]) || query == fmt.Sprint("number=", record["number"]) {
			list = append(list, record)
		}
	}
	n.result(w, 200, list)
}

func (n now) create(w http.ResponseWriter, r *http.Request) {
	// A member that the table does not have would be dropped with a 201.
	got := n.object(r, "short_description", "description", "urgency", "impact", "caller_id", "correlation_id", "correlation_display")
	t := n.add(got)
	if n.lose {
		n.made(w, 0, nil)
	}
	n.result(w, 201, n.record(t))
}

func (n now) attach(w http.ResponseWriter, r *http.Request) {
	t, query := n.of(strings.TrimPrefix(r.URL.Query().Get("table_sys_id"), "sys")), r.URL.Query()
	if t == nil || query.Get("table_name") != "incident" {
		n.fail(w, 404, "Record doesn't exist or ACL restricts the record retrieval", nil)
		return
	}
	t.files = append(t.files, n.raw(r, query.Get("file_name")))
	n.result(w, 201, map[string]any{"sys_id": "a1"})
}

func (n now) change(w http.ResponseWriter, r *http.Request) {
	got, t := n.object(r, "comments", "state"), n.of(strings.TrimPrefix(r.PathValue("id"), "sys"))
	t.comments = append(t.comments, fmt.Sprint(got["comments"]))
	if state, ok := got["state"].(string); ok {
		t.state = state
	}
	n.result(w, 200, n.record(t))
}

func (n now) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/now/table/incident", n.find)
	mux.HandleFunc("POST /api/now/table/incident", n.create)
	mux.HandleFunc("GET /api/now/table/incident/{id}", func(w http.ResponseWriter, r *http.Request) {
		n.result(w, 200, n.record(n.of(strings.TrimPrefix(r.PathValue("id"), "sys"))))
	})
	mux.HandleFunc("PATCH /api/now/table/incident/{id}", n.change)
	mux.HandleFunc("POST /api/now/attachment/file", n.attach)
	mux.HandleFunc("GET /api/now/attachment", func(w http.ResponseWriter, r *http.Request) {
		t := n.of(strings.TrimPrefix(r.URL.Query().Get("sysparm_query"), "table_sys_id=sys"))
		list := []any{}
		for _, f := range t.files {
			// Sizes are texts here.
			list = append(list, map[string]any{"file_name": f.name, "size_bytes": fmt.Sprint(len(f.data)), "content_type": f.kind})
		}
		n.result(w, 200, list)
	})
	mux.HandleFunc("/api/now/table/{table}", func(w http.ResponseWriter, r *http.Request) {
		n.fail(w, 400, "Invalid table "+r.PathValue("table"), nil)
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "integracao" || password != rightToken {
			n.fail(w, 401, "User Not Authenticated", "Required to provide Auth information")
			return
		}
		mux.ServeHTTP(w, r)
	})
}

// number writes a JSON number as text.
func number(value any) string {
	if n, ok := value.(float64); ok {
		return json.Number(fmt.Sprintf("%g", n)).String()
	}
	return fmt.Sprintf("no number: %v", value)
}
