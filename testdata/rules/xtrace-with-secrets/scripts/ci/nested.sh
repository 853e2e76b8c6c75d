#!/bin/bash
make
bash ci/traced.sh
