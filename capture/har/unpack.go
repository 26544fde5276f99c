package har

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// maxWindow bounds the memory that unpacking zstd may take, in bytes.
const maxWindow = 32 << 20

// The first bytes of what a HAR may come packed as.
const (
	magicGzip = "\x1f\x8b"
	magicZstd = "\x28\xb5\x2f\xfd"
	magicZip  = "PK\x03\x04"
	mark      = "\ufeff"
	// A redirection in PowerShell writes UTF-16.
	markUTF16LE = "\xff\xfe"
	markUTF16BE = "\xfe\xff"
)

// unpack strips what a producer or a person may have put around the JSON, going
// by the bytes and not by any name: gzip, zlib (the .zhar of mitmproxy) or zstd,
// UTF-16, and a byte order mark. The function that it returns frees what that took.
func unpack(r io.Reader) (plain *bufio.Reader, free func(), err error) {
	b := bufio.NewReaderSize(r, scanBuffer)
	head, _ := b.Peek(4)
	inner, free, err := layer(b, head)
	if err != nil {
		return nil, nil, fmt.Errorf("unpack the HAR: %w", err)
	}
	if inner != io.Reader(b) {
		b = bufio.NewReaderSize(inner, scanBuffer)
	}
	if start, _ := b.Peek(len(mark)); string(start) == mark {
		_, _ = b.Discard(len(mark)) // They are buffered.
	}
	return b, free, nil
}

func layer(b io.Reader, head []byte) (io.Reader, func(), error) {
	none := func() {}
	switch {
	case bytes.HasPrefix(head, []byte(magicGzip)):
		z, err := gzip.NewReader(b)
		return z, none, err
	case bytes.HasPrefix(head, []byte(magicZstd)):
		z, err := zstd.NewReader(b, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, nil, err
		}
		return z, z.Close, nil
	case bytes.HasPrefix(head, []byte(magicZip)):
		return nil, nil, errors.New("it is a zip archive: take the .har out of it first")
	case bytes.HasPrefix(head, []byte(markUTF16LE)), bytes.HasPrefix(head, []byte(markUTF16BE)):
		return transform.NewReader(b, unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder()), none, nil
	case len(head) > 1 && head[0] == 0x78 && (int(head[0])<<8|int(head[1]))%31 == 0:
		z, err := zlib.NewReader(b)
		return z, none, err
	}
	return b, none, nil
}
