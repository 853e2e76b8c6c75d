#!/bin/sh
gem install a
