#!/usr/bin/env bash
# Installs the Solana runtime's packages at the versions of package-lock.json, and the compiler of on-chain programs.
# Quick when they are there already.
set -euo pipefail
cd "$(dirname "$0")"
source ../../eng/prepare.sh

need_node
command -v clang-19 >/dev/null || install_packages clang-19
command -v python3 >/dev/null || install_packages python3

# The copy is made after a finished installation, so an equal one means that these very versions are there.
stamp=node_modules/.installed-lock.json
if cmp -s package-lock.json "$stamp"; then
  exit 0
fi

# Not "npm ci": it insists on litesvm's builds for other systems being in the lock file, which not every registry has.
# This installs the versions of the lock file all the same, checks their hashes, and leaves the file as it is.
rm -rf node_modules
npm install --no-save --no-audit --no-fund --loglevel=error
cp package-lock.json "$stamp"
