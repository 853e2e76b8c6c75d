#!/bin/bash
echo "::set-env name=VERSION::1"
