#!/bin/bash
set -e
make
./ci/ship.sh
