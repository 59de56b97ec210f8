#!/usr/bin/env bash
# A JDK 17, whichever else there is: its incubator is in no other. Leaves a link to it, ./java.
. "$(dirname "$0")/apt.sh"
jdk17() {
  for java in "$(command -v java || true)" /usr/lib/jvm/java-17-*/bin/java; do
    "$java" --list-modules 2>/dev/null | grep -q "^jdk.incubator.foreign@17" || continue
    "$java" --list-modules | grep -q "^jdk.compiler@" && ln -sfn "$(readlink -f "$java")" java && return
  done
  return 1
}
jdk17 || install_package openjdk-17-jdk-headless
jdk17 || fail "no Java 17 is found"
