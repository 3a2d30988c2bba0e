package commands

func flags() {
	flags.StringArrayVar(&options.secrets, "secret", []string{}, `Secret (format: "id=mysecret[,src=/local/secret]")`)
	flags.VarPF(callAlias(&options.callFunc, "check"), "check", "", `Shorthand for "--call=check"`)
	flags.Lookup("check").NoOptDefVal = "true"
	flags.VarP(&legacyResourceValue{key: "memory", resources: &options.legacyResources}, "memory", "m", "Limit")
	flags.MarkHidden("memory")
}
