package config

type BuilderGCConfig struct {
	Enabled            *bool  `json:",omitempty"`
	DefaultKeepStorage string `json:",omitempty"`
}

type BuilderConfig struct {
	GC BuilderGCConfig
}
