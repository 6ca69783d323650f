#!/bin/sh
# Installs the js-libp2p peers' packages at the versions of package-lock.json. Quick when they are there already.
set -eu
cd "$(dirname "$0")"

if [ "$(uname -sm)" != "Linux x86_64" ]; then
  echo "tests/js: the Node 22 that the peers need is packaged for Linux on x86-64 only; this is $(uname -sm)." >&2
  exit 1
fi

# The copy is made after a finished installation, so an equal one means that these very versions are there.
stamp=node_modules/.installed-lock.json
if cmp -s package-lock.json "$stamp"; then
  exit 0
fi

if ! command -v npm > /dev/null; then
  echo "tests/js: npm is not installed. Install it with: sudo apt-get install npm" >&2
  exit 1
fi

# The engine warnings are about the npm that installs; the peers run on the Node 22 that comes with the packages.
npm ci --no-audit --no-fund --loglevel=error
cp package-lock.json "$stamp"
