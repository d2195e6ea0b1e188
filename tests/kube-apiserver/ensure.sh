#!/bin/bash
# Prints the path of a program that the end-to-end tests need, getting it first if it is missing.
#
#   ensure.sh [apiserver]   the API server for tests. In this order: $KUBEBUILDER_ASSETS/kube-apiserver, if that variable
#                           is set (with etcd beside it); the binary built before from these sources; a ready build of
#                           the same Go sources in ../shared/kube-apiserver/bin beside the repository, if there is one;
#                           a build from Debian's packages (build.sh: 7 minutes of one core, once)
#   ensure.sh kubectl       $KUBECTL, kubectl on PATH, or the one of Debian's package, unpacked into the cache
#   ensure.sh promtool      $PROMTOOL, promtool on PATH, or the one of Debian's package, unpacked into the cache
set -euo pipefail

source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$source_dir/debian.sh"
cache=$(cache_directory "$source_dir")
mkdir -p "$cache/bin"
cache=$(cd "$cache" && pwd)

go_sources_hash() { (cd "$1" && sha256sum ./*.go go.mod | sha256sum | cut -c1-16); }

# Unpacks the ready build if it was made from the same Go sources; scripts and the package list may differ.
ready_build() {
  local ready=$source_dir/../../../shared/kube-apiserver hash binary
  [[ -r $ready/bin/envtest-apiserver.xz ]] || return 1
  hash=$(go_sources_hash "$source_dir")
  [[ $(go_sources_hash "$ready") == "$hash" ]] || return 1
  binary=$cache/bin/envtest-apiserver-ready-$hash
  if [[ ! -x $binary ]]; then
    log "unpacking the ready build"
    xz -dc "$ready/bin/envtest-apiserver.xz" >"$binary.$$" || return 1
    chmod +x "$binary.$$"
    mv "$binary.$$" "$binary"
  fi
  echo "$binary"
}

apiserver() {
  if [[ -n ${KUBEBUILDER_ASSETS:-} ]]; then
    local name
    for name in kube-apiserver etcd; do
      [[ -x $KUBEBUILDER_ASSETS/$name ]] || { log "KUBEBUILDER_ASSETS has no $name: $KUBEBUILDER_ASSETS"; return 1; }
    done
    echo "$KUBEBUILDER_ASSETS/kube-apiserver"
    return
  fi
  "$source_dir/build.sh" --cached || ready_build || "$source_dir/build.sh" | tail -n 1
}

# packaged_binary NAME PACKAGE...: NAME on PATH, or out of the first of the packages that the suite has.
packaged_binary() {
  local name=$1 unpacked=$cache/$1
  shift
  command -v "$name" && return
  if [[ ! -e $unpacked/complete ]]; then
    exec 9>"$cache/lock"
    flock 9
  fi
  if [[ ! -e $unpacked/complete ]]; then
    rm -rf "$unpacked"
    mkdir -p "$unpacked"
    debian_open "$cache/apt"
    debian_unpack "$unpacked" "$(debian_first "$@")"
    rm -rf "$debian_dir"
    touch "$unpacked/complete"
  fi
  echo "$unpacked/usr/bin/$name"
}

kubectl_binary() {
  if [[ -n ${KUBECTL:-} ]]; then
    echo "$KUBECTL"
    return
  fi
  packaged_binary kubectl kubectl kubernetes-client
}

promtool_binary() {
  if [[ -n ${PROMTOOL:-} ]]; then
    echo "$PROMTOOL"
    return
  fi
  packaged_binary promtool promtool prometheus
}

case ${1:-apiserver} in
  apiserver) apiserver ;;
  kubectl) kubectl_binary ;;
  promtool) promtool_binary ;;
  *) log "unknown program '$1': apiserver, kubectl or promtool"; exit 2 ;;
esac
