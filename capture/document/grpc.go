package document

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"strings"

	"flagrante/proxy"
)

// GRPCStatus returns the status code of a gRPC call: from the trailers, from the
// header of an answer without messages, or from the end of a gRPC-Web body. It is
// empty when there is none.
func GRPCStatus(r *proxy.Response) string { return GRPCField(r, "Grpc-Status") }

// GRPCField returns a trailer field of a gRPC call, such as Grpc-Message.
func GRPCField(r *proxy.Response, name string) string {
	if value := r.Trailer.Get(name); value != "" {
		return strings.TrimSpace(value)
	}
	kind := MediaType(r.Header.Get("Content-Type"))
	if !strings.HasPrefix(kind, "application/grpc") {
		return ""
	}
	if value := r.Header.Get(name); value != "" {
		return strings.TrimSpace(value)
	}
	if !strings.HasPrefix(kind, "application/grpc-web") || r.Body.Cut {
		return ""
	}
	data := r.Body.Data
	if strings.HasPrefix(kind, "application/grpc-web-text") {
		data = unbase64(data)
	}
	return webField(data, name)
}

// unbase64 decodes base64 of which each message may have its own padding.
func unbase64(data []byte) []byte {
	var out []byte
	for len(data) >= 4 {
		end := len(data)
		if i := bytes.IndexByte(data, '='); i >= 0 {
			end = min((i+4)/4*4, len(data))
		}
		part, err := base64.StdEncoding.DecodeString(string(data[:end]))
		if err != nil {
			return out
		}
		out, data = append(out, part...), data[end:]
	}
	return out
}

// webField looks into the frame of trailers, which has the highest bit of its
// flags set (the gRPC-Web protocol).
func webField(data []byte, name string) string {
	block := frame(data, 0x80)
	for line := range strings.SplitSeq(string(block), "\r\n") {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(strings.TrimSpace(key), name) {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// frame returns the first length-prefixed frame with one of the flags.
func frame(data []byte, flags byte) []byte {
	for len(data) >= 5 {
		size := uint64(binary.BigEndian.Uint32(data[1:5]))
		if size > uint64(len(data)-5) {
			return nil
		}
		if data[0]&flags != 0 {
			return data[5 : 5+size]
		}
		data = data[5+size:]
	}
	return nil
}

// ConnectError returns the error at the end of the stream of a Connect call
// (https://connectrpc.com/docs/protocol), or nil.
func ConnectError(r *proxy.Response) any {
	if !strings.HasPrefix(MediaType(r.Header.Get("Content-Type")), "application/connect+") || r.Body.Cut {
		return nil
	}
	var end any
	if json.Unmarshal(frame(r.Body.Data, 0x02), &end) != nil {
		return nil
	}
	return Get(end, "error")
}
