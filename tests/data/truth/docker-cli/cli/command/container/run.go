package container

func newRun() {
	flags.BoolVarP(&options.detach, "detach", "d", false, "Background")
	flags.Bool("disable-content-trust", true, "Skip verification")
	_ = flags.MarkDeprecated("disable-content-trust", "it was removed")
}
