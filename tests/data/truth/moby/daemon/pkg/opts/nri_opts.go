package opts

type NRIOpts struct {
	Enable bool `json:"enable,omitempty"`
}
