package main

import (
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"

	"flagrante/cmd/flagrante/internal/appenv"
	"flagrante/cmd/flagrante/internal/hinted"
	"flagrante/cmd/flagrante/internal/serving"
	"flagrante/cmd/flagrante/internal/world"
)

// envCmd prints the variables that `run` sets.
type envCmd struct {
	routeFlags
	Proxy   string `help:"Address of the proxy (default: that of the flagrante that serves the data folder)." env:"FLAGRANTE_PROXY" placeholder:"HOST:PORT"`
	As      string `help:"For whom: sh, fish, powershell, docker (an env-file), compose or json." default:"sh" enum:"sh,fish,powershell,docker,compose,json"`
	Service string `help:"Service of the compose file that is routed." default:"app" placeholder:"NAME"`
	Unset   bool   `help:"Print how a shell forgets them again."`
}

// Help shows how it is used.
func (*envCmd) Help() string {
	return `Containers reach the proxy on the host as host.docker.internal: let it listen where
they can, and allow their network, as in
  flagrante serve --proxy 172.17.0.1:8790 --allow 172.16.0.0/12

Examples:
  eval "$(flagrante env)"
  flagrante env --as fish | source
  flagrante env --as powershell | Out-String | Invoke-Expression
  flagrante env --as docker > app.env
  flagrante env --as compose --service loja > compose.flagrante.yaml`
}

// Run prints them.
func (e *envCmd) Run(c *cli, w world.World) error {
	proxy, err := e.address(c, w)
	if err != nil {
		return err
	}
	data := c.dataDir(w)
	if e.Unset {
		_, err = fmt.Fprint(w.Out, e.forgotten(appenv.Target{Proxy: proxy, Env: w.Env}.Variables()))
		return err
	}
	if e.As != "docker" && e.As != "compose" {
		variables, err := e.variables(proxy, data, w)
		if err != nil {
			return err
		}
		return e.print(w, variables)
	}
	return e.container(w, proxy, data)
}

// address is that of the proxy: what was given, what serves, what would serve.
func (e *envCmd) address(c *cli, w world.World) (string, error) {
	if e.Proxy != "" {
		return e.Proxy, nil
	}
	running, err := serving.Find(c.dataDir(w))
	if err == nil {
		return running.Proxy, nil
	}
	if !errors.Is(err, serving.ErrNone) {
		return "", err
	}
	conf, err := c.settings(w)
	if err == nil {
		fmt.Fprintf(w.Err, "flagrante: hint: nothing serves yet; `flagrante serve` does, at %s\n", conf.Proxy.Listen)
	}
	return conf.Proxy.Listen, err
}

func (e *envCmd) print(w world.World, variables []appenv.Variable) (err error) {
	if e.As == "json" {
		object := map[string]string{}
		for _, v := range variables {
			object[v.Name] = v.Value
		}
		return printJSON(w.Out, object)
	}
	for _, v := range variables {
		if _, err = fmt.Fprintln(w.Out, e.assignment(v)); err != nil {
			return err
		}
	}
	return nil
}

// assignment sets a variable, as the shell quotes what is to be taken as it is.
func (e *envCmd) assignment(v appenv.Variable) string {
	switch e.As {
	case "fish":
		return "set -gx " + v.Name + " '" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(v.Value) + "'"
	case "powershell":
		return "$env:" + v.Name + " = '" + strings.ReplaceAll(v.Value, "'", "''") + "'"
	}
	return "export " + v.Name + "='" + strings.ReplaceAll(v.Value, "'", `'\''`) + "'"
}

// forgotten takes the variables out of a shell again.
func (e *envCmd) forgotten(variables []appenv.Variable) string {
	names := make([]string, len(variables))
	for i, v := range variables {
		names[i] = v.Name
	}
	switch e.As {
	case "fish":
		return "set -e " + strings.Join(names, " ") + "\n"
	case "powershell":
		return "Remove-Item -ErrorAction SilentlyContinue Env:" + strings.Join(names, ",Env:") + "\n"
	}
	return "unset " + strings.Join(names, " ") + "\n"
}

// Where a container sees the host and the files.
const (
	containerHost = "host.docker.internal"
	containerDir  = "/run/flagrante"
)

// container prints what leads a container through the proxy of the host.
func (e *envCmd) container(w world.World, proxy, data string) error {
	host, port, err := net.SplitHostPort(proxy)
	if err != nil {
		return hinted.New(fmt.Errorf("the address of the proxy %q can't be used", proxy), "write HOST:PORT")
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() {
		fmt.Fprintln(w.Err, "flagrante: hint: containers can't reach a proxy on loopback: `flagrante serve --proxy 172.17.0.1:"+port+" --allow 172.16.0.0/12`")
	}
	// The files are named as the container sees them, and hold nothing of the host's
	// own variables.
	inside := func(string) (string, bool) { return "", false }
	dir, err := e.trust(data, containerDir, world.World{Env: inside, Now: w.Now})
	if err != nil {
		return err
	}
	target := appenv.Target{Proxy: net.JoinHostPort(containerHost, port), NoProxy: e.NoProxy, Dir: containerDir, Env: inside}
	if e.As == "docker" {
		return e.envFile(w, dir, target.Variables())
	}
	return e.compose(w, dir, target.Variables())
}

func (e *envCmd) envFile(w world.World, dir string, variables []appenv.Variable) error {
	fmt.Fprintf(w.Out, "# docker run --env-file THIS-FILE --add-host %s:host-gateway -v '%s:%s:ro' IMAGE\n", containerHost, dir, containerDir)
	for _, v := range variables {
		if _, err := fmt.Fprintf(w.Out, "%s=%s\n", v.Name, v.Value); err != nil {
			return err
		}
	}
	return nil
}

// compose prints an override for a compose file.
func (e *envCmd) compose(w world.World, dir string, variables []appenv.Variable) error {
	environment := map[string]string{}
	for _, v := range variables {
		environment[v.Name] = strings.ReplaceAll(v.Value, "$", "$$")
	}
	type service struct {
		Environment map[string]string `yaml:"environment"`
		ExtraHosts  []string          `yaml:"extra_hosts"`
		Volumes     []string          `yaml:"volumes"`
	}
	data, err := yaml.Marshal(map[string]map[string]service{"services": {e.Service: {
		environment, []string{containerHost + ":host-gateway"}, []string{filepath.ToSlash(dir) + ":" + containerDir + ":ro"},
	}}})
	if err != nil {
		return fmt.Errorf("write the compose file: %w", err)
	}
	_, err = w.Out.Write(data)
	return err
}
