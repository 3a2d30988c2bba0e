package config

const (
	DefaultIpcMode = container.IPCModePrivate
	DefaultCgroupNamespaceMode = container.CgroupnsModePrivate
	DefaultCgroupV1NamespaceMode = container.CgroupnsModeHost
	StockRuntimeName = "runc"
)

type Config struct {
	CommonConfig

	registry.ServiceOptions
	RemappedRoot string       `json:"userns-remap,omitempty"`
	CPUPeriod    int64        `json:"cpu-rt-period,omitempty"`
	NRIOpts      opts.NRIOpts `json:"nri-opts"`
}
