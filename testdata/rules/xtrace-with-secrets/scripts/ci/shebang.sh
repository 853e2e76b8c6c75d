#!/bin/bash -x
push "$API_KEY"
