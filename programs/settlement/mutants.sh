#!/usr/bin/env bash
# Leaves out the program's checks one at a time, looks for a test that fails without it, and writes what it finds to
# checks.tsv; a check that no test misses fails the run. Only checks without a test that still notices are looked for:
# remove checks.tsv to begin anew. The tests hold each check against its line of the file.
set -euo pipefail
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"

INFERNET_MUTANTS=find dotnet test -c Release "$root/tests/Infernet.Solana.Tests" --nologo \
  --filter "FullyQualifiedName~.Mutants."
