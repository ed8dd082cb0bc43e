#!/bin/bash -p
# Finds the reachaudit that was named, or builds it from the checkout that this script belongs to; tells later steps
# where it is, by an output and by PATH. Downloads nothing but the libraries' packages of the system that it runs on.
set -euo pipefail

libraries=(libgit2 libcjson yaml-0.1 libseccomp libmd libcurl libssh2)
packages=(gcc libc6-dev cmake ninja-build pkg-config libgit2-dev libcjson-dev libyaml-dev libseccomp-dev libmd-dev
  libcurl4-openssl-dev libssh2-1-dev)

say() { printf 'reachaudit: %s\n' "$1" >&2; }

build() {
  local top to=$RUNNER_TEMP/reachaudit-build as_root=()
  top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
  if ! command -v cmake ninja cc pkg-config >/dev/null || ! pkg-config --exists "${libraries[@]}"; then
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    "${as_root[@]}" apt-get update -qq >&2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}" >&2
  fi
  cmake -S "$top" -B "$to" -G Ninja -DRA_TESTS=OFF >&2
  cmake --build "$to" --target reachaudit >&2
  binary=$to/reachaudit
}

binary=${RA_BINARY:-}
case $binary in
  '') build ;;
  */*) ;;
  *) binary=$(command -v -- "$binary") || { say "there is no such program on PATH"; exit 2; } ;;
esac
PATH=/usr/sbin:/usr/bin:/sbin:/bin # from here on nothing that earlier steps put in front
[ -f "$binary" ] && [ -x "$binary" ] || { say "what \`binary\` names is no program"; exit 2; }
binary=$(realpath -- "$binary")
case $binary in *$'\n'*) say "the name of the binary has more than one line"; exit 2 ;; esac
"$binary" --version >&2
printf 'binary=%s\n' "$binary" >>"$GITHUB_OUTPUT"
[ "${binary##*/}" != reachaudit ] || dirname -- "$binary" >>"$GITHUB_PATH"
