{ set -x; echo hidden; } 2>/dev/null
echo shown # traced
exec 2>/dev/null # traced
echo hidden
exec 2>&1
echo shown # traced
exec 5>trace.log # traced
BASH_XTRACEFD=5 # traced
echo hidden
exec 5>&1
echo shown # traced
unset BASH_XTRACEFD # traced
echo shown # traced
exec {log}>trace.log # traced
BASH_XTRACEFD=$log # traced
echo hidden
BASH_XTRACEFD=2
echo shown # traced
f() {
  echo hidden
}
f 2>/dev/null # traced
echo shown 2>/dev/null # traced
(echo hidden) >/dev/null 2>&1
(echo shown) 2>&1 >/dev/null # traced
(echo shown) 2>&1 | tee log # traced
{ echo hidden; } 2>&1 | gzip > log.gz # traced
(echo hidden) &>log
out=$({ echo hidden; } 2>&1) # traced
