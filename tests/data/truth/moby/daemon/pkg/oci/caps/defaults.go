package caps

func DefaultCapabilities() []string {
	return []string{
		"CAP_CHOWN",
		"CAP_SYS_CHROOT",
	}
}
