#!/bin/bash
# Prints the path of deploy-tools, which renders the chart and runs the Lua and CEL of deploy/ as their owners do. Builds
# it first from Debian's Go library packages if it is not in the cache: apt only, no root, nothing installed (debian.sh
# beside the API server for tests says how, and names the variables for mirror, suite and cache).
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$source_dir/../kube-apiserver/debian.sh"
cache=$(cache_directory "$source_dir/../kube-apiserver")/deploy-tools
go_versions=(1.26 1.27)                # the first that the suite has

mkdir -p "$cache/bin"
cache=$(cd "$cache" && pwd)
hash=$(cd "$source_dir" && sha256sum ./*.go go.mod packages.txt ensure.sh | sha256sum | cut -c1-16)
binary=$cache/bin/deploy-tools-$hash
if [[ -x $binary ]]; then
  echo "$binary"
  exit 0
fi
exec 9>"$cache/lock"
flock 9                                # one build at a time
if [[ -x $binary ]]; then              # another one built it meanwhile
  echo "$binary"
  exit 0
fi

# --- packages: downloaded and unpacked into $root, installed nowhere -----------------------------
packages_hash=$(sha256sum "$source_dir/packages.txt" | cut -c1-16)
root=$cache/root-$packages_hash
if [[ ! -e $root/complete ]]; then
  rm -rf "$root"
  mkdir -p "$root"
  debian_open "$cache/apt"
  go=$(debian_first "${go_versions[@]/#/golang-}")
  mapfile -t packages <"$source_dir/packages.txt"
  log "fetching $go and ${#packages[@]} libraries"
  debian_unpack "$root" "$go-go" "$go-src" "${packages[@]}"
  rm -rf "$debian_dir"
  touch "$root/complete"
fi

# --- build: GOPATH mode, since the packages are a GOPATH tree -------------------------------------
export GOROOT GOPATH
GOROOT=$(echo "$root"/usr/lib/go-1.*)
work=$cache/work
rm -rf "$work"
mkdir -p "$work/own/src/deploy-tools" "$work/libraries"
ln -s "$root/usr/share/gocode/src" "$work/libraries/src"
cp "$source_dir"/*.go "$source_dir/go.mod" "$work/own/src/deploy-tools/"
GOPATH=$work/own:$work/libraries
export PATH=$GOROOT/bin:$PATH GO111MODULE=off GOTOOLCHAIN=local CGO_ENABLED=0 GOFLAGS=-buildvcs=false
export GOENV=off GOPROXY=off GOTELEMETRY=off GOCACHE=$cache/go-build
unset GOBIN GOWORK GOOS GOARCH GOEXPERIMENT
cd "$work"
log "compiling (two minutes when the build cache is empty)"
go build -trimpath -ldflags "-s -w" -o "$binary.tmp" deploy-tools >&2
mv "$binary.tmp" "$binary"
cd "$cache"
rm -rf "$work"
echo "$binary"
