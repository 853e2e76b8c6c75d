#!/bin/bash
set -eu
echo "SUBJECT=$1" >> "$GITHUB_ENV"
