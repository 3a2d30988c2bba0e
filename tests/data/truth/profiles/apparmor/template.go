package apparmor

const baseTemplate = `
profile "{{.Name}}" {
  network,
  deny mount,
  # deny a comment
  deny @{PROC}/kcore rwklx,   # deny the memory
}
`
