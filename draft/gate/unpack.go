package gate

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
)

// What is unpacked at most: in bytes, in members, and one archive in another.
const (
	maxUnpacked = 64 << 20
	maxMembers  = 10_000
	maxDepth    = 3
)

// errTooMuch reports an archive that cannot be looked through.
var errTooMuch = errors.New("it unpacks to more than can be looked through")

// unpack returns the parts that are in p: itself, or the members of an archive. A
// file that only begins like an archive is a part like any other.
func unpack(p Part) ([]Part, error) {
	u := unpacker{left: maxUnpacked}
	return u.parts(p, 0)
}

type unpacker struct{ left, members int }

func (u *unpacker) parts(p Part, depth int) ([]Part, error) {
	switch {
	case bytes.HasPrefix(p.Data, []byte("PK\x03\x04")):
		z, err := zip.NewReader(bytes.NewReader(p.Data), int64(len(p.Data)))
		if err != nil {
			return []Part{p}, nil //nolint:nilerr // It is no archive, so a person has to look at it.
		}
		return u.archive(p, z, depth)
	case bytes.HasPrefix(p.Data, []byte{0x1f, 0x8b}):
		z, err := gzip.NewReader(bytes.NewReader(p.Data))
		if err != nil {
			return []Part{p}, nil //nolint:nilerr // The same.
		}
		return u.member(p, "", z, depth)
	}
	return []Part{p}, nil
}

func (u *unpacker) archive(p Part, z *zip.Reader, depth int) ([]Part, error) {
	var all []Part
	for _, f := range z.File {
		if f.FileInfo().IsDir() {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return []Part{p}, nil //nolint:nilerr // It is encrypted or of an unknown kind.
		}
		parts, err := u.member(p, "!"+f.Name, r, depth)
		if err != nil {
			return nil, errors.Join(err, r.Close())
		}
		if err := r.Close(); err != nil {
			return nil, err
		}
		all = append(all, parts...)
	}
	return all, nil
}

func (u *unpacker) member(p Part, name string, r io.Reader, depth int) ([]Part, error) {
	if u.members++; u.members > maxMembers || depth >= maxDepth {
		return nil, errTooMuch
	}
	data, err := io.ReadAll(io.LimitReader(r, int64(u.left)+1))
	if len(data) > u.left {
		return nil, errTooMuch
	}
	if err != nil {
		return []Part{p}, nil //nolint:nilerr // It is broken: a person has to look at it.
	}
	u.left -= len(data)
	return u.parts(Part{Name: p.Name + name, Data: data, Checked: p.Checked, Hosts: p.Hosts, Meant: p.Meant}, depth+1)
}
