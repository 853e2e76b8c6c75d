#!/bin/bash
set -e
source scripts/inner.sh
