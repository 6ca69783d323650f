# Sourced by quickstart.sh, test.sh, bench.sh and install.sh: checks for, and on Debian installs, what they share.
# shellcheck shell=bash

say() { printf '\n\033[1m%s\033[0m\n' "$*" >&2; }
die() { printf '%s\n' "$*" >&2; exit 1; }

# Packages of the distribution: as root, or through sudo.
install_packages() {
  command -v apt-get >/dev/null || die "Please install by hand: $* (this is not a Debian-like system)"
  local sudo=()
  [ "$(id -u)" -eq 0 ] || sudo=(sudo)
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q >/dev/null
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends "$@" >/dev/null
}

need_dotnet() {
  command -v dotnet >/dev/null && dotnet --list-sdks | grep -q '^10\.' ||
    die "The .NET 10 SDK is missing. Install it from https://dotnet.microsoft.com/download and run this again."
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
}

need_node() {
  command -v npm >/dev/null || install_packages nodejs npm
}
