// Payment channels: a deposit, from which a payee draws by the payer's cumulative vouchers.
#ifndef CHANNEL_H
#define CHANNEL_H
#include "config.h"
#include "purse.h"
#include "signature.h"

// A channel is opened within this many slots of the slot in its address, and is not closed before they have passed.
// So an address never holds two channels, and no voucher of an old one fits a new one.
#define OPEN_WINDOW 150
#define MAX_TERM (3650ll * DAY)

INLINE void channel_seeds(Seed *seeds, const Channel *c) {
  seeds[0] = (Seed)TEXT_SEED("channel");
  seeds[1] = (Seed)KEY_SEED(&c->payer), seeds[2] = (Seed)KEY_SEED(&c->payee), seeds[3] = (Seed)KEY_SEED(&c->mint);
  seeds[4] = (Seed)KEY_SEED(&c->signer), seeds[5] = (Seed){(const u8 *)&c->salt, 16};
  seeds[6] = (Seed){&c->terms.bump, 1};
}

INLINE void channel_purse(Purse *p, Input *in, const Channel *c, const Seed *seeds, u64 vault) {
  p->in = in, p->mint = &c->mint, p->vault_key = &c->vault, p->decimals = c->terms.decimals;
  p->self = 0, p->vault = vault, p->mint_at = vault + 1, p->seeds = (Seeds){seeds, seeds ? 7 : 0};
}

// [payer ws, channel w, payee, config, system | payer's tokens w, vault w, mint, token program]
// u8 bump, u64 salt, u64 open slot, u64 deposit, i64 expiry, signer, mint
NOINLINE u64 open_channel(Input *in, const u8 *d, u64 length) {
  REQUIRE(in->count >= 5, ERR_ACCOUNTS);
  REQUIRE(length == 97, ERR_DATA);
  Account *a = in->accounts;
  const Config *config = state_of(in, 3, TAG_CONFIG, sizeof(Config));
  REQUIRE(config, ERR_STATE);
  REQUIRE(a[0].is_signer, ERR_SIGNER);

  Channel made;
  made.salt = read64(d + 1), made.open_slot = read64(d + 9), made.deposit = read64(d + 17);
  made.settled = 0, made.expiry = (i64)read64(d + 25), made.reclaim_at = 0;
  made.withdraw_delay = config->withdraw_delay, made.terms.bump = d[0];
  copy_key(&made.payer, a[0].key), copy_key(&made.payee, a[2].key);
  copy_key(&made.signer, d + 33), copy_key(&made.mint, d + 65);

  Clock clock;
  TRY(sol_get_clock_sysvar(&clock));
  REQUIRE(made.deposit > 0, ERR_AMOUNT);
  REQUIRE(made.expiry > clock.now && made.expiry <= clock.now + MAX_TERM, ERR_TIME);
  REQUIRE(made.open_slot <= clock.slot, ERR_TIME);
  REQUIRE(made.open_slot + OPEN_WINDOW >= clock.slot, ERR_TIME);

  int lamports = is_zero(&made.mint);
  Seed seeds[7];
  channel_seeds(seeds, &made);
  Seeds signer = {seeds, 7};
  TRY(make_account(in, 0, 1, sizeof(Channel), lamports ? made.deposit : 0, &signer));
  Channel *c = (Channel *)a[1].data;
  c->tag = TAG_CHANNEL, c->salt = made.salt, c->open_slot = made.open_slot, c->deposit = made.deposit;
  c->expiry = made.expiry, c->withdraw_delay = made.withdraw_delay;
  copy_key(&c->payer, &made.payer), copy_key(&c->payee, &made.payee);
  copy_key(&c->signer, &made.signer), copy_key(&c->mint, &made.mint);
  fix_terms(&c->terms, config, 0, made.terms.bump);
  if (lamports) return 0;

  REQUIRE(in->count >= 9, ERR_ACCOUNTS);
  copy_key(&c->vault, a[6].key);
  Purse purse;
  channel_purse(&purse, in, c, 0, 6);
  purse.self = 1;
  TRY(check_new_vault(&purse));
  purse.decimals = c->terms.decimals = a[7].data[44];
  return pay_in(&purse, 5, 0, c->deposit);
}

// [payer ws, channel w, system | payer's tokens w, vault w, mint, token program] u64 amount, i64 expiry (0: as it is)
NOINLINE u64 top_up(Input *in, const u8 *d, u64 length) {
  REQUIRE(in->count >= 3, ERR_ACCOUNTS);
  REQUIRE(length == 16, ERR_DATA);
  Account *a = in->accounts;
  Channel *c = state_of(in, 1, TAG_CHANNEL, sizeof(Channel));
  REQUIRE(c, ERR_STATE);
  REQUIRE(a[0].is_signer && same(a[0].key, &c->payer), ERR_SIGNER);
  REQUIRE(c->reclaim_at == 0, ERR_CLOSING);
  u64 amount = read64(d);
  i64 expiry = (i64)read64(d + 8);
  if (expiry == 0) expiry = c->expiry;
  Clock clock;
  TRY(sol_get_clock_sysvar(&clock));
  REQUIRE(c->deposit + amount >= amount, ERR_AMOUNT);
  // The payee counts on the term that it was promised.
  REQUIRE(expiry >= c->expiry && expiry > clock.now && expiry <= clock.now + MAX_TERM, ERR_TIME);
  c->deposit += amount, c->expiry = expiry;
  if (amount == 0) return 0;
  if (is_zero(&c->mint)) return transfer_lamports(in, a[0].key, a[1].key, amount);

  REQUIRE(in->count >= 7, ERR_ACCOUNTS);
  Purse purse;
  channel_purse(&purse, in, c, 0, 4);
  return pay_in(&purse, 3, 0, amount);
}

// [channel w, payee w, treasury w, platform w, config, instructions sysvar | incinerator w, or
//  vault w, mint w, token program] u64 cumulative, i64 voucher's expiry (0: none), u8 index of the Ed25519 instruction.
// Anybody may submit it: the money goes where the channel says. For tokens 1, 2, 3 are token accounts of the three.
NOINLINE u64 settle(Input *in, const u8 *d, u64 length) {
  REQUIRE(in->count >= 7, ERR_ACCOUNTS);
  REQUIRE(length == 17, ERR_DATA);
  Channel *c = state_of(in, 0, TAG_CHANNEL, sizeof(Channel));
  REQUIRE(c, ERR_STATE);
  u64 cumulative = read64(d), before = c->settled;
  i64 expires = (i64)read64(d + 8);
  REQUIRE(cumulative > before, ERR_STALE);
  REQUIRE(cumulative <= c->deposit, ERR_DEPOSIT);
  if (expires != 0) {
    Clock clock;
    TRY(sol_get_clock_sysvar(&clock));
    REQUIRE(clock.now < expires, ERR_TIME);
  }
  TRY(check_voucher(in, 5, d[16], &c->signer, in->accounts[0].key, d));

  c->settled = cumulative;
  Seed seeds[7];
  channel_seeds(seeds, c);
  Purse purse;
  channel_purse(&purse, in, c, seeds, 6);
  if (!is_zero(&c->mint)) {
    REQUIRE(in->count >= 9, ERR_ACCOUNTS);
    REQUIRE(same(in->accounts[6].key, &c->vault), ERR_ADDRESS);
  }
  return pay_split(&purse, &c->payee, &c->terms, before, cumulative);
}

NOINLINE u64 end_channel(Input *in, Channel *c, const Clock *clock, const Places *places) {
  REQUIRE(clock->slot > c->open_slot + OPEN_WINDOW, ERR_TIME);
  if (!is_zero(&c->mint)) REQUIRE(in->count > places->vault + 2, ERR_ACCOUNTS);
  Channel kept;
  kept.salt = c->salt, kept.open_slot = c->open_slot, kept.terms = c->terms;
  copy_key(&kept.payer, &c->payer), copy_key(&kept.payee, &c->payee), copy_key(&kept.mint, &c->mint);
  copy_key(&kept.signer, &c->signer), copy_key(&kept.vault, &c->vault);
  Seed seeds[7];
  channel_seeds(seeds, &kept);
  Purse purse;
  channel_purse(&purse, in, &kept, seeds, places->vault);
  return refund_and_close(&purse, &kept.payer, places);
}

// [channel w, payer ws, payee s | payer's tokens w, vault w, mint, token program] Both agree: no delay.
NOINLINE u64 close_channel(Input *in) {
  REQUIRE(in->count >= 3, ERR_ACCOUNTS);
  const Account *a = in->accounts;
  Channel *c = state_of(in, 0, TAG_CHANNEL, sizeof(Channel));
  REQUIRE(c, ERR_STATE);
  REQUIRE(a[1].is_signer && same(a[1].key, &c->payer), ERR_SIGNER);
  REQUIRE(a[2].is_signer && same(a[2].key, &c->payee), ERR_SIGNER);
  Clock clock;
  TRY(sol_get_clock_sysvar(&clock));
  Places places = {1, 3, 4};
  return end_channel(in, c, &clock, &places);
}

// [channel w, payer s] From now the payee has the withdraw delay to settle what it holds.
NOINLINE u64 request_close(Input *in) {
  REQUIRE(in->count >= 2, ERR_ACCOUNTS);
  Channel *c = state_of(in, 0, TAG_CHANNEL, sizeof(Channel));
  REQUIRE(c, ERR_STATE);
  REQUIRE(in->accounts[1].is_signer && same(in->accounts[1].key, &c->payer), ERR_SIGNER);
  REQUIRE(c->reclaim_at == 0, ERR_CLOSING);
  Clock clock;
  TRY(sol_get_clock_sysvar(&clock));
  c->reclaim_at = clock.now + c->withdraw_delay;
  return 0;
}

// [channel w, payer w | payer's tokens w, vault w, mint, token program] Anybody may submit it, for the payer.
NOINLINE u64 reclaim(Input *in) {
  REQUIRE(in->count >= 2, ERR_ACCOUNTS);
  Channel *c = state_of(in, 0, TAG_CHANNEL, sizeof(Channel));
  REQUIRE(c, ERR_STATE);
  Clock clock;
  TRY(sol_get_clock_sysvar(&clock));
  int asked = c->reclaim_at != 0 && clock.now >= c->reclaim_at;
  REQUIRE(asked || clock.now >= c->expiry + c->withdraw_delay, ERR_TIME);
  Places places = {1, 2, 3};
  return end_channel(in, c, &clock, &places);
}

#endif
