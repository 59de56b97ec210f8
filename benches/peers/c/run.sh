#!/usr/bin/env bash
# The same C functions, called from loops in vo, in other languages and in C. `run.sh` measures all that can be
# installed, `run.sh vo luajit` some; PASSES says how often each takes its turn.
#
# A peer is a script in peers/ and one in install/. The script gets the path of the library and prints lines: `version
# TEXT`, and for each row `NAME NANOSECONDS`, of its best round, or `NAME - WHY NOT`. It checks what the calls computed.
set -euo pipefail
shopt -s extglob
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
out=$root/target/peers-c
library=$out/libpeers.so
passes=${PASSES:-5}
all="vo vo-unguarded luajit luajit-off ctypes cffi-abi cffi-api pypy koffi deno bun ruby sbcl chez java"

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
fail() { printf 'peers: %s\n' "$*" >&2; exit 1; }

# start PEER: measures once, in the folder of the library.
start() {
  local peers=$here/peers npm=$out/npm/node_modules
  case "$1" in
    c) ./direct ;;
    vo)
      grep -v '^//vo:unguarded$' "$peers/vo.vo" >guarded.vo
      echo "version $("$root/target/release/vo" --version)" && "$root/target/release/vo" run guarded.vo
      ;;
    vo-unguarded) "$root/target/release/vo" run "$peers/vo.vo" ;;
    luajit) luajit "$peers/luajit.lua" "$library" ;;
    luajit-off) luajit -joff "$peers/luajit.lua" "$library" ;;
    ctypes) python3 -B "$peers/python_ctypes.py" "$library" ;;
    cffi-abi) PYTHONPATH=$out/python python3 -B "$peers/python_cffi.py" "$library" abi ;;
    cffi-api) PYTHONPATH=$out/python python3 -B "$peers/python_cffi.py" "$library" api "$out/cffi" ;;
    pypy) pypy3 -B "$peers/python_cffi.py" "$library" api "$out/cffi" ;;
    koffi) node "$peers/koffi.mjs" "$library" "$out/npm" ;;
    deno) "$npm/.bin/deno" run --allow-ffi "$peers/deno.mjs" "$library" ;;
    bun) "$npm/.bin/bun" "$peers/bun.mjs" "$library" ;;
    ruby) ruby "$peers/ruby.rb" "$library" ;;
    sbcl) sbcl --script "$peers/sbcl.lisp" "$library" ;;
    chez) scheme --script "$peers/chez.ss" "$library" ;;
    java)
      ./java -Xbatch --add-modules jdk.incubator.foreign --enable-native-access=ALL-UNNAMED "-Dpeers.library=$library" \
        "$peers/Peers.java"
      ;;
  esac
}

label() {
  case "$1" in
    c) echo "C" ;;
    vo-unguarded) echo "vo, unguarded" ;;
    luajit) echo "LuaJIT" ;;
    luajit-off) echo "LuaJIT -joff" ;;
    ctypes) echo "ctypes" ;;
    cffi-abi) echo "cffi, ABI mode" ;;
    cffi-api) echo "cffi, API mode" ;;
    pypy) echo "PyPy" ;;
    koffi) echo "koffi" ;;
    deno) echo "Deno" ;;
    bun) echo "Bun" ;;
    ruby) echo "Ruby" ;;
    sbcl) echo "SBCL" ;;
    chez) echo "Chez Scheme" ;;
    java) echo "Java 17" ;;
    *) echo "$1" ;;
  esac
}

# install PEER: fails where it cannot be had, and prints why. What it does meanwhile goes to the terminal.
install() {
  case "$1" in
    c) ;;
    vo | vo-unguarded) [ -x "$root/target/release/vo" ] || { echo "target/release/vo is not built"; return 1; } ;;
    *) { "$here/install/${1%-@(abi|api|off)}.sh" 2>&1 >&3 | tail -n 1; } 3>&2 ;;
  esac
}

build() {
  command -v gcc >/dev/null || fail "gcc is missing: it compiles the functions and the base"
  mkdir -p results
  # The C library is named as one that it needs, so that its functions are found through it too.
  gcc -O2 -fPIC -shared -o "$library" "$here/functions.c" -Wl,--no-as-needed
  gcc -O2 -fno-plt -fno-builtin -o direct "$here/direct.c" -L. -lpeers -Wl,-rpath,"$out"
}

# measure PEER: adds the lines of a pass to those of the passes before.
measure() {
  start "$1" >"results/$1.part" 2>"results/$1.errors" && cat "results/$1.part" >>"results/$1.txt"
}

mkdir -p "$out" && cd "$out"
peers=("$@")
[ $# -gt 0 ] || read -ra peers <<<"$all"
for name in "${peers[@]}"; do
  [[ " c $all " == *" $name "* ]] || fail "no peer is named $name; there are $all"
done
build
rm -f results/*
running=() failed=0
for peer in c "${peers[@]}"; do
  [[ " ${running[*]} " != *" $peer "* ]] || continue
  if why=$(install "$peer"); then running+=("$peer"); else say "$(label "$peer") is left out: $why"; fi
done
for pass in $(seq "$passes"); do
  say "pass $pass of $passes: ${running[*]}"
  for peer in "${running[@]}"; do
    measure "$peer" && continue
    say "$(label "$peer") fails: $(tail -n 3 "results/$peer.errors")"
    failed=1
  done
done
for peer in "${running[@]}"; do
  [ ! -s "results/$peer.txt" ] || { echo "peer $(label "$peer")"; cat "results/$peer.txt"; }
done | awk -f "$here/table.awk"
exit "$failed"
