#!/bin/bash
echo "$P" | base64 -d | bash
