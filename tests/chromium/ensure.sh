#!/bin/bash
# Prints the path of the Chromium that the console's tests drive, getting it first if it is missing: $CHROMIUM, one on
# PATH, or Debian's package, which apt installs once (root, or sudo without a password).
set -euo pipefail

log() { echo "${0##*/}: $*" >&2; }

find_chromium() {
  if [[ -n ${CHROMIUM:-} ]]; then
    [[ -x $CHROMIUM ]] || { log "CHROMIUM is no program: $CHROMIUM"; exit 1; }
    echo "$CHROMIUM"
    return
  fi
  local name
  for name in chromium chromium-browser google-chrome-stable google-chrome; do
    command -v "$name" && return
  done
  return 1
}

install_chromium() {
  local root=()
  if [[ $(id -u) != 0 ]]; then
    command -v sudo >/dev/null && sudo -n true 2>/dev/null || {
      log "no Chromium: install it (apt-get install chromium) or set CHROMIUM to its path"
      return 1
    }
    root=(sudo -n)
  fi
  # Another test process may want it at the same time.
  exec 9>"${TMPDIR:-/tmp}/reconciler-chromium.lock"
  flock 9
  find_chromium >/dev/null && return
  log "installing Debian's chromium, once"
  "${root[@]}" apt-get -qq update >&2
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install -y --no-install-recommends chromium fonts-dejavu-core >&2
}

find_chromium || { install_chromium && find_chromium; }
