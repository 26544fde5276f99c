package config

// upstreamConfig is about the connections to vendors.
type upstreamConfig struct {
	CAFile       string              `yaml:"ca_file"`
	Certificates []certificateConfig `yaml:"certificates"`
	ExtraRoots   []rootsConfig       `yaml:"extra_roots"`
	Unverified   []string            `yaml:"unverified"`
	Proxies      []proxyConfig       `yaml:"proxies"`
}

// certificateConfig is the client certificate for some hosts.
type certificateConfig struct {
	Host         string `yaml:"host"`
	CertFile     string `yaml:"cert_file"`
	KeyFile      string `yaml:"key_file"`
	PKCS12File   string `yaml:"pkcs12_file"`
	PasswordEnv  string `yaml:"password_env"`
	PasswordFile string `yaml:"password_file"`
}

// rootsConfig are certificates that the vendors of some hosts may be signed by.
type rootsConfig struct {
	Host string `yaml:"host"`
	File string `yaml:"file"`
}

// proxyConfig is the way to some hosts.
type proxyConfig struct {
	Host         string `yaml:"host"`
	URL          string `yaml:"url"`
	PasswordEnv  string `yaml:"password_env"`
	PasswordFile string `yaml:"password_file"`
}
