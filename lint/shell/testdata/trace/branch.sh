if [ -n "$DEBUG" ]; then
  set -x
fi
echo maybe # traced
if true; then # traced
  set +x # traced
  echo off
else
  set +x # traced
fi
echo off
[ "$DEBUG" = true ] && set -x
echo maybe # traced
case "$A" in # traced
  a) set +x ;; # traced
  *) set +x; echo off ;; # traced
esac
echo off
case "$A" in
  a) set -x; echo a ;; # traced
  b) echo b ;;
esac
echo maybe # traced
set +x # traced
for i in 1 2; do # traced
  echo "$i" # traced
  set -x # traced
  echo "$i" # traced
done
echo maybe # traced
set +x # traced
while read -r l; do
  if [ "$l" = x ]; then break; fi
  set -x
  echo "$l" # traced
  set +x # traced
done
echo off
if foo; then
  set -x
  exit 1 # traced
fi
echo off
