#!/bin/sh
export TF_LOG=DEBUG
terraform apply
