package socks_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flagrante/proxy/socks"
)

func users(name, password string) bool { return name == "ana" && password == "s3nha" }

const (
	open     = "\x05\x01\x00"
	password = "\x05\x02\x00\x02"
	right    = "\x01\x03ana\x05s3nha"
	toIPv4   = "\x05\x01\x00\x01\x0a\x00\x00\x01\x01\xbb"
)

func TestHandshake(t *testing.T) {
	anybody := socks.Access{Open: true}
	known := socks.Access{Known: users}
	refusal := func(code string) string { return "\x05" + code + "\x00\x01\x00\x00\x00\x00\x00\x00" }
	for name, test := range map[string]struct {
		access       socks.Access
		sent         string
		target, said string
		err          error
		marks        string
	}{
		"an IPv4 address":            {anybody, open + toIPv4, "10.0.0.1:443", "\x05\x00", nil, ""},
		"an IPv6 address":            {anybody, open + "\x05\x01\x00\x04" + strings.Repeat("\x00", 15) + "\x01\x00\x50", "[::1]:80", "\x05\x00", nil, ""},
		"IPv4 within IPv6":           {anybody, open + "\x05\x01\x00\x04" + strings.Repeat("\x00", 10) + "\xff\xff\x0a\x00\x00\x01\x00\x50", "10.0.0.1:80", "\x05\x00", nil, ""},
		"a name":                     {anybody, open + "\x05\x01\x00\x03\x0cbank.example\x01\xbb", "bank.example:443", "\x05\x00", nil, ""},
		"an address written as name": {anybody, open + "\x05\x01\x00\x03\x03::1\x01\xbb", "[::1]:443", "\x05\x00", nil, ""},
		"only a password offered":    {anybody, "\x05\x01\x02\x01\x01x\x01y" + toIPv4, "10.0.0.1:443", "\x05\x02\x01\x00", nil, ""},
		"a user":                     {known, password + right + toIPv4, "10.0.0.1:443", "\x05\x02\x01\x00", nil, ""},
		"a wrong password":           {known, password + "\x01\x03ana\x05senha" + toIPv4, "", "\x05\x02\x01\x01", socks.ErrRefused, ""},
		"no password":                {known, open + toIPv4, "", "\x05\xff", socks.ErrMethod, ""},
		"nobody may":                 {socks.Access{}, password + right, "", "\x05\xff", socks.ErrMethod, ""},
		"no methods":                 {anybody, "\x05\x00", "", "\x05\xff", socks.ErrMethod, ""},
		"SOCKS4":                     {anybody, "\x04\x01", "", "", socks.ErrVersion, ""},
		"another password version":   {known, password + "\x02\x03ana", "", "\x05\x02", socks.ErrVersion, ""},
		"a request of SOCKS4":        {anybody, open + "\x04\x01\x00\x01", "", "\x05\x00", socks.ErrVersion, ""},
		"BIND":                       {anybody, open + "\x05\x02" + toIPv4[2:], "", "\x05\x00" + refusal("\x07"), socks.ErrCommand, ""},
		"UDP":                        {anybody, open + "\x05\x03\x00\x01\x00\x00\x00\x00\x00\x00", "", "\x05\x00" + refusal("\x07"), socks.ErrCommand, ""},
		"another address type":       {anybody, open + "\x05\x01\x00\x02", "", "\x05\x00" + refusal("\x08"), socks.ErrAddress, ""},
		"port 0":                     {anybody, open + "\x05\x01\x00\x01\x0a\x00\x00\x01\x00\x00", "", "\x05\x00" + refusal("\x04"), socks.ErrAddress, ""},
		"an empty name":              {anybody, open + "\x05\x01\x00\x03\x00\x01\xbb", "", "\x05\x00" + refusal("\x04"), socks.ErrAddress, ""},
		"a name with a line break":   {anybody, open + "\x05\x01\x00\x03\x03a\r\n\x01\xbb", "", "\x05\x00" + refusal("\x04"), socks.ErrAddress, ""},
		"an address with a zone":     {anybody, open + "\x05\x01\x00\x03\x09fe80::1%a\x01\xbb", "", "\x05\x00" + refusal("\x04"), socks.ErrAddress, ""},
		"marks of a flagrante":       {anybody, "\x05\x02\x00\xf7" + "\x0bflagrante-1" + toIPv4, "10.0.0.1:443", "\x05\xf7\x05\x00", nil, "flagrante-1"},
		"marks and a password":       {known, "\x05\x02\x02\xf7" + "\x00" + right + toIPv4, "10.0.0.1:443", "\x05\xf7\x05\x02\x01\x00", nil, ""},
		"marks alone":                {anybody, "\x05\x01\xf7" + "\x01x", "", "\x05\xf7\x05\xff", socks.ErrMethod, ""},
		"nothing more":               {anybody, open + "\x05\x01", "", "\x05\x00", io.ErrUnexpectedEOF, ""},
		"half a name":                {anybody, open + "\x05\x01\x00\x03\x0cbank", "", "\x05\x00", io.ErrUnexpectedEOF, ""},
		"half a password":            {known, password + "\x01\x03ana\x05s3n", "", "\x05\x02", io.ErrUnexpectedEOF, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var said bytes.Buffer
			in := strings.NewReader(test.sent)
			wish, err := socks.Handshake(in, &said, test.access)
			if wish.Target != test.target || wish.Marks != test.marks || !errors.Is(err, test.err) {
				t.Errorf("got %+v and %v, want %q and %v", wish, err, test.target, test.err)
			}
			if diff := cmp.Diff(test.said, said.String()); diff != "" {
				t.Errorf("answered otherwise (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatFollowsIsLeft(t *testing.T) {
	in := strings.NewReader(open + toIPv4 + "GET / HTTP/1.1\r\n")
	if _, err := socks.Handshake(in, io.Discard, socks.Access{Open: true}); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(in)
	if err != nil || string(rest) != "GET / HTTP/1.1\r\n" {
		t.Errorf("%q is left, error %v", rest, err)
	}
}

func TestGrant(t *testing.T) {
	var said bytes.Buffer
	if err := socks.Grant(&said); err != nil || said.String() != "\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00" {
		t.Errorf("answered %q, error %v", said.String(), err)
	}
}

func FuzzHandshake(f *testing.F) {
	f.Add([]byte(open+toIPv4), true)
	f.Add([]byte(password+right+"\x05\x01\x00\x03\x0cbank.example\x01\xbb"), false)
	f.Add([]byte(open+"\x05\x03\x00\x04"), true)
	f.Fuzz(func(t *testing.T, sent []byte, anybody bool) {
		var said bytes.Buffer
		wish, err := socks.Handshake(bytes.NewReader(sent), &said, socks.Access{Open: anybody, Known: users})
		target := wish.Target
		if err != nil {
			if target != "" {
				t.Errorf("%q in spite of %v", target, err)
			}
			return
		}
		host, port, err := net.SplitHostPort(target)
		if number, bad := strconv.Atoi(port); err != nil || bad != nil || number < 1 || number > 65535 || host == "" {
			t.Errorf("target %q", target)
		}
		if strings.ContainsAny(target, "\r\n\x00 /@%?#") {
			t.Errorf("target %q", target)
		}
		if !anybody && !bytes.Contains(sent, []byte(right)) {
			t.Error("somebody came in without the password")
		}
	})
}
