// Package socks is the server's side of SOCKS5 (RFC 1928), with user names and
// passwords (RFC 1929), up to the point at which bytes begin to pass.
package socks

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// Version is the first byte of every SOCKS5 connection.
const Version = 5

// Version4 is the first byte of connections of the version before, which is refused.
const Version4 = 4

// The methods of RFC 1928, section 3.
const (
	methodOpen     = 0x00
	methodPassword = 0x02
	methodNone     = 0xff
	// methodMarks is among those for private use. Who offers it is a proxy like us, and
	// says which ones a connection has come through, as a length of one byte and as many
	// bytes, before another method is chosen.
	methodMarks = 0xf7
)

// passwordVersion is the version of the messages of RFC 1929.
const passwordVersion = 1

// The reply codes of RFC 1928, section 6.
const (
	replySucceeded   = 0x00
	replyUnreachable = 0x04
	replyCommand     = 0x07
	replyAddress     = 0x08
)

// The commands and the address types of RFC 1928, sections 4 and 5.
const (
	commandConnect = 0x01

	addressIPv4 = 0x01
	addressName = 0x03
	addressIPv6 = 0x04
)

// Reasons not to serve a client. None of them holds what the client has sent.
var (
	ErrVersion = errors.New("not SOCKS5")
	ErrMethod  = errors.New("the client offered no way to authenticate that would let it in")
	ErrRefused = errors.New("the user name or the password is wrong")
	ErrCommand = errors.New("the client wants something else than a connection")
	ErrAddress = errors.New("the client names no address that can be dialled")
)

// Access says who is served.
type Access struct {
	// Open lets everybody in. Who only knows how to authenticate may do so, and is
	// let in with any password.
	Open bool
	// Known reports whether a user may come in; nil means that no user may.
	Known func(name, password string) bool
}

// Wish is what a client wants.
type Wish struct {
	// Target is the host and port that it is to be connected with.
	Target string
	// Marks are those of the flagrantes that it has come through, with commas in
	// between. They are what the client says.
	Marks string
}

// Handshake reads what the client wants. It answers what has to be refused; what may pass is
// answered by Grant or Deny. Bytes behind the request are left in r.
func Handshake(r io.Reader, w io.Writer, access Access) (Wish, error) {
	marks, err := greet(r, w, access)
	if err != nil {
		return Wish{}, err
	}
	target, err := readRequest(r, w)
	if err != nil {
		return Wish{}, err
	}
	return Wish{Target: target, Marks: marks}, nil
}

func readRequest(r io.Reader, w io.Writer) (target string, err error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(r, head); err != nil {
		return "", fmt.Errorf("read the SOCKS request: %w", err)
	}
	if head[0] != Version {
		return "", ErrVersion
	}
	target, err = readAddress(r, head[3])
	switch {
	case errors.Is(err, errAddressType):
		return "", refuse(w, replyAddress, ErrAddress)
	case err != nil && !errors.Is(err, ErrAddress):
		return "", err
	case head[1] != commandConnect:
		return "", refuse(w, replyCommand, ErrCommand)
	case err != nil:
		return "", refuse(w, replyUnreachable, err)
	}
	return target, nil
}

// Grant tells the client that bytes pass from now on.
func Grant(w io.Writer) error { return reply(w, replySucceeded) }

// Deny tells the client that there is no connection, with a reply code of RFC
// 1928, section 6. The caller closes the connection then.
func Deny(w io.Writer, code byte) error { return reply(w, code) }

func refuse(w io.Writer, code byte, cause error) error { return errors.Join(cause, reply(w, code)) }

// reply names no address of ours: behind a proxy it would mean nothing.
func reply(w io.Writer, code byte) error {
	if _, err := w.Write([]byte{Version, code, 0, addressIPv4, 0, 0, 0, 0, 0, 0}); err != nil {
		return fmt.Errorf("answer the SOCKS request: %w", err)
	}
	return nil
}

// greet agrees on how the client authenticates, and lets it do so.
func greet(r io.Reader, w io.Writer, access Access) (marks string, err error) {
	head := make([]byte, 1)
	if _, err := io.ReadFull(r, head); err != nil {
		return "", fmt.Errorf("read the SOCKS greeting: %w", err)
	}
	if head[0] != Version {
		return "", ErrVersion
	}
	offered, err := readText(r)
	if err != nil {
		return "", err
	}
	if strings.IndexByte(offered, methodMarks) >= 0 {
		if marks, err = askMarks(r, w); err != nil {
			return "", err
		}
	}
	method := choose([]byte(offered), access)
	if err := answerGreeting(w, method); err != nil {
		return "", err
	}
	switch method {
	case methodOpen:
		return marks, nil
	case methodPassword:
		return marks, authenticate(r, w, access)
	}
	return "", ErrMethod
}

func askMarks(r io.Reader, w io.Writer) (string, error) {
	if err := answerGreeting(w, methodMarks); err != nil {
		return "", err
	}
	return readText(r)
}

func answerGreeting(w io.Writer, method byte) error {
	if _, err := w.Write([]byte{Version, method}); err != nil {
		return fmt.Errorf("answer the SOCKS greeting: %w", err)
	}
	return nil
}

func choose(offered []byte, access Access) byte {
	switch {
	case access.Open && slices.Contains(offered, methodOpen):
		return methodOpen
	case (access.Open || access.Known != nil) && slices.Contains(offered, methodPassword):
		return methodPassword
	}
	return methodNone
}

func authenticate(r io.Reader, w io.Writer, access Access) error {
	head := make([]byte, 1)
	if _, err := io.ReadFull(r, head); err != nil {
		return fmt.Errorf("read the SOCKS password: %w", err)
	}
	if head[0] != passwordVersion {
		return ErrVersion
	}
	name, err := readText(r)
	if err != nil {
		return err
	}
	password, err := readText(r)
	if err != nil {
		return err
	}
	var status byte
	var refused error
	if !access.Open && !access.Known(name, password) {
		status, refused = 1, ErrRefused
	}
	if _, err := w.Write([]byte{passwordVersion, status}); err != nil {
		return errors.Join(refused, fmt.Errorf("answer the SOCKS password: %w", err))
	}
	return refused
}

// errAddressType is for addresses whose length is not known, so that nothing
// behind them can be read.
var errAddressType = errors.New("unknown address type")

// readAddress returns ErrAddress when a whole address was read that can't be
// dialled.
func readAddress(r io.Reader, kind byte) (string, error) {
	var host string
	var err error
	switch kind {
	case addressIPv4:
		host, err = readIP(r, 4)
	case addressIPv6:
		host, err = readIP(r, 16)
	case addressName:
		host, err = readText(r)
	default:
		return "", errAddressType
	}
	if err != nil {
		return "", err
	}
	port := make([]byte, 2)
	if _, err := io.ReadFull(r, port); err != nil {
		return "", fmt.Errorf("read the port of the SOCKS request: %w", err)
	}
	number := int(port[0])<<8 | int(port[1])
	if number == 0 || !dialable(host) {
		return "", ErrAddress
	}
	return net.JoinHostPort(host, strconv.Itoa(number)), nil
}

func readIP(r io.Reader, size int) (string, error) {
	raw := make([]byte, size)
	if _, err := io.ReadFull(r, raw); err != nil {
		return "", fmt.Errorf("read the address of the SOCKS request: %w", err)
	}
	addr, _ := netip.AddrFromSlice(raw)
	return addr.Unmap().String(), nil
}

// readText reads a length of one byte and as many bytes.
func readText(r io.Reader) (string, error) {
	text := make([]byte, 255)
	if _, err := io.ReadFull(r, text[:1]); err != nil {
		return "", fmt.Errorf("read a length in SOCKS: %w", err)
	}
	text = text[:text[0]]
	if _, err := io.ReadFull(r, text); err != nil {
		return "", fmt.Errorf("read a text in SOCKS: %w", err)
	}
	return string(text), nil
}

// dialable reports whether a host is an address, or looks like a name. Others
// would be read differently by those who get to see them.
func dialable(host string) bool {
	if addr, err := netip.ParseAddr(host); err == nil {
		return addr.Zone() == ""
	}
	for _, c := range []byte(host) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9'
		if !letter && c != '.' && c != '-' && c != '_' {
			return false
		}
	}
	return host != ""
}

// Deny4 refuses what a client of SOCKS4 asks for, with the reply "request rejected"
// (https://www.openssh.com/txt/socks4.protocol).
func Deny4(w io.Writer) error {
	_, err := w.Write([]byte{0, 0x5b, 0, 0, 0, 0, 0, 0})
	return err
}
