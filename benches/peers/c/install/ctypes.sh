#!/usr/bin/env bash
. "$(dirname "$0")/apt.sh"
need python3 python3
