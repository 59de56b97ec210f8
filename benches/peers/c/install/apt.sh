# shellcheck shell=bash
# Read by the other scripts here: what a system package needs. A script installs what its peer lacks, in the folder in
# which it runs or with apt, and ends with the reason as its last line where that cannot be had.
set -euo pipefail

fail() { printf '%s\n' "$*" >&2; exit 1; }

# need COMMAND PACKAGE: installs PACKAGE where COMMAND is not found.
need() { command -v "$1" >/dev/null 2>&1 || install_package "$2"; }

install_package() {
  local sudo=()
  command -v apt-get >/dev/null 2>&1 || fail "$1 is missing, and there is no apt-get to install it"
  [ "$(id -u)" = 0 ] || sudo=(sudo)
  echo "installing $1"
  apt_get() { "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get "$@" >/dev/null 2>&1; }
  apt_get install -y -qq --no-install-recommends "$1" && return
  apt_get update -qq || true
  apt_get install -y -qq --no-install-recommends "$1" || fail "apt-get cannot install $1"
}
