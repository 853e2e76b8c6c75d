trace_on() { set -x; }
