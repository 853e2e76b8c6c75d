a
set -e${DEBUG:+x}
b # traced
set +x # traced
c
set ${FLAGS:--u} ${DEBUG+-x} -e
d # traced
set +x # traced
F=-eu
G=-ux
H=-u
H=-x
set $F
e
set "$G"
f # traced
set +x # traced
set $H
set $unknown
set "${DEBUG:+$G}"
g
