bash -x script.sh
bash -c 'echo off'
bash -xc 'echo inner' # traced
bash -c 'set -x; echo inner' # traced
bash -x -c "
  echo $A # traced
"
bash -ex <<'END'
echo inner # traced
END
bash <<END
echo off
END
sudo -u me bash -euxo pipefail -c 'echo inner' # traced
bash -x script.sh 2>/dev/null
echo off
eval 'set -x'
echo on # traced
bash -c 'echo not inherited' # traced
set +x # traced
ssh host 'set -x; echo far' # traced
docker run --rm -v "$PWD:/x" alpine sh -xc "echo far" # traced
ssh host "set -x
  echo $B # traced
"
ssh -p 22 user@host <<'END'
set -x
echo far # traced
END
echo off
env SHELLOPTS=xtrace bash -c 'echo inner' # traced
export SHELLOPTS=xtrace
bash -c 'echo inner' # traced
