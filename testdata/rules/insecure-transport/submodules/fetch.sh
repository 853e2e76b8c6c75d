#!/bin/sh
wget http://example.com/a
