set -x
case $- in # traced
  *x*) set +x; was=1 ;; # traced
esac
echo off
[ -n "$was" ] && set -x
echo maybe # traced
if [[ $- == *x* ]]; then # traced
  { set +x; } 2>/dev/null
  was=1
fi
echo off
set -x
[[ $- = *x* ]] && { set +x; } # traced
echo off
set -x
if shopt -qo xtrace; then set +x; fi # traced
echo off
set -x
echo $- | grep -q x && set +x # traced
echo off
