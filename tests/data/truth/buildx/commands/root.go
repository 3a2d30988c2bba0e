package commands

func rootFlags() {
	flags.StringVar(&options.builder, "builder", os.Getenv("BUILDX_BUILDER"), "Builder")
}
