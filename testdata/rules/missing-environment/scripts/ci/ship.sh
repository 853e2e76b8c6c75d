#!/bin/bash
set -e
helm upgrade --install shop ./chart
