#!/usr/bin/env bash
. "$(dirname "$0")/npm.sh"
npm_package koffi 3
