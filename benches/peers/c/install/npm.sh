# shellcheck shell=bash
# Read by the scripts of peers that npm has.
. "$(dirname "$0")/apt.sh"

# npm_package PACKAGE VERSION: installs it in ./npm where it is not there.
npm_package() {
  need node nodejs
  [ -d "npm/node_modules/$1" ] && return
  need npm npm
  mkdir -p npm
  echo "installing $1"
  npm install --prefix npm --no-audit --no-fund --silent "$1@$2" >/dev/null 2>&1 || fail "npm cannot install $1"
}
