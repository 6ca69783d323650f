#!/bin/sh
# Installs Helia for the transfer benchmark at the versions of package-lock.json. Quick when it is there already.
set -eu
cd "$(dirname "$0")"

# The copy is made after a finished installation, so an equal one means that these very versions are there.
stamp=node_modules/.installed-lock.json
if cmp -s package-lock.json "$stamp"; then
  exit 0
fi

# Peer dependencies would bring React Native along, which nothing here uses.
npm ci --no-audit --no-fund --loglevel=error --omit=peer
cp package-lock.json "$stamp"
