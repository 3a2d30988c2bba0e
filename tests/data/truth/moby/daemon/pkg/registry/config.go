package registry

type ServiceOptions struct {
	InsecureRegistries []string `json:"insecure-registries,omitempty"`
}
