#!/bin/bash
set -x
push "$API_KEY"
