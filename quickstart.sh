#!/usr/bin/env bash
# A whole swarm on this machine: installs what is missing, builds, starts five nodes, spreads a model over four of them,
# one of which cheats, runs a job of 360 questions on all four, kills one in the middle, and shows that no answer is lost
# and that the cheat is found out.
set -euo pipefail
cd "$(dirname "$0")"

# shellcheck source=eng/prepare.sh
source eng/prepare.sh
need_dotnet
need_node

say "Installing what is missing, and building"
eng/native.sh
dotnet build tests/Infernet.Cheater -c Release -v quiet --nologo -clp:ErrorsOnly >&2
dotnet build Infernet.Cli -c Release -v quiet --nologo -clp:ErrorsOnly >&2
infernet=$PWD/artifacts/bin/Infernet.Cli/release/infernet
cheater=$PWD/artifacts/bin/Infernet.Cheater/release/Infernet.Cheater
model=$PWD/models/pocket-wordnet-5m
gguf=$model/pocket-wordnet-5m.q8_0.gguf

homes=$(mktemp -d -t infernet-quickstart.XXXXXX)
names=(submitter alpha beta gamma delta)
node() { local name=$1; shift; INFERNET_HOME=$homes/$name "$infernet" "$@"; }
field() { sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p" | head -n 1; }
clean_up() {
  local name
  for name in "${names[@]}"; do
    node "$name" node stop >/dev/null 2>&1 || true
    # A node that does not stop when asked to must not stay behind.
    pkill -9 -f -- "--home $homes/$name" 2>/dev/null || true
  done
  rm -rf "$homes"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

joined() {
  declare -g "id_$1=$(field peer_id <<<"$2")"
  address=$(sed -n 's/.*"listen_addresses":\["\([^"]*\)".*/\1/p' <<<"$2")
  printf '  %-10s %s%s\n' "$1" "$(field peer_id <<<"$2")" "${3:-}"
}
start() {
  local name=$1
  shift
  joined "$name" "$(node "$name" node start --detach --json --listen /ip4/127.0.0.1/tcp/0 "$@")"
}
start_cheater() {
  local name=$1
  shift
  mkfifo "$homes/ready"
  "$cheater" --home "$homes/$name" --listen /ip4/127.0.0.1/tcp/0 --model "$gguf" "$@" \
    >"$homes/ready" 2>"$homes/$name.log" &
  joined "$name" "$(head -n 1 "$homes/ready")" "  (a test program that cheats)"
}

say "Starting a swarm: one node that submits, four that compute"
start submitter --no-serve
bootstrap=$address
for name in alpha beta gamma; do start "$name" --threads 1 --bootstrap "$bootstrap"; done
start_cheater delta --threads 1 --bootstrap "$bootstrap" --cheat heaviest-quantisation

say "alpha publishes a model in 8 bits; the others fetch it, and delta secretly serves a copy in 2 bits in its place"
node alpha model add "$gguf" --alias wordnet
cid=$(node alpha model list --json | field cid)
for name in beta gamma delta; do node "$name" model pull "$cid" --alias wordnet; done
node submitter peers

say "A question"
echo '$ infernet job submit --model wordnet --prompt "What is a heron?"'
node submitter job submit --model wordnet --prompt "What is a heron?"

say "360 questions over all four; gamma is killed in the middle"
job=$(node submitter job submit --model wordnet --input "$model/questions.jsonl" --max-tokens 96 \
  --min-providers 4 --shard-size 4 --detach --json | field id)
# Not a pipe: its end would be waited for, and with it the end of the job.
# shellcheck disable=SC2154
while read -r happened; do
  [[ $happened != *'"type":"shard-done"'*"$id_gamma"* ]] || break
done < <(node submitter job watch "$job" --json)
pkill -9 -f -- "--home $homes/gamma"
node submitter job results "$job" --follow --json >"$homes/results.jsonl"
node submitter job show "$job"
status=$(node submitter job show "$job" --json)
provider() { grep -o "{\"peer_id\":\"$1\"[^}]*}" <<<"$status"; }
grep -q '"state":"lost"' <<<"$(provider "$id_gamma")" ||
  die "gamma should have been lost in the middle; was the machine too fast?"

say "What the submitter thinks of delta now, and the case against it, which anybody can check"
# shellcheck disable=SC2154
grep -q '"rejected":[1-9]' <<<"$(provider "$id_delta")" || die "delta cheated and was not found out."
node submitter reputation show "$id_delta"
node submitter evidence export "$id_delta" --output "$homes/delta.evidence"
node alpha evidence verify "$homes/delta.evidence"

say "Three of the answers, and three of the receipts that their providers signed"
head -n 3 "$homes/results.jsonl" | sed 's/.*"output":"\([^"]*\)".*/  \1/'
node submitter job show "$job" --receipts | head -n 4

say "Checking every answer against what the model was taught"
# The expected answers, as JSON lines like the results; both are compared as text, in order.
answers=$(grep -c '"index":' "$homes/results.jsonl")
right=$(paste -d '\t' \
  <(sed -n 's/.*"output":"\(\([^"\\]\|\\.\)*\)".*/\1/p' "$homes/results.jsonl" | sed 's/\\u0027/'"'"'/g; s/\\"/"/g') \
  <(cut -f 3 "$model/questions.tsv") | awk -F '\t' '$1 == $2' | wc -l)
echo "  $answers answers, $right of 360 as expected, in the order of the questions"
[ "$answers" -eq 360 ] && [ "$right" -eq 360 ] || die "That should have been all of them."

say "Done. Next:"
cat <<'NEXT'
  ./install.sh                         puts infernet onto the PATH
  infernet node start                  a node of your own; it says how others join it
  infernet model add FILE.gguf         publishes a model under its CID
  infernet job submit --help           jobs from a terminal, a file or a pipe
NEXT
