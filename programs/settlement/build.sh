#!/usr/bin/env bash
# Builds the settlement program: build.sh [--v0] [OUTPUT [COMPILER FLAGS...]]
# Without an output it writes settlement.so beside itself, and the hash that the tests compare.
# SOURCES names another folder than src, for the mutants.
# The same sources give the same bytes wherever Debian's clang-19 compiles them.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

version=()
if [ "${1:-}" = --v0 ]; then
  version=(--v0)
  shift
fi
output="${1:-$here/settlement.so}"
[ $# -eq 0 ] || shift

command -v clang-19 >/dev/null ||
  { echo "clang-19 is not installed. Install it with: apt-get install clang-19" >&2; exit 1; }

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
# The newer BPF instruction sets have 32-bit forms that mean something else in Solana's machine.
clang-19 -target bpf -mcpu=v2 -O2 -std=c11 -ffreestanding -fno-builtin -fno-jump-tables \
  -fno-unwind-tables -fno-asynchronous-unwind-tables -Wall -Wextra -Werror -mllvm -bpf-stack-size=4096 \
  "$@" -c "${SOURCES:-$here/src}/settlement.c" -o "$work/settlement.o"
PYTHONDONTWRITEBYTECODE=1 python3 "$here/../tools/sbpf-link.py" "${version[@]}" "$work/settlement.o" "$output"
if [ "$output" = "$here/settlement.so" ]; then
  (cd "$here" && sha256sum settlement.so >settlement.so.sha256)
fi
