f() {
  echo body # traced
}
g() {
  echo never traced
}
on() {
  set -x
  echo on # traced
}
loc() {
  local -
  set -x
  echo local # traced
}
g
loc
echo off
on
echo leaked # traced
f # traced
set +x # traced
g
lib() {
  set -x
  echo library # traced
}
cleanup() {
  rm -rf x # traced
}
trap cleanup EXIT # traced
set -x
true # traced
