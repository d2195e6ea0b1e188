#!/bin/bash
# Builds envtest-apiserver from Debian's Go library packages and prints the binary's path as the last line. Needs Debian
# with apt, dpkg-deb and network access to the archive; works without root and installs nothing (debian.sh). The binary
# is cached under a hash of the Go sources, the package list and the scripts; the packages and Go's build cache are kept
# beside it, so that a change of the sources alone rebuilds in seconds. Tests call ensure.sh, which calls this last.
#
#   build.sh --cached        prints the cached binary's path, or fails without building
#   ENVTEST_APISERVER_CACHE  cache directory (default ${XDG_CACHE_HOME:-~/.cache}/envtest-apiserver)
#   DEBIAN_MIRROR, DEBIAN_SUITE  see debian.sh
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$source_dir/debian.sh"
cache=$(cache_directory "$source_dir")
go_versions=(1.26 1.27)                # the first that the suite has
kubernetes_version=v1.36               # what /version reports; the patch level is the package's

mkdir -p "$cache/bin"
cache=$(cd "$cache" && pwd)
hash=$(cd "$source_dir" && sha256sum ./*.go go.mod packages.txt build.sh debian.sh | sha256sum | cut -c1-16)
binary=$cache/bin/envtest-apiserver-$hash
if [[ -x $binary ]]; then
  echo "$binary"
  exit 0
fi
[[ ${1:-} != --cached ]] || exit 1
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
  basename "$debian_dir"/debs/golang-k8s-apiserver-dev_*.deb | cut -d_ -f2 >"$root/kubernetes-version"
  rm -rf "$debian_dir"                      # the lists alone are larger than the packages
  touch "$root/complete"
fi

# --- build: GOPATH mode, since the packages are a GOPATH tree -------------------------------------
export GOROOT GOPATH
GOROOT=$(echo "$root"/usr/lib/go-1.*)
work=$cache/work
rm -rf "$work"
mkdir -p "$work/own/src/envtest-apiserver/openapi" "$work/libraries"
ln -s "$root/usr/share/gocode/src" "$work/libraries/src"
cp "$source_dir"/*.go "$source_dir/go.mod" "$work/own/src/envtest-apiserver/"
GOPATH=$work/own:$work/libraries
export PATH=$GOROOT/bin:$PATH GO111MODULE=off GOTOOLCHAIN=local CGO_ENABLED=0 GOFLAGS=-buildvcs=false
export GOENV=off GOPROXY=off GOTELEMETRY=off GOCACHE=$cache/go-build
unset GOBIN GOWORK GOOS GOARCH GOEXPERIMENT
cd "$work"

log "generating the OpenAPI definitions of the built-in types"
go build -o openapi-gen k8s.io/kube-openapi/cmd/openapi-gen
: >header.txt
echo 'package openapi' >own/src/envtest-apiserver/openapi/doc.go
./openapi-gen --go-header-file header.txt -r violations.txt \
  --output-dir own/src/envtest-apiserver/openapi --output-pkg envtest-apiserver/openapi \
  --output-file zz_generated.openapi.go \
  k8s.io/api/{admissionregistration,apps,authentication,authorization,autoscaling,batch,coordination,core,events,networking,policy,rbac}/v1 \
  k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/{v1,v1beta1} \
  k8s.io/apimachinery/pkg/{api/resource,apis/meta/v1,runtime,util/intstr,version} >&2

log "compiling (minutes when the build cache is empty)"
patch=$(sed -nE 's/^0\.[0-9]+(\.[0-9]+).*/\1/p' "$root/kubernetes-version")
go build -trimpath -ldflags "-s -w -X k8s.io/component-base/version.gitVersion=$kubernetes_version${patch:-.0}" \
  -o "$binary.tmp" envtest-apiserver >&2
mv "$binary.tmp" "$binary"
rm -rf "$work"
echo "$binary"
