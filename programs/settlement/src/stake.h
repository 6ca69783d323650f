// Nodes and their stakes: registration, cool-down, and slashing, which reaches a stake that is on its way out.
#ifndef STAKE_H
#define STAKE_H
#include "config.h"
#include "purse.h"
#include "signature.h"

INLINE void node_seeds(Seed *seeds, const Node *n) {
  seeds[0] = (Seed)TEXT_SEED("node"), seeds[1] = (Seed)KEY_SEED(&n->owner), seeds[2] = (Seed){&n->terms.bump, 1};
}

INLINE void node_purse(Purse *p, Input *in, const Node *n, const Seed *seeds, u64 vault) {
  p->in = in, p->mint = &n->mint, p->vault_key = &n->vault, p->decimals = n->terms.decimals;
  p->self = 0, p->vault = vault, p->mint_at = vault + 1, p->seeds = (Seeds){seeds, seeds ? 3 : 0};
}

INLINE void update_tier(Node *n, const Config *config) {
  u64 tier = 0;
  while (tier < TIERS && n->staked >= config->tier_stake[tier]) tier++;
  n->tier = tier;
}

// [owner ws, node w, config, system | owner's tokens w, vault w, mint, token program] u8 bump, u64 amount, peer.
// Registers a node, or adds to its stake.
NOINLINE u64 stake(Input *in, const u8 *d, u64 length) {
  REQUIRE(in->count >= 4, ERR_ACCOUNTS);
  REQUIRE(length == 41, ERR_DATA);
  Account *a = in->accounts;
  const Config *config = state_of(in, 2, TAG_CONFIG, sizeof(Config));
  REQUIRE(config, ERR_STATE);
  REQUIRE(a[0].is_signer, ERR_SIGNER);
  u64 amount = read64(d + 1);
  int lamports = is_zero(&config->stake_mint);
  REQUIRE(amount > 0, ERR_AMOUNT);
  if (!lamports) REQUIRE(in->count >= 8, ERR_ACCOUNTS);

  Node *n = state_of(in, 1, TAG_NODE, sizeof(Node));
  if (n) {
    REQUIRE(same(&n->owner, a[0].key), ERR_SIGNER);
    if (lamports) TRY(transfer_lamports(in, a[0].key, a[1].key, amount));
  } else {
    Clock clock;
    TRY(sol_get_clock_sysvar(&clock));
    Seed seeds[3] = {TEXT_SEED("node"), KEY_SEED(a[0].key), {d, 1}};
    Seeds signer = {seeds, 3};
    TRY(make_account(in, 0, 1, sizeof(Node), lamports ? amount : 0, &signer));
    n = (Node *)a[1].data;
    n->tag = TAG_NODE, n->registered_slot = clock.slot;
    copy_key(&n->owner, a[0].key), copy_key(&n->mint, &config->stake_mint);
    fix_terms(&n->terms, config, 0, d[0]);
  }
  // Both the stake and what is on its way out are of lamports or tokens that exist, so the sum can't wrap.
  n->staked += amount;
  REQUIRE(n->staked >= config->tier_stake[0], ERR_AMOUNT);
  copy_key(n->peer, d + 9);
  update_tier(n, config);
  if (lamports) return 0;

  Purse purse;
  node_purse(&purse, in, n, 0, 5);
  purse.self = 1;
  if (is_zero(&n->vault)) {
    copy_key(&n->vault, a[5].key);
    TRY(check_new_vault(&purse));
    purse.decimals = n->terms.decimals = a[6].data[44];
  }
  return pay_in(&purse, 4, 0, amount);
}

// [owner s, node w, config] u64 amount. The cool-down begins anew for all that is on its way out.
NOINLINE u64 unstake(Input *in, const u8 *d, u64 length) {
  REQUIRE(in->count >= 3, ERR_ACCOUNTS);
  REQUIRE(length == 8, ERR_DATA);
  Node *n = state_of(in, 1, TAG_NODE, sizeof(Node));
  const Config *config = state_of(in, 2, TAG_CONFIG, sizeof(Config));
  REQUIRE(n && config, ERR_STATE);
  REQUIRE(in->accounts[0].is_signer && same(in->accounts[0].key, &n->owner), ERR_SIGNER);
  u64 amount = read64(d);
  REQUIRE(amount > 0 && amount <= n->staked, ERR_AMOUNT);
  Clock clock;
  TRY(sol_get_clock_sysvar(&clock));
  n->staked -= amount, n->pending += amount, n->unlock_at = clock.now + config->cooldown;
  update_tier(n, config);
  return 0;
}

// [node w, owner ws | owner's tokens w, vault w, mint, token program] Takes what has cooled down; with nothing left
// staked the registration ends.
NOINLINE u64 withdraw_stake(Input *in) {
  REQUIRE(in->count >= 2, ERR_ACCOUNTS);
  const Account *a = in->accounts;
  Node *n = state_of(in, 0, TAG_NODE, sizeof(Node));
  REQUIRE(n, ERR_STATE);
  REQUIRE(a[1].is_signer && same(a[1].key, &n->owner), ERR_SIGNER);
  REQUIRE(n->pending > 0 || n->staked == 0, ERR_AMOUNT);
  Clock clock;
  TRY(sol_get_clock_sysvar(&clock));
  REQUIRE(clock.now >= n->unlock_at, ERR_TIME);
  if (!is_zero(&n->mint)) {
    REQUIRE(in->count >= 6, ERR_ACCOUNTS);
    REQUIRE(same(a[3].key, &n->vault), ERR_ADDRESS);
  }

  Node kept;
  kept.terms = n->terms;
  copy_key(&kept.owner, &n->owner), copy_key(&kept.mint, &n->mint), copy_key(&kept.vault, &n->vault);
  Seed seeds[3];
  node_seeds(seeds, &kept);
  Purse purse;
  node_purse(&purse, in, &kept, seeds, 3);
  u64 to = is_zero(&kept.mint) ? 1 : 2, amount = n->pending;
  if (n->staked == 0) {
    // A node that registers again in the same slot would take the same attestations.
    REQUIRE(clock.slot > n->registered_slot, ERR_TIME);
    Places places = {1, 2, 3};
    return refund_and_close(&purse, &kept.owner, &places);
  }
  n->pending = 0;
  return pay_out(&purse, to, &kept.owner, amount);
}

// [node w, treasury w, config, instructions sysvar | vault w, mint, token program] u64 amount, evidence,
// u8 index of the Ed25519 instruction. k of the committee say what the evidence costs; no more than there is.
NOINLINE u64 slash(Input *in, const u8 *d, u64 length) {
  REQUIRE(in->count >= 4, ERR_ACCOUNTS);
  REQUIRE(length == 41, ERR_DATA);
  Node *n = state_of(in, 0, TAG_NODE, sizeof(Node));
  const Config *config = state_of(in, 2, TAG_CONFIG, sizeof(Config));
  REQUIRE(n && config, ERR_STATE);
  Attestation attestation;
  fill_attestation(&attestation, in, in->accounts[0].key, d + 8);
  attestation.action = ACTION_SLASH, attestation.amount = read64(d);
  attestation.slot = n->registered_slot, attestation.sequence = n->slashes;
  TRY(check_attestation(in, 3, d[40], config, &attestation));

  u64 amount = attestation.amount, held = n->staked + n->pending;
  if (amount > held) amount = held;
  REQUIRE(amount > 0, ERR_AMOUNT);
  u64 from_stake = amount < n->staked ? amount : n->staked;
  n->staked -= from_stake, n->pending -= amount - from_stake;
  n->slashed += amount, n->slashes++;
  update_tier(n, config);
  sol_log_pubkey((const Key *)(d + 8));

  if (!is_zero(&n->mint)) {
    REQUIRE(in->count >= 7, ERR_ACCOUNTS);
    REQUIRE(same(in->accounts[4].key, &n->vault), ERR_ADDRESS);
  }
  Seed seeds[3];
  node_seeds(seeds, n);
  Purse purse;
  node_purse(&purse, in, n, seeds, 4);
  return pay_out(&purse, 1, &config->treasury, amount);
}

#endif
