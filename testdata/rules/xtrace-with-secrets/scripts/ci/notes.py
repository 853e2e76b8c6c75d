#!/usr/bin/env python3
set -x
push "$API_KEY"
