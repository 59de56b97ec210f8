#!/usr/bin/env bash
. "$(dirname "$0")/npm.sh"
npm_package bun 1
