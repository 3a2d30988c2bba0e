check_8_1() {
  local id="8.1"
}
