#!/bin/bash
set -x
make
set +x
push "$API_KEY"
