#!/usr/bin/env bash
. "$(dirname "$0")/apt.sh"
need ruby ruby
has_ffi() { ruby -e "require %q(ffi)" 2>/dev/null; }
has_ffi || install_package ruby-ffi
has_ffi || fail "this ruby does not find the gem ffi of the package ruby-ffi"
