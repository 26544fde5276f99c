package config

import (
	"errors"
	"fmt"

	"flagrante/capture/filter"
	"flagrante/capture/store"
	"flagrante/cmd/flagrante/internal/hinted"
)

// What a process does in a team.
const (
	RoleAll   = "all"
	RoleProxy = "proxy"
)

// journalConfig is about what waits for the team's store.
type journalConfig struct {
	// Size is a number of bytes such as 1GB.
	Size string `yaml:"size"`
}

// Limit reads the setting.
func (c journalConfig) Limit() (int64, error) {
	bytes, ok := filter.ParseSize(c.Size)
	if !ok || bytes <= 0 {
		return 0, hinted.New(fmt.Errorf("journal.size: %q is no size", c.Size), "write a number of bytes, such as 1GB")
	}
	return bytes, nil
}

// OnlyProxy reports whether the process keeps and shows nothing, but sends what it
// catches to the team's store.
func (c Config) OnlyProxy() bool { return c.Role == RoleProxy }

// CheckRole looks at what the process is to do.
func (c Config) CheckRole() error {
	if _, err := c.Journal.Limit(); err != nil {
		return err
	}
	switch {
	case c.Role != RoleAll && c.Role != RoleProxy:
		return hinted.New(fmt.Errorf("role: there is no %q", c.Role), "write all, or proxy for a process that only sends what it catches to the database that store names")
	case c.OnlyProxy() && !store.Shared(c.Store):
		return hinted.New(errors.New("role: a process that is a proxy only needs the database of a team"), "name it: store: postgres://…")
	}
	return nil
}
