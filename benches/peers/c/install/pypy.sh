#!/usr/bin/env bash
# PyPy has its cffi inside; its headers are for the modules that cffi compiles.
. "$(dirname "$0")/apt.sh"
need pypy3 pypy3
header=$(pypy3 -c "import sysconfig; print(sysconfig.get_path(\"include\"))")/Python.h
[ -f "$header" ] || install_package pypy3-dev
[ -f "$header" ] || fail "$header is missing"
