(set -x; echo in) # traced
echo off
set -x | cat
echo off
x=$(set -x; echo in) # traced
echo off
set -x &
echo off
set -x
(echo in; set +x; echo off) # traced
echo on # traced
y=$(echo in) # traced
cat <(echo in) # traced
z="$( # traced
  echo in # traced
  set +x # traced
  echo off
)"
echo on # traced
