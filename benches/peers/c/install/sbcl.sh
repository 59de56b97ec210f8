#!/usr/bin/env bash
. "$(dirname "$0")/apt.sh"
need sbcl sbcl
