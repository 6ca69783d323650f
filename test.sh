#!/usr/bin/env bash
# Installs what the tests need, builds everything, and runs every test. A failed or a skipped test fails the run.
set -euo pipefail
cd "$(dirname "$0")"

# shellcheck source=eng/prepare.sh
source eng/prepare.sh
need_dotnet
need_node
eng/native.sh
tests/js/install.sh
tests/solana/install.sh

say "Building"
dotnet build infernet.sln -c Release -v quiet --nologo -clp:ErrorsOnly

say "Testing"
results=$PWD/artifacts/test-results
rm -rf "$results"
status=0
# One project at a time: some of them start whole swarms, and the machine may be small.
dotnet test infernet.sln -c Release --no-build --nologo -m:1 \
  --logger "trx;LogFilePrefix=run" --results-directory "$results" "$@" || status=$?

# The totals come from the result files, so that a project that ran no test at all can't hide.
total() { { grep -ho "<Counters [^>]*" "$results"/*.trx || true; } | grep -o " $1=\"[0-9]*\"" | tr -dc '0-9\n' | awk "{ sum += \$1 } END { print sum + 0 }"; }
all=$(total total); passed=$(total passed); failed=$(total failed)
skipped=$((all - passed - failed))
if [ "${all:-0}" -eq 0 ] || [ "$skipped" -ne 0 ]; then
  echo "Some tests did not run: a skipped test is a hole." >&2
  status=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
exit "$status"
