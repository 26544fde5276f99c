package contract

import (
	"strconv"
	"strings"

	"flagrante/capture"
)

// Side is a half of an exchange.
type Side string

// The sides.
const (
	Request  Side = "request"
	Response Side = "response"
)

// Violation says that an exchange does not keep to a document. It never holds a
// value, nor a name that the document does not give.
type Violation struct {
	Side Side
	// Place is where: "method", "status", "url.path", "url.path.txid",
	// "url.query.inicio", "header.Content-Type", or "body" with a JSON pointer (RFC
	// 6901) in which * stands for a name that is not documented: "body/valor/original".
	Place string
	// Rule is the keyword of JSON Schema that is broken, or one of: path, method,
	// status, content_type (not documented), empty, syntax, not_allowed.
	Rule string
	// Contract is the name of the document.
	Contract string

	// depth is the number of steps of the place.
	depth int
}

// Where returns the place as redactions write it: "response.body/valor/original".
func (f Violation) Where() string { return string(f.Side) + "." + f.Place }

// Reason returns the violation as a reason.
func (f Violation) Reason() capture.Reason {
	return capture.Reason{Key: "judge.contract", Args: map[string]string{
		"contract": f.Contract, "side": string(f.Side), "where": f.Where(), "rule": f.Rule,
	}}
}

// like reports whether two violations differ at most by an index.
func (f Violation) like(other Violation) bool {
	return f.Rule == other.Rule && f.depth == other.depth && sameButIndex(f.Place, other.Place)
}

func sameButIndex(a, b string) bool {
	for a != b {
		stepA, restA, moreA := strings.Cut(a, "/")
		stepB, restB, moreB := strings.Cut(b, "/")
		if moreA != moreB || stepA != stepB && (!isIndex(stepA) || !isIndex(stepB)) {
			return false
		}
		a, b = restA, restB
	}
	return true
}

func isIndex(step string) bool { return step != "" && strings.Trim(step, "0123456789") == "" }

// maxReasons is how many violations a verdict names; the others are counted.
const maxReasons = 6

// Judge adds violations to a verdict. An exchange that does not fail otherwise
// fails by them.
func Judge(v capture.Verdict, found []Violation) capture.Verdict {
	if len(found) == 0 || v.Ignored {
		return v
	}
	if !v.Failing {
		v = capture.Verdict{Failing: true, Kind: capture.KindContract}
	}
	v.Reasons = append([]capture.Reason{}, v.Reasons...)
	for _, f := range found[:min(len(found), maxReasons)] {
		v.Reasons = append(v.Reasons, f.Reason())
	}
	if more := len(found) - maxReasons; more > 0 {
		v.Reasons = append(v.Reasons, capture.Reason{Key: "judge.contract_more", Args: map[string]string{"count": strconv.Itoa(more)}})
	}
	return v
}
