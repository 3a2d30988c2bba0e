package container

func addFlags(flags *pflag.FlagSet) {
	// flags.Bool("commented-out", false, "not a flag")
	flags.Var(&copts.capAdd, "cap-add", "Add capabilities, with a comma")
	flags.StringVarP(&copts.user, "user", "u", "", "User (format: <name|uid>)")
	flags.BoolVar(&copts.privileged, "privileged", false, "Everything")
	flags.StringVar(&copts.cgroupns, "cgroupns", "", `Namespace (host|private)
'host': "a quote"`)
	flags.SetAnnotation("cgroupns", "version", []string{"1.41"})
	flags.Int64Var(&copts.cpuCount, "cpu-count", 0, "Windows only")
	flags.SetAnnotation("cpu-count", "ostype", []string{"windows"})
	flags.Var(&copts.netMode, "net", "Old name")
	flags.MarkHidden("net")
}
