#!/usr/bin/env bash
# A whole swarm on this machine: installs what is missing, builds, starts four nodes, spreads a model over three of
# them, runs a job of 360 questions on all three, kills one in the middle, and shows that no answer is lost.
set -euo pipefail
cd "$(dirname "$0")"

# shellcheck source=eng/prepare.sh
source eng/prepare.sh
need_dotnet
need_node

say "Installing what is missing, and building"
eng/native.sh
dotnet build Infernet.Cli -c Release -v quiet --nologo -clp:ErrorsOnly >&2
infernet=$PWD/artifacts/bin/Infernet.Cli/release/infernet
model=$PWD/models/pocket-wordnet-5m

homes=$(mktemp -d -t infernet-quickstart.XXXXXX)
names=(submitter alpha beta gamma)
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

start() {
  local name=$1 status
  shift
  status=$(node "$name" node start --detach --json --listen /ip4/127.0.0.1/tcp/0 "$@")
  declare -g "id_$name=$(field peer_id <<<"$status")"
  address=$(sed -n 's/.*"listen_addresses":\["\([^"]*\)".*/\1/p' <<<"$status")
  printf '  %-10s %s\n' "$name" "$(field peer_id <<<"$status")"
}

say "Starting a swarm: one node that submits, three that compute"
start submitter --no-serve
bootstrap=$address
for name in alpha beta gamma; do start "$name" --threads 1 --bootstrap "$bootstrap"; done

say "alpha publishes the model; beta and gamma fetch it from the swarm"
node alpha model add "$model/pocket-wordnet-5m.q8_0.gguf" --alias wordnet
cid=$(node alpha model list --json | field cid)
node beta model pull "$cid" --alias wordnet
node gamma model pull "$cid" --alias wordnet
node submitter peers

say "A question"
echo '$ infernet job submit --model wordnet --prompt "What is a heron?"'
node submitter job submit --model wordnet --prompt "What is a heron?"

say "360 questions over all three; gamma is killed in the middle"
job=$(node submitter job submit --model wordnet --input "$model/questions.jsonl" --max-tokens 96 \
  --min-providers 3 --shard-size 4 --detach --json | field id)
# Not a pipe: its end would be waited for, and with it the end of the job.
# shellcheck disable=SC2154
while read -r happened; do
  [[ $happened != *'"type":"shard-done"'*"$id_gamma"* ]] || break
done < <(node submitter job watch "$job" --json)
pkill -9 -f -- "--home $homes/gamma"
node submitter job results "$job" --follow --json >"$homes/results.jsonl"
node submitter job show "$job"
node submitter job show "$job" --json | grep -q "\"peer_id\":\"$id_gamma\"[^}]*\"state\":\"lost\"" ||
  die "gamma should have been lost in the middle; was the machine too fast?"

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
