package oci

func DefaultLinuxSpec() specs.Spec {
	return specs.Spec{
		Mounts: []specs.Mount{
			{
				Destination: "/proc",
				Type:        "proc",
				Source:      "proc",
				Options:     []string{"nosuid", "noexec"},
			},
		},
		Linux: &specs.Linux{
			ReadonlyPaths: []string{
				"/proc/sys",
			},
			Namespaces: []specs.LinuxNamespace{
				{Type: specs.PIDNamespace},
				{Type: specs.MountNamespace},
			},
			// Devices implicitly contains the following devices:
			// null, zero, and ptmx.
			Devices: []specs.LinuxDevice{},
			Resources: &specs.LinuxResources{
				Devices: []specs.LinuxDeviceCgroup{
					{
						Allow:  false,
						Access: "rwm",
					},
					{
						Allow:  true,
						Type:   "c",
						Major:  iPtr(1),
						Minor:  iPtr(5),
						Access: "rwm",
					},
				},
			},
		},
	}
}

func masked() []string {
	maskedPaths := []string{
		"/proc/keys", // a comment with "/not/a/path"
	}
	return maskedPaths
}
