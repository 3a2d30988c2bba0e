package daemon

func sysctls() {
	s.Linux.Sysctl["net.ipv4.ip_unprivileged_port_start"] = "0"
}
