#!/bin/sh
case "$1" in
build) make ;;
deploy) kubectl apply -f k8s/ ;;
esac
