#!/usr/bin/env bash
# Installs what the tests of money need: the local ledger, the reference client at the versions of package-lock.json, and
# the compiler of on-chain programs. Quick when they are there already.
set -euo pipefail
cd "$(dirname "$0")"
source ../../eng/prepare.sh

need_node
command -v clang-19 >/dev/null || install_packages clang-19
command -v python3 >/dev/null || install_packages python3
../../programs/ledger/install.sh

# The copy is made after a finished installation, so an equal one means that these very versions are there.
stamp=node_modules/.installed-lock.json
if cmp -s package-lock.json "$stamp"; then
  exit 0
fi

npm ci --no-audit --no-fund --loglevel=error
cp package-lock.json "$stamp"
