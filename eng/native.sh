#!/usr/bin/env bash
# Makes the native parts available: llama.cpp's libraries in native/<rid>/, libsodium and SQLite from the system.
# Everything is pinned by eng/native/package-lock.json. Running it again is quick and changes nothing.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
pins="$root/eng/native"

fail() {
  echo "eng/native.sh: $*" >&2
  exit 1
}

[ "$(uname -s)" = Linux ] || fail "only Linux is supported; this is $(uname -s)."
case "$(uname -m)" in
  x86_64) rid=linux-x64 omit=dev ;;
  # The arm64 package is a devDependency: it claims to run on x64 too, and would be fetched there for nothing.
  aarch64 | arm64) rid=linux-arm64 omit=optional ;;
  *) fail "llama.cpp is pinned for x86_64 and aarch64; this is $(uname -m)." ;;
esac

package="@node-llama-cpp/$rid"
version="$(sed -n "s|.*\"$package\": \"\(.*\)\".*|\1|p" "$pins/package.json")"
target="$root/native/$rid"

install_llama() {
  [ "$(cat "$target/VERSION" 2>/dev/null)" = "$version" ] && return
  command -v npm >/dev/null || fail "npm is needed to fetch llama.cpp. Install it with: apt-get install npm"
  mkdir -p "$root/native"
  work="$(mktemp -d "$root/native/.fetch.XXXXXX")"
  trap 'rm -rf "$work"' EXIT
  cp "$pins/package.json" "$pins/package-lock.json" "$pins/.npmrc" "$work/"
  echo "eng/native.sh: fetching $package $version" >&2
  (cd "$work" && npm ci --omit="$omit" --ignore-scripts --no-audit --no-fund --loglevel=error >&2) ||
    fail "cannot fetch $package $version from the npm registry. Check the network and run eng/native.sh again."
  from="$work/node_modules/$package"
  # The Node add-on and its helper library are of no use outside Node.
  mkdir "$work/libraries"
  find "$from/bins" -name 'lib*.so*' ! -name 'libllama-common*' -exec cp {} "$work/libraries/" \;
  cp "$from/LICENSE" "$work/libraries/LICENSE.node-llama-cpp"
  cp "$pins/LICENSE.llama.cpp" "$work/libraries/"
  echo "$version" >"$work/libraries/VERSION"
  # The finished folder appears in one step, so that an interrupted run leaves nothing half done.
  rm -rf "$target"
  mv "$work/libraries" "$target"
}

has_library() {
  # Not a pipe into grep -q: under pipefail the early exit of grep would read as a missing library.
  [[ "$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p)" == *"$1 "* ]]
}

install_system() {
  local missing=()
  has_library libsodium.so.23 || missing+=(libsodium23)
  has_library libsqlite3.so.0 || missing+=(libsqlite3-0)
  [ ${#missing[@]} -eq 0 ] && return
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  local hint="install them with: apt-get install ${missing[*]}"
  command -v apt-get >/dev/null || fail "libsodium 1.0.18+ and SQLite 3 are missing and there is no apt-get; $hint"
  "${as_root[@]}" apt-get install -y --no-install-recommends "${missing[@]}" >&2 ||
    { "${as_root[@]}" apt-get update >&2 &&
      "${as_root[@]}" apt-get install -y --no-install-recommends "${missing[@]}" >&2; } ||
    fail "${missing[*]} could not be installed; $hint"
}

# Builds that start at the same time take turns.
mkdir -p "$root/native"
exec 9>"$root/native/.lock"
flock 9
install_llama
install_system
