package attach

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"testing"
)

// drawing is a picture with a red corner.
func drawing(width, height int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for x := range width / 2 {
		for y := range height / 2 {
			m.Set(x, y, color.RGBA{R: 255, A: 255})
		}
	}
	return m
}

func pngOf(t *testing.T, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func jpegOf(t *testing.T, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, m, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func gifOf(t *testing.T, m image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := gif.Encode(&out, m, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// chunk is a chunk of PNG (ISO/IEC 15948).
func chunk(kind string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(append(out, kind...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// bomb is a small file of a picture with very many pixels.
func bomb(t *testing.T, side uint32) []byte {
	t.Helper()
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, side), side)
	var packed bytes.Buffer
	z := zlib.NewWriter(&packed)
	if _, err := io.CopyN(z, zeros{}, 1<<20); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	out := append([]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", append(head, 1, 0, 0, 0, 0))...)
	return append(append(out, chunk("IDAT", packed.Bytes())...), chunk("IEND", nil)...)
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// TestPhotosAreUpright draws one picture in the eight ways of holding a camera.
func TestPhotosAreUpright(t *testing.T) {
	upright := drawing(64, 32)
	for way, held := range map[int]func(x, y int) (int, int){
		1: func(x, y int) (int, int) { return x, y },
		2: func(x, y int) (int, int) { return 63 - x, y },
		3: func(x, y int) (int, int) { return 63 - x, 31 - y },
		4: func(x, y int) (int, int) { return x, 31 - y },
		5: func(x, y int) (int, int) { return y, x },
		6: func(x, y int) (int, int) { return y, 63 - x },
		7: func(x, y int) (int, int) { return 31 - y, 63 - x },
		8: func(x, y int) (int, int) { return 31 - y, x },
	} {
		m := image.NewRGBA(image.Rect(0, 0, 64, 32))
		if way > 4 {
			m = image.NewRGBA(image.Rect(0, 0, 32, 64))
		}
		for x := range 64 {
			for y := range 32 {
				a, b := held(x, y)
				m.Set(a, b, upright.At(x, y))
			}
		}
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			out, kind, width, height, err := picture(withExif(jpegOf(t, m), order, way), "image/jpeg")
			if err != nil || kind != "image/jpeg" || width != 64 || height != 32 {
				t.Fatalf("way %d: %s of %d × %d, %v", way, kind, width, height, err)
			}
			drawn, err := jpeg.Decode(bytes.NewReader(out))
			if err != nil {
				t.Fatal(err)
			}
			for _, at := range []image.Point{{4, 4}, {60, 4}, {4, 28}, {60, 28}} {
				red, _, _, _ := drawn.At(at.X, at.Y).RGBA()
				want, _, _, _ := upright.At(at.X, at.Y).RGBA()
				if (red > 0x8000) != (want > 0x8000) {
					t.Errorf("way %d: wrong at %v", way, at)
				}
			}
			if bytes.Contains(out, []byte("Exif")) {
				t.Errorf("way %d: the camera's data is still there", way)
			}
		}
	}
}

// withExif puts Exif data with an orientation into a JPEG.
func withExif(data []byte, order binary.AppendByteOrder, way int) []byte {
	tiff := []byte("II")
	if order == binary.BigEndian {
		tiff = []byte("MM")
	}
	tiff = order.AppendUint32(order.AppendUint16(tiff, 42), 8)
	tiff = order.AppendUint16(tiff, 1)
	tiff = order.AppendUint16(order.AppendUint16(tiff, 0x0112), 3)
	tiff = order.AppendUint16(order.AppendUint32(tiff, 1), uint16(way))
	segment := append([]byte("Exif\x00\x00"), append(tiff, 0, 0)...)
	head := binary.BigEndian.AppendUint16([]byte("\xff\xd8\xff\xe1"), uint16(len(segment)+2))
	return append(append(head, segment...), data[2:]...)
}
