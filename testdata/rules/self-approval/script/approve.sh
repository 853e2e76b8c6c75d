#!/bin/bash
gh pr review --approve "$1"
