// Package device tells from a User-Agent (RFC 9110, section 10.1.5) and client hints
// (https://wicg.github.io/ua-client-hints/) on what a call was made. Only here is the
// parser of User-Agents.
package device

import (
	"strings"

	"github.com/mileusna/useragent"

	"flagrante/proxy"
)

// Kind is the sort of thing that made a call.
type Kind string

// The kinds.
const (
	// Server is a library that runs on servers: there is no device of a user.
	Server  Kind = "server"
	Browser Kind = "browser"
	// App is an app on a device.
	App Kind = "app"
	// Either is a library of both apps and servers.
	Either Kind = "either"
	// Script is a tool that people call by hand or from a script.
	Script  Kind = "script"
	Other   Kind = "other"
	Unknown Kind = "unknown"
)

// Device is what is known of the sender of a call. What is not known is empty.
type Device struct {
	Kind Kind
	// Name and Version are those of the browser, the app, or the library.
	Name, Version string
	// SDK is the library of an app, with its version.
	SDK string
	// OS is the operating system with its version, Model the device's.
	OS, Model string
	// Agent is the User-Agent as it came, cut at maxAgent bytes.
	Agent string
}

// maxAgent is how many bytes of a User-Agent are looked at.
const maxAgent = 256

// Of reads the header of a request.
func Of(header proxy.Fields) Device {
	agent := header.Get("User-Agent")
	agent = strings.TrimSpace(strings.ToValidUTF8(agent[:min(len(agent), maxAgent)], ""))
	d := Device{Kind: Unknown, Agent: agent}
	if agent != "" {
		d.read(agent)
	}
	d.hints(header)
	return d
}

// read concludes from the User-Agent. A library is told first: it says more of where
// a call comes from than what is written around it.
func (d *Device) read(agent string) {
	products := productsOf(agent)
	known, found := library(products)
	parsed := useragent.Parse(agent)
	d.OS, d.Model = system(parsed), model(parsed)
	if d.OS == "" && strings.Contains(agent, "Darwin/") {
		d.OS = "iOS / macOS"
	}
	browser := strings.HasPrefix(agent, "Mozilla/")
	switch {
	case browser && parsed.Name != "" && !found:
		d.Kind, d.Name, d.Version = Browser, parsed.Name, parsed.Version
	case found && d.OS != "" && len(products) > 0 && known.kind != Server && known.kind != Script:
		d.Kind, d.SDK = App, known.String()
		if first := products[0]; first.name != known.product {
			d.Name, d.Version = first.name, first.version
		}
	case found:
		d.Kind, d.Name, d.Version = known.kind, known.name, known.version
	case d.OS != "" && len(products) > 0:
		d.Kind, d.Name, d.Version = App, products[0].name, products[0].version
	default:
		d.Kind = Other
	}
}

func system(u useragent.UserAgent) string {
	if u.OS == "" {
		return ""
	}
	version := u.OSVersion
	if u.OS == "Linux" {
		// What stands there is the processor.
		version = ""
	}
	if u.OS == "Windows" {
		version = strings.TrimSuffix(version, ".0")
	}
	return strings.TrimSpace(u.OS + " " + version)
}

func model(u useragent.UserAgent) string {
	if u.Device == "iPhone" || u.Device == "iPad" || u.IsAndroid() {
		return u.Device
	}
	return ""
}

// hints adds what client hints say, which is more exact than a User-Agent that
// browsers keep the same on purpose.
func (d *Device) hints(header proxy.Fields) {
	hint := func(name string) string {
		value := strings.Trim(strings.TrimSpace(header.Get(name)), `"`)
		return strings.ToValidUTF8(value[:min(len(value), 64)], "")
	}
	platform, version := hint("Sec-CH-UA-Platform"), hint("Sec-CH-UA-Platform-Version")
	switch {
	case platform == "":
	case platform == "Windows" && version != "":
		d.OS = "Windows " + windows(version)
	default:
		d.OS = strings.TrimSpace(platform + " " + version)
	}
	if model := hint("Sec-CH-UA-Model"); model != "" {
		d.Model = model
	}
	if platform != "" && d.Kind == Unknown {
		d.Kind = Browser
	}
}

// windows names the version that a platform version stands for: from 13 on it is
// Windows 11 (https://learn.microsoft.com/microsoft-edge/web-platform/how-to-detect-win11).
func windows(version string) string {
	major, _, _ := strings.Cut(version, ".")
	if len(major) == 2 && major >= "13" {
		return "11"
	}
	return "10"
}
