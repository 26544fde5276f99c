package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"flagrante/cmd/flagrante/internal/hinted"
)

// Key is one key of the configuration file.
type Key struct {
	// Name is the way to it, with dots.
	Name string
	// Index leads reflection to its field.
	Index []int
}

// Keys returns all keys of the file, in the order of its struct. What lists and
// maps hold is explained in the sections of docs/configuration.md.
func Keys() []Key { return keysOf(reflect.TypeFor[Config](), "", nil) }

func keysOf(t reflect.Type, prefix string, index []int) []Key {
	var keys []Key
	for i := range t.NumField() {
		field := t.Field(i)
		name := prefix + strings.Split(field.Tag.Get("yaml"), ",")[0]
		at := append(append([]int{}, index...), i)
		if field.Type.Kind() == reflect.Struct && !reflect.PointerTo(field.Type).Implements(reflect.TypeFor[yaml.Unmarshaler]()) {
			keys = append(keys, keysOf(field.Type, name+".", at)...)
			continue
		}
		keys = append(keys, Key{name, at})
	}
	return keys
}

// Variable is the one that stands over the file.
func (k Key) Variable() string {
	if short, ok := shortVariables()[k.Name]; ok {
		return short
	}
	return "FLAGRANTE_" + strings.ToUpper(strings.ReplaceAll(k.Name, ".", "_"))
}

// shortVariables are those that are not named like their keys.
func shortVariables() map[string]string {
	return map[string]string{
		"proxy.listen": "FLAGRANTE_PROXY", "desk.listen": "FLAGRANTE_DESK", "proxy.answer_timeout": "FLAGRANTE_ANSWER_TIMEOUT",
		"proxy.allow": "FLAGRANTE_ALLOW", "origin.egress_ip": "FLAGRANTE_EGRESS_IP", "origin.trusted_peers": "FLAGRANTE_TRUSTED_PEERS",
		"upstream.ca_file": "FLAGRANTE_UPSTREAM_CA",
	}
}

// FlagKeys are the keys that have flags of their own.
func FlagKeys() map[string]string {
	return map[string]string{
		"proxy": "proxy.listen", "desk": "desk.listen", "answer-timeout": "proxy.answer_timeout", "allow": "proxy.allow",
		"egress-ip": "origin.egress_ip", "trusted-peer": "origin.trusted_peers", "origin-country": "origin.country",
		"upstream-ca": "upstream.ca_file", "geoip": "geoip", "lang": "lang",
	}
}

// set gives a key another value, written as in the file; lists of words may be
// written with commas.
func (k Key) set(c *Config, value string) error {
	field := reflect.ValueOf(c).Elem().FieldByIndex(k.Index)
	switch target := field.Addr().Interface().(type) {
	case *string:
		*target = value
		return nil
	case *time.Duration:
		d, err := time.ParseDuration(value)
		*target = d
		return err
	case *[]string:
		if !strings.HasPrefix(strings.TrimSpace(value), "[") {
			*target = strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
			return nil
		}
	}
	fresh := reflect.New(field.Type())
	decoder := yaml.NewDecoder(bytes.NewReader([]byte(value)))
	decoder.KnownFields(true)
	if err := decoder.Decode(fresh.Interface()); err != nil && !errors.Is(err, io.EOF) {
		return plainly(err, fresh.Interface())
	}
	field.Set(fresh.Elem())
	return nil
}

// Overlay puts variables of the environment and --option over the file. It returns
// where each key that it changed has its value from.
func (c *Config) Overlay(env func(string) (string, bool), options []string) (map[string]string, error) {
	origins := map[string]string{}
	keys := Keys()
	for _, key := range keys {
		value, ok := env(key.Variable())
		if !ok || value == "" {
			continue
		}
		if err := key.set(c, value); err != nil {
			return nil, hinted.New(fmt.Errorf("the variable %s can't be used: %w", key.Variable(), err), "write it as the file has "+key.Name)
		}
		origins[key.Name] = key.Variable()
	}
	for _, option := range options {
		name, value, ok := strings.Cut(option, "=")
		key := keyNamed(keys, name)
		if !ok || key == nil {
			return nil, hinted.New(fmt.Errorf("the option %q can't be used", name), "write --option KEY=VALUE; docs/configuration.md has the keys")
		}
		if err := key.set(c, value); err != nil {
			return nil, hinted.New(fmt.Errorf("the option %s can't be used: %w", name, err), "write the value as the file has it")
		}
		origins[name] = "--option"
	}
	return origins, nil
}

func keyNamed(keys []Key, name string) *Key {
	for i := range keys {
		if keys[i].Name == name {
			return &keys[i]
		}
	}
	return nil
}
