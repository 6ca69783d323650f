#!/usr/bin/env bash
# Installs infernet into a prefix, or takes it away again. Run it again to upgrade.
#
# What is installed is compiled ahead of time (ReadyToRun) but uses the machine's .NET runtime: it starts as fast as a
# self-contained one, is a third of its size, and gets the runtime's security fixes with the system's own updates.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

usage() {
  cat <<'TEXT'
Usage: ./install.sh [--prefix DIR] [--uninstall]

  --prefix DIR   Where to install (default: /usr/local): DIR/bin/infernet, DIR/lib/infernet,
                 DIR/lib/systemd/system/infernet.service, and shell completions in DIR/share.
  --uninstall    Remove all that. Nodes' homes (~/.infernet) stay.
TEXT
}

fail() {
  echo "install.sh: $*" >&2
  exit 1
}

prefix=/usr/local
uninstall=no
while [ $# -gt 0 ]; do
  case "$1" in
    --prefix)
      [ -n "${2:-}" ] || fail "--prefix needs a folder."
      prefix=$2
      shift 2
      ;;
    --prefix=?*)
      prefix=${1#--prefix=}
      shift
      ;;
    --uninstall)
      uninstall=yes
      shift
      ;;
    -h | --help)
      usage
      exit 0
      ;;
    *)
      usage >&2
      echo >&2
      fail "'$1' is not an option."
      ;;
  esac
done
case "$prefix" in
  /*) prefix=${prefix%/} ;;
  *) prefix=$PWD/${prefix%/} ;;
esac

library=$prefix/lib/infernet
program=$prefix/bin/infernet
unit=$prefix/lib/systemd/system/infernet.service
bash_completion=$prefix/share/bash-completion/completions/infernet
zsh_completion=$prefix/share/zsh/site-functions/_infernet
fish_completion=$prefix/share/fish/vendor_completions.d/infernet.fish

need_rights() {
  local folder=$1
  while [ ! -e "$folder" ]; do folder=$(dirname "$folder"); done
  [ -d "$folder" ] || fail "$folder is not a folder."
  [ -w "$folder" ] || fail "no right to write to $folder. Run it with sudo, or choose a place of your own: --prefix ~/.local"
}

has_systemd() { [ -d /run/systemd/system ] && command -v systemctl >/dev/null; }

remove_all() {
  if has_systemd && [ -e "$unit" ] && [ "$(id -u)" = 0 ]; then
    systemctl disable --now infernet.service >/dev/null 2>&1 || true
  fi
  rm -rf "$library" "$library.new" "$library.old"
  rm -f "$program" "$unit" "$bash_completion" "$zsh_completion" "$fish_completion"
  # Folders that only this installation needed; others stay, since they are not empty.
  local folder
  for folder in "$prefix/share/bash-completion/completions" "$prefix/share/bash-completion" \
    "$prefix/share/zsh/site-functions" "$prefix/share/zsh" "$prefix/share/fish/vendor_completions.d" \
    "$prefix/share/fish" "$prefix/lib/systemd/system" "$prefix/lib/systemd"; do
    rmdir "$folder" 2>/dev/null || true
  done
  if has_systemd && [ "$(id -u)" = 0 ]; then systemctl daemon-reload || true; fi
}

if [ "$uninstall" = yes ]; then
  need_rights "$prefix"
  need_rights "$prefix/bin"
  need_rights "$prefix/lib"
  remove_all
  echo "infernet is removed from $prefix. Homes of nodes (~/.infernet, /var/lib/infernet) were left alone."
  exit 0
fi

# shellcheck source=eng/prepare.sh
source "$root/eng/prepare.sh"
need_rights "$library"
need_rights "$prefix/bin"
need_dotnet
"$root/eng/native.sh"

case "$(uname -m)" in
  x86_64) rid=linux-x64 ;;
  aarch64 | arm64) rid=linux-arm64 ;;
  *) fail "there are no native parts for $(uname -m)." ;;
esac

# A build folder of its own: what a developer has built in the repository stays as it is.
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
echo "Building infernet for $rid (a minute or two) …"
(cd "$root" && dotnet publish Infernet.Cli -c Release --nologo -v quiet -p:InstallRid="$rid" \
  --artifacts-path "$work/artifacts" -o "$work/publish") || fail "the build failed; nothing was installed."

mkdir -p "$prefix/bin" "$prefix/lib"
rm -rf "$library.new" "$library.old"
cp -r "$work/publish" "$library.new"
# The local ledger; its packages are fetched when somebody first starts it.
mkdir -p "$library.new/programs/ledger" "$library.new/programs/settlement"
(cd "$root/programs/ledger" && cp -r ledger.mjs lib package.json package-lock.json .npmrc install.sh \
  "$library.new/programs/ledger/")
cp "$root/programs/settlement/settlement.so" "$library.new/programs/settlement/"
chmod -R u=rwX,go=rX "$library.new"
# A running node keeps the old files open; the new ones appear in one step.
if [ -e "$library" ]; then mv "$library" "$library.old"; fi
mv "$library.new" "$library"
rm -rf "$library.old"

rm -f "$program"
ln -s ../lib/infernet/infernet "$program"
if ! env -u DOTNET_ROOT "$program" --version >/dev/null 2>&1; then
  # The runtime lies where the executable does not look by itself.
  dotnet_root="$(dirname "$(readlink -f "$(command -v dotnet)")")"
  rm -f "$program"
  printf '#!/bin/sh\nexport DOTNET_ROOT="%s"\nexec "%s/infernet" "$@"\n' "$dotnet_root" "$library" >"$program"
  chmod 755 "$program"
  "$program" --version >/dev/null || fail "$program was installed but does not start; is .NET's runtime at $dotnet_root?"
fi

install -d "$(dirname "$unit")" "$(dirname "$bash_completion")" "$(dirname "$zsh_completion")" "$(dirname "$fish_completion")"
sed "s|@PREFIX@|$prefix|g" "$root/packaging/systemd/infernet.service" >"$unit"
"$program" completion bash >"$bash_completion"
"$program" completion zsh >"$zsh_completion"
"$program" completion fish >"$fish_completion"
chmod 644 "$unit" "$bash_completion" "$zsh_completion" "$fish_completion"
if has_systemd && [ "$(id -u)" = 0 ]; then systemctl daemon-reload || true; fi

echo "$("$program" --version) is installed: $program"
case ":$PATH:" in
  *":$prefix/bin:"*) ;;
  *) echo "$prefix/bin is not in your PATH; add it: export PATH=\"$prefix/bin:\$PATH\"" ;;
esac
echo "Next: infernet doctor, then infernet node start (or as a service: systemctl enable --now infernet)."
