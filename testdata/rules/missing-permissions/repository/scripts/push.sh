#!/bin/bash
git commit -am x
git push
