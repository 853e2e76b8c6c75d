#!/usr/bin/env bash
set -eu
claude -p "label the newest issue" --dangerously-skip-permissions
