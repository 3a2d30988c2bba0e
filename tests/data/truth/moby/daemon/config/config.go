package config

const (
	// DefaultShmSize is the default size.
	DefaultShmSize int64 = 64 * 1024 * 1024
	DefaultLogDriver = "json-file"
	MaxAPIVersion = "1.55"
	defaultMinAPIVersion = "1.40"
	SeccompProfileDefault = "builtin"
)

// CommonConfig is common.
type CommonConfig struct {
	AutoRestart bool     `json:"-"`
	Labels      []string `json:"labels,omitempty"`
	Proxies     `json:"proxies"`
	LogConfig   // LogConfig is embedded.
	Features    map[string]bool `json:"features,omitempty"`
	Builder     BuilderConfig   `json:"builder"`
}

type LogConfig struct {
	Type string `json:"log-driver,omitempty"`
}

type Proxies struct {
	HTTPProxy string `json:"http-proxy,omitempty"`
}
