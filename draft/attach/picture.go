package attach

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
)

// Redraw draws a foreign picture (PNG, JPEG or GIF) anew, as those that are attached, and
// returns it as PNG or JPEG. What is none, or too large to unpack, is a *RefusedError.
func Redraw(data []byte) (out []byte, mediaType string, err error) {
	kind := typeOf(data[:min(len(data), sniffed)])
	if !strings.HasPrefix(kind, "image/") {
		return nil, "", &RefusedError{Reason: WrongType}
	}
	out, mediaType, _, _, err = picture(data, kind)
	return out, mediaType, err
}

// jpegQuality loses nothing that a person reads on a screen.
const jpegQuality = 90

// picture draws a picture anew: what it shows stays, and everything else that its
// file carried (places, devices, previews, what follows its end) is gone. Its size
// is looked at before it is unpacked. A film of pictures becomes its first one.
func picture(data []byte, mediaType string) (out []byte, kind string, width, height int, err error) {
	size, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, "", 0, 0, &RefusedError{Reason: Broken}
	}
	if size.Width < 1 || size.Height < 1 || int64(size.Width)*int64(size.Height) > maxPixels {
		return nil, "", 0, 0, &RefusedError{Reason: Huge, Limit: maxPixels}
	}
	drawn, kind, err := draw(data, mediaType)
	if err != nil {
		return nil, "", 0, 0, &RefusedError{Reason: Broken}
	}
	var file bytes.Buffer
	if kind == "image/jpeg" {
		err = jpeg.Encode(&file, drawn, &jpeg.Options{Quality: jpegQuality})
	} else {
		err = png.Encode(&file, drawn)
	}
	if err != nil {
		return nil, "", 0, 0, err
	}
	bounds := drawn.Bounds()
	return file.Bytes(), kind, bounds.Dx(), bounds.Dy(), nil
}

func draw(data []byte, mediaType string) (image.Image, string, error) {
	switch mediaType {
	case "image/jpeg":
		drawn, err := jpeg.Decode(bytes.NewReader(data))
		if err != nil {
			return nil, "", err
		}
		return turn(drawn, orientation(data)), mediaType, nil
	case "image/gif":
		drawn, err := gif.Decode(bytes.NewReader(data))
		return drawn, "image/png", err
	}
	drawn, err := png.Decode(bytes.NewReader(data))
	return drawn, "image/png", err
}

// turned is a picture as a camera meant it to be looked at.
type turned struct {
	image.Image
	way int
}

// turn undoes an orientation of Exif (CIPA DC-008, tag 0x0112), 1 for upright.
func turn(m image.Image, way int) image.Image {
	if way < 2 || way > 8 {
		return m
	}
	return turned{m, way}
}

// Bounds are those of the picture once it is upright.
func (t turned) Bounds() image.Rectangle {
	b := t.Image.Bounds()
	if t.way >= 5 {
		return image.Rect(0, 0, b.Dy(), b.Dx())
	}
	return image.Rect(0, 0, b.Dx(), b.Dy())
}

// At returns a pixel of the upright picture.
func (t turned) At(x, y int) color.Color {
	b := t.Image.Bounds()
	right, bottom := b.Dx()-1, b.Dy()-1
	switch t.way {
	case 2:
		x = right - x
	case 3:
		x, y = right-x, bottom-y
	case 4:
		y = bottom - y
	case 5:
		x, y = y, x
	case 6:
		x, y = y, bottom-x
	case 7:
		x, y = right-y, bottom-x
	case 8:
		x, y = right-y, x
	}
	return t.Image.At(b.Min.X+x, b.Min.Y+y)
}
