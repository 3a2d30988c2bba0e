package command

const (
	From        = "from"
	Healthcheck = "healthcheck"
	Run         = "run"
)

var Commands = map[string]struct{}{
	From: {},
}
