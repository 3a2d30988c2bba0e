check_5_1() {
  local id="5.1"
  local desc="licensed text"
}
check_5_10() {
  local id="5.10"
}
