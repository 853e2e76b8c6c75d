echo before
set -x
echo one # traced
X=1 # traced
{ set +x; } 2>/dev/null
echo off
set -eux
echo two # traced
set +x # traced
echo off
set -euxo pipefail
echo three # traced
set +o xtrace # traced
set -o errexit -o xtrace
echo four # traced
set - # traced
echo off
set -eo xtrace
echo five # traced
shopt -uo xtrace # traced
echo off
shopt -so xtrace
echo six # traced
set +ex # traced
set -- -x
echo off
set foo -x
echo off
# set -x
echo 'set -x'
cat <<END
set -x
END
python -c 'set -x'
echo off
