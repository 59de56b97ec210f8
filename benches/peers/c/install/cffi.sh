#!/usr/bin/env bash
# cffi from pip, in ./python, and what compiles its modules.
. "$(dirname "$0")/apt.sh"
need python3 python3
header=$(python3 -c "import sysconfig; print(sysconfig.get_path(\"include\"))")/Python.h
[ -f "$header" ] || install_package python3-dev
[ -f "$header" ] || fail "$header is missing"
[ -d python/cffi ] && PYTHONPATH=python python3 -c "import cffi, setuptools" 2>/dev/null && exit
python3 -m pip --version >/dev/null 2>&1 || install_package python3-pip
rm -rf python
echo "installing cffi"
python3 -m pip install --quiet --target python "cffi<3" setuptools >/dev/null 2>&1 || fail "pip cannot install cffi"
