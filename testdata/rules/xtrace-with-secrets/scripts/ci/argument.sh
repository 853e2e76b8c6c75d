#!/usr/bin/env bash
set -eux
push "$1" "${2:-}"
