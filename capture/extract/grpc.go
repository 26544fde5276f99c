package extract

import (
	"net/url"
	"strconv"

	"flagrante/capture"
	"flagrante/capture/document"
	"flagrante/proxy"
)

// fromGRPC reads the status and the message of a gRPC call; the code is the name
// of the status (https://grpc.io/docs/guides/status-codes).
func fromGRPC(r *proxy.Response) capture.Vendor {
	status := document.GRPCStatus(r)
	if status == "" || status == "0" {
		return capture.Vendor{}
	}
	message := document.GRPCField(r, "Grpc-Message")
	if plain, err := url.PathUnescape(message); err == nil {
		message = plain
	}
	return Bounded(grpcName(status), message)
}

func grpcName(status string) string {
	names := []string{
		"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED", "RESOURCE_EXHAUSTED",
		"FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
	}
	n, err := strconv.Atoi(status)
	if err != nil || n < 0 || n >= len(names) {
		return status
	}
	return names[n]
}
