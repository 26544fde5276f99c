package server

import (
	"bytes"
	"context"
	"crypto/tls"
	"net"
	"path/filepath"
	"testing"
	"time"

	"flagrante/proxy/authority"
	"flagrante/proxy/gather"
)

// secured returns the ends of a TLS connection, ours above a gather.Conn.
func secured(t testing.TB) (ours, peer *tls.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	accepted, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	ca, err := authority.Open(filepath.Join(t.TempDir(), "ca"), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	ours = tls.Server(gather.New(accepted), &tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return ca.Leaf("bank.example") }})
	peer = tls.Client(c, &tls.Config{InsecureSkipVerify: true})
	t.Cleanup(func() { _, _ = ours.Close(), peer.Close() })
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- ours.HandshakeContext(ctx) }()
	if err := peer.HandshakeContext(ctx); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return ours, peer
}

// TestBurstsWithholdNothing sends pieces of which each waits for the one before:
// a reader that waited for more than came would hang.
func TestBurstsWithholdNothing(t *testing.T) {
	ours, peer := secured(t)
	_ = ours.SetReadDeadline(time.Now().Add(10 * time.Second))
	b := &buffers{}
	r := newBurstReader(ours, b)
	for _, size := range []int{1, 2, 1, burstFrom - 1, burstFrom, smallBuffer, smallBuffer + 1, 1, burstSize, 300_000} {
		sent := bytes.Repeat([]byte("0123456789abcdef~"), size/17+1)[:size]
		go peer.Write(sent)
		var got []byte
		for len(got) < size {
			piece, err := r.read()
			if err != nil {
				t.Fatalf("after %d of %d bytes: %v", len(got), size, err)
			}
			got = append(got, piece...)
			r.release()
		}
		if !bytes.Equal(got, sent) {
			t.Fatalf("%d bytes arrived changed", size)
		}
	}
}

func TestBurstsAreWrittenWhole(t *testing.T) {
	ours, peer := secured(t)
	_ = peer.SetReadDeadline(time.Now().Add(10 * time.Second))
	b := &buffers{}
	for _, size := range []int{1, smallBuffer, smallBuffer + 1, burstSize} {
		sent := bytes.Repeat([]byte("0123456789abcdef~"), size/17+1)[:size]
		go func() {
			if err := b.writeBurst(ours, sent); err != nil {
				t.Error(err)
			}
		}()
		var got []byte
		piece := make([]byte, smallBuffer)
		for len(got) < size {
			n, err := peer.Read(piece)
			if err != nil {
				t.Fatalf("after %d of %d bytes: %v", len(got), size, err)
			}
			got = append(got, piece[:n]...)
		}
		if !bytes.Equal(got, sent) {
			t.Fatalf("%d bytes arrived changed", size)
		}
	}
}

// BenchmarkStream reads a long answer in bursts. Its garbage is what the memory of the
// proxy grows by during one.
func BenchmarkStream(b *testing.B) {
	ours, peer := secured(b)
	piece := make([]byte, 64<<10)
	b.SetBytes(int64(len(piece)))
	b.ReportAllocs()
	r := newBurstReader(ours, &buffers{})
	bursts := 0
	b.ResetTimer()
	go func() {
		for range b.N {
			if _, err := peer.Write(piece); err != nil {
				b.Error(err)
			}
		}
	}()
	for left := b.N * len(piece); left > 0; {
		burst, err := r.read()
		if err != nil {
			b.Fatal(err)
		}
		left -= len(burst)
		r.release()
		bursts++
	}
	b.ReportMetric(float64(bursts)/float64(b.N), "bursts/op")
}
