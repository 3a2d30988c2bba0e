check_1() {
  local id="1"
}
check_1_1() {
  local id="1.1"
}
check_1_1_1() {
  local id="1.1.1"
}
