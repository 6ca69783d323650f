#!/usr/bin/env bash
# Lists the benchmarks, or builds and runs one, or a part of it: ./bench.sh NAME [PART]. Readable lines come first, on
# standard error; at the end each metric is a JSON object on a line of standard output. The JS peers run side by side in
# the same run.
set -euo pipefail
cd "$(dirname "$0")"

# shellcheck source=eng/prepare.sh
source eng/prepare.sh
need_dotnet
eng/native.sh >&2
case "${1:-}" in
  transport | dht | gossip)
    need_node
    tests/js/install.sh >&2
    ;;
  pay)
    need_node
    tests/js/install.sh >&2
    programs/ledger/install.sh >&2
    tests/solana/install.sh >&2
    ;;
  start)
    need_node
    tests/js/install.sh >&2
    ./install.sh --prefix "$PWD/artifacts/bench" >&2
    ;;
  transfer)
    need_node
    tests/js/install.sh >&2
    bench/js/install.sh >&2
    ;;
esac

dotnet build bench/Infernet.Bench -c Release -v quiet --nologo >&2
exec artifacts/bin/Infernet.Bench/release/Infernet.Bench "$@"
