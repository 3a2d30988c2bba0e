package instructions

func parseFrom(req parseRequest) (*Stage, error) {
	flPlatform := req.flags.AddString("platform", "")
	if err := req.flags.Parse(); err != nil {
		return nil, err
	}
}

func parseHealthcheck(req parseRequest) (*HealthCheckCommand, error) {
	flInterval := req.flags.AddString("interval", "")
}

func parseBuildStageName(args []string) (stageName string, err error) {
	return "", nil
}
