#!/usr/bin/env bash
# A whole swarm on this machine: installs what is missing, builds, starts a local Solana ledger and five nodes, spreads a
# model over four of them, one of which cheats, runs a job of 360 questions on all four, kills one in the middle, and
# shows that no answer is lost, that the cheat is found out, and where each lamport went. With --free nobody pays.
set -euo pipefail
cd "$(dirname "$0")"

case "${1:-}" in
  "") paid=yes ;;
  --free) paid=no ;;
  *) echo "Usage: ./quickstart.sh [--free]   (--free: the same without ledger, wallets and payments)" >&2; exit 2 ;;
esac

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
  node submitter ledger stop >/dev/null 2>&1 || true
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

# Money: who has what, to the lamport.
wallets=(submitter alpha beta gamma delta treasury platform)
declare -A address_of=() before=()
balance() { node submitter wallet balance "${address_of[$1]}" --json | sed 's/.*"lamports":\([0-9]*\).*/\1/'; }
fees() { node submitter ledger status --json | sed 's/.*"fees":\([0-9]*\).*/\1/'; }
sol() { awk -v lamports="$1" 'BEGIN { printf "%14.9f", lamports / 1e9 }'; }
start_money() {
  local ledger name
  # Slots of 100 ms instead of 400: a channel may be closed 150 of them after it was opened.
  ledger=$(node submitter ledger start --detach --port 0 --slot-time 100 --json)
  export INFERNET_PAYMENTS=on INFERNET_DAILY_CAP="2 SOL"
  INFERNET_RPC_URLS=$(field http <<<"$ledger") INFERNET_SETTLEMENT_PROGRAM=$(field program <<<"$ledger")
  export INFERNET_RPC_URLS INFERNET_SETTLEMENT_PROGRAM
  # What the providers ask: much, so that there is something to see.
  export INFERNET_PRICE_INPUT="0.5 SOL" INFERNET_PRICE_OUTPUT="1 SOL"
  for name in "${names[@]}"; do
    address_of[$name]=$(node "$name" wallet create --json | field address)
    node "$name" wallet airdrop 10 SOL >/dev/null
  done
  address_of[treasury]=$(field treasury <<<"$ledger") address_of[platform]=$(field platform <<<"$ledger")
  for name in "${wallets[@]}"; do before[$name]=$(balance "$name"); done
  fees_before=$(fees)
  node submitter ledger status | head -n 2
}

if [ "$paid" = yes ]; then
  say "A Solana ledger of our own (the real runtime, coins of no worth), a wallet with 10 SOL for each node"
  programs/ledger/install.sh
  start_money
fi

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

budget=()
if [ "$paid" = yes ]; then
  say "What alpha asks, and the budget of the job: it is never exceeded"
  node alpha price show
  budget=(--budget 0.2SOL)
fi

began=$SECONDS
say "360 questions over all four; gamma is killed in the middle"
job=$(node submitter job submit --model wordnet --input "$model/questions.jsonl" --max-tokens 96 \
  --min-providers 4 --shard-size 4 --detach --json "${budget[@]}" | field id)
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

if [ "$paid" = yes ]; then
  say "gamma comes back, and gets what it is owed; what delta did wrong is not paid, what it audited is"
  start gamma --threads 1 --bootstrap "$bootstrap"
  node submitter channel list
  node delta earnings
  say "alpha settles its vouchers; the submitter closes the channels, which settles the rest and brings back the deposits"
  node alpha earnings settle --yes
  # 150 slots since the last of them was opened.
  while [ $((SECONDS - began)) -lt 25 ]; do sleep 1; done
  for channel in $(node submitter channel list --json | grep -o '"address":"[^"]*"' | cut -d '"' -f 4); do
    node submitter channel close "$channel" --yes 2>/dev/null | tail -n 1
  done

  say "Where each lamport went"
  all=0
  for name in "${wallets[@]}"; do
    now=$(balance "$name")
    change=$((now - before[$name]))
    all=$((all + change))
    printf '  %-22s %s  ->%s   %+d lamports\n' "$name" "$(sol "${before[$name]}")" "$(sol "$now")" "$change"
  done
  burned=$(($(fees) - fees_before))
  printf '  %-53s   %+d lamports\n' "fees of the cluster, which nobody has any more" "$burned"
  printf '  %-53s   %+d lamports\n' "sum" "$((all + burned))"
  [ $((all + burned)) -eq 0 ] || die "Money was made or lost."
fi

say "Done. Next:"
cat <<'NEXT'
  ./install.sh                         puts infernet onto the PATH
  infernet node start                  a node of your own; it says how others join it
  infernet model add FILE.gguf         publishes a model under its CID
  infernet job submit --help           jobs from a terminal, a file or a pipe
  infernet ledger start                a ledger to try payments on (./quickstart.sh --free does without)
NEXT
