# Sourced by build.sh and ensure.sh: downloads Debian packages and unpacks them into a directory, installing nothing.
# apt runs on a private source list, state and cache; the system's own are neither used nor changed, and no root is
# needed.
#
#   DEBIAN_MIRROR  default: the archive that this machine's apt is set up with
#   DEBIAN_SUITE   default sid

log() { echo "${0##*/}: $*" >&2; }

# The directory that keeps what was built: ENVTEST_APISERVER_CACHE, else one below the user's cache, else (no HOME)
# one below the repository's artifacts.
cache_directory() {
  local default=${XDG_CACHE_HOME:-${HOME:+$HOME/.cache}}
  echo "${ENVTEST_APISERVER_CACHE:-${default:-$1/../../artifacts/cache}/envtest-apiserver}"
}

# debian_open DIR: makes DIR apt's world and fetches the package lists.
debian_open() {
  debian_dir=$1
  rm -rf "$debian_dir"
  mkdir -p "$debian_dir"/{lists/partial,archives/partial,debs}
  : >"$debian_dir/status"
  local mirror
  mirror=${DEBIAN_MIRROR:-$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} 2>/dev/null |
    grep -vE '^[[:space:]]*#' | grep -oE 'https?://[^ ]+/debian/?( |$)' | head -n 1 | tr -d ' ' || true)}
  [[ -n $mirror ]] || { log "no Debian archive in apt's sources: set DEBIAN_MIRROR"; return 1; }
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror ${DEBIAN_SUITE:-sid} main" \
    >"$debian_dir/sources.list"
  apt_options=(-qq
    -o "Dir::Etc::SourceList=$debian_dir/sources.list" -o Dir::Etc::SourceParts=/dev/null
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null
    -o "Dir::State=$debian_dir" -o "Dir::State::Lists=$debian_dir/lists" -o "Dir::State::status=$debian_dir/status"
    -o "Dir::Cache=$debian_dir" -o "Dir::Cache::archives=$debian_dir/archives"
    -o Acquire::Languages=none -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false
    -o Acquire::Retries=3 -o APT::Sandbox::User=root)
  log "fetching the package lists"
  apt-get "${apt_options[@]}" update >&2
}

# debian_first NAME...: prints the first of the names that the suite has.
debian_first() {
  local name
  for name; do
    if apt-cache "${apt_options[@]}" show "$name" >/dev/null 2>&1; then
      echo "$name"
      return 0
    fi
  done
  log "the suite ${DEBIAN_SUITE:-sid} has none of: $*"
  return 1
}

# debian_unpack DIR NAME...: downloads the packages and unpacks them below DIR.
debian_unpack() {
  local into=$1 deb
  shift
  (cd "$debian_dir/debs" && apt-get "${apt_options[@]}" download "$@" >&2)
  log "unpacking $(du -sm "$debian_dir/debs" | cut -f1) MB"
  for deb in "$debian_dir"/debs/*.deb; do
    dpkg-deb -x "$deb" "$into"
  done
}
