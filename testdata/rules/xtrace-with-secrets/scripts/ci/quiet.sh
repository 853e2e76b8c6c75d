#!/bin/bash
push "$API_KEY"
