package container

const (
	CgroupnsModePrivate CgroupnsMode = "private"
	CgroupnsModeHost    CgroupnsMode = "host"
)

const (
	IPCModePrivate IpcMode = "private"
)
