package attach

import (
	"bytes"
	"encoding/binary"
)

// orientation reads how a camera was held from the Exif data of a JPEG, 1 where
// nothing readable tells.
func orientation(data []byte) int {
	for at := 2; at+4 <= len(data) && data[at] == 0xff; {
		length := int(binary.BigEndian.Uint16(data[at+2:]))
		if data[at+1] == 0xda || length < 2 || at+2+length > len(data) {
			return 1
		}
		segment := data[at+4 : at+2+length]
		if tiff, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); ok && data[at+1] == 0xe1 {
			return tiffOrientation(tiff)
		}
		at += 2 + length
	}
	return 1
}

// tiffOrientation looks for the tag in the first directory.
func tiffOrientation(tiff []byte) int {
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case len(tiff) < 8:
		return 1
	case string(tiff[:2]) == "MM":
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 1
	}
	entries := int64(order.Uint16(tiff[at:]))
	for i := range entries {
		entry := at + 2 + 12*i
		if entry+12 > int64(len(tiff)) {
			return 1
		}
		if order.Uint16(tiff[entry:]) == 0x0112 {
			return int(order.Uint16(tiff[entry+8:]))
		}
	}
	return 1
}
