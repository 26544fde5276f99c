package config

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"os"
	"strings"

	"flagrante/capture/delivery"
	"flagrante/cmd/flagrante/internal/datadir"
	"flagrante/cmd/flagrante/internal/world"
)

// OriginOf names this proxy among those of a team: the machine, the data folder, and the
// name of the app. Another one of these is another origin.
func (c Config) OriginOf(dir string, w world.World) (delivery.Origin, error) {
	folder, err := datadir.FolderID(dir, w)
	if err != nil {
		return delivery.Origin{}, err
	}
	machine, err := os.Hostname()
	if err != nil {
		return delivery.Origin{}, fmt.Errorf("ask for the name of this machine: %w", err)
	}
	key, err := datadir.MaskKey(dir)
	if err != nil {
		return delivery.Origin{}, err
	}
	sum := sha256.Sum256([]byte(folder + "\x00" + machine + "\x00" + c.Origin.Name))
	return delivery.Origin{ID: "o-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:])[:16]), Machine: machine, App: c.Origin.Name, Masks: datadir.MaskKeyName(key)}, nil
}
