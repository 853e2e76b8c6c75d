# Functions for the other scripts.
trace_on() { set -x; }
quiet() { set +x; }
