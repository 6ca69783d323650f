#!/usr/bin/env bash
# Leaves out the program's checks one at a time, and runs the tests against each such program: a check whose absence no
# test notices is named, and the script fails. It takes a while. usage: mutants.sh [FIRST [LAST]]
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
root="$(cd "$here/../.." && pwd)"
work="$root/artifacts/mutants"
rm -rf "$work"
mkdir -p "$work"

# Every REQUIRE expands to a comparison of its number with MUTANT.
numbers="$(clang-19 -target bpf -E -P "$here/src/settlement.c" |
  grep -o 'if ([0-9]* != -1' | grep -o '([0-9]*' | tr -d '(' | sort -nu)"
first="${1:-0}"
last="${2:-$(tail -1 <<<"$numbers")}"

dotnet build -c Release "$root/tests/Infernet.Solana.Tests" -v quiet --nologo
# A copy, so that other builds don't get in the way.
cp -r "$root/artifacts/bin/Infernet.Solana.Tests/release" "$work/tests"

survivors=()
for number in $(seq "$first" "$last"); do
  "$here/build.sh" "$work/program.so" "-DMUTANT=$number" -Wno-error -w
  if INFERNET_SETTLEMENT="$work/program.so" dotnet test "$work/tests/Infernet.Solana.Tests.dll" --nologo \
    --filter "FullyQualifiedName~.Settlement." >"$work/$number.log" 2>&1; then
    survivors+=("$number")
    echo "check $number: no test notices that it is gone"
  else
    echo "check $number: $(grep -m1 -o 'Failed [A-Z][A-Za-z_]*' "$work/$number.log" || echo 'the tests did not run')"
  fi
done

[ ${#survivors[@]} -eq 0 ] || { echo "${#survivors[@]} checks are not tested: ${survivors[*]}" >&2; exit 1; }
