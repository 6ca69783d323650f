// Escrow for one job: the committee releases it, or it goes back when it expires.
#ifndef ESCROW_H
#define ESCROW_H
#include "config.h"
#include "purse.h"
#include "signature.h"

#define MAX_ESCROW_TERM (365ll * DAY)

INLINE void escrow_seeds(Seed *seeds, const Escrow *e) {
  seeds[0] = (Seed)TEXT_SEED("escrow");
  seeds[1] = (Seed)KEY_SEED(&e->payer), seeds[2] = (Seed)KEY_SEED(&e->payee), seeds[3] = (Seed)KEY_SEED(&e->mint);
  seeds[4] = (Seed){e->job, 32}, seeds[5] = (Seed){&e->terms.bump, 1};
}

INLINE void escrow_purse(Purse *p, Input *in, const Escrow *e, const Seed *seeds, u64 vault) {
  p->in = in, p->mint = &e->mint, p->vault_key = &e->vault, p->decimals = e->terms.decimals;
  p->self = 0, p->vault = vault, p->mint_at = vault + 1, p->seeds = (Seeds){seeds, seeds ? 6 : 0};
}

// [payer ws, escrow w, payee, config, system | payer's tokens w, vault w, mint, token program]
// u8 bump, job, u64 amount, i64 expiry, mint
NOINLINE u64 authorise_escrow(Input *in, const u8 *d, u64 length) {
  REQUIRE(in->count >= 5, ERR_ACCOUNTS);
  REQUIRE(length == 81, ERR_DATA);
  Account *a = in->accounts;
  const Config *config = state_of(in, 3, TAG_CONFIG, sizeof(Config));
  REQUIRE(config, ERR_STATE);
  REQUIRE(a[0].is_signer, ERR_SIGNER);
  Escrow made;
  made.amount = read64(d + 33), made.expiry = (i64)read64(d + 41), made.terms.bump = d[0];
  copy_key(&made.payer, a[0].key), copy_key(&made.payee, a[2].key);
  copy_key(made.job, d + 1), copy_key(&made.mint, d + 49);
  Clock clock;
  TRY(sol_get_clock_sysvar(&clock));
  REQUIRE(made.amount > 0, ERR_AMOUNT);
  REQUIRE(made.expiry > clock.now && made.expiry <= clock.now + MAX_ESCROW_TERM, ERR_TIME);

  int lamports = is_zero(&made.mint);
  Seed seeds[6];
  escrow_seeds(seeds, &made);
  Seeds signer = {seeds, 6};
  TRY(make_account(in, 0, 1, sizeof(Escrow), lamports ? made.amount : 0, &signer));
  Escrow *e = (Escrow *)a[1].data;
  e->tag = TAG_ESCROW, e->amount = made.amount, e->expiry = made.expiry, e->opened_slot = clock.slot;
  copy_key(&e->payer, &made.payer), copy_key(&e->payee, &made.payee);
  copy_key(&e->mint, &made.mint), copy_key(e->job, made.job);
  fix_terms(&e->terms, config, 0, made.terms.bump);
  if (lamports) return 0;

  REQUIRE(in->count >= 9, ERR_ACCOUNTS);
  copy_key(&e->vault, a[6].key);
  Purse purse;
  escrow_purse(&purse, in, e, 0, 6);
  purse.self = 1;
  TRY(check_new_vault(&purse));
  purse.decimals = e->terms.decimals = a[7].data[44];
  return pay_in(&purse, 5, 0, e->amount);
}

// An escrow of the same job that opened in the same slot would take the same attestation; so none ends in its slot.
NOINLINE u64 end_escrow(Input *in, Escrow *e, const Clock *clock, u64 released, const Places *places) {
  REQUIRE(clock->slot > e->opened_slot, ERR_TIME);
  Escrow kept;
  kept.terms = e->terms;
  copy_key(&kept.payer, &e->payer), copy_key(&kept.payee, &e->payee), copy_key(&kept.mint, &e->mint);
  copy_key(&kept.vault, &e->vault), copy_key(kept.job, e->job);
  Seed seeds[6];
  escrow_seeds(seeds, &kept);
  Purse purse;
  escrow_purse(&purse, in, &kept, seeds, places->vault);
  if (!is_zero(&kept.mint)) REQUIRE(in->count > places->vault + 2, ERR_ACCOUNTS);
  if (released) TRY(pay_split(&purse, &kept.payee, &kept.terms, 0, released));
  // The runtime has written what is left into the vault's data by now.
  return refund_and_close(&purse, &kept.payer, places);
}

// [escrow w, payee w, treasury w, platform w, config, instructions sysvar, payer w, | incinerator w, or
//  vault w, mint w, token program, payer's tokens w] u64 amount, evidence, u8 index of the Ed25519 instruction.
// k of the committee say what is due; the rest goes back to the payer.
NOINLINE u64 release_escrow(Input *in, const u8 *d, u64 length) {
  REQUIRE(in->count >= 8, ERR_ACCOUNTS);
  REQUIRE(length == 41, ERR_DATA);
  Escrow *e = state_of(in, 0, TAG_ESCROW, sizeof(Escrow));
  const Config *config = state_of(in, 4, TAG_CONFIG, sizeof(Config));
  REQUIRE(e && config, ERR_STATE);
  Clock clock;
  TRY(sol_get_clock_sysvar(&clock));
  REQUIRE(clock.now < e->expiry, ERR_TIME);
  Attestation attestation;
  fill_attestation(&attestation, in, in->accounts[0].key, d + 8);
  attestation.action = ACTION_RELEASE, attestation.amount = read64(d);
  attestation.slot = e->opened_slot, attestation.sequence = 0;
  REQUIRE(attestation.amount > 0 && attestation.amount <= e->amount, ERR_AMOUNT);
  TRY(check_attestation(in, 5, d[40], config, &attestation));
  if (!is_zero(&e->mint)) {
    REQUIRE(in->count >= 11, ERR_ACCOUNTS);
    REQUIRE(same(in->accounts[7].key, &e->vault), ERR_ADDRESS);
  }
  Places places = {6, 10, 7};
  return end_escrow(in, e, &clock, attestation.amount, &places);
}

// [escrow w, payer w | payer's tokens w, vault w, mint, token program] Anybody may submit it, for the payer.
NOINLINE u64 refund_escrow(Input *in) {
  REQUIRE(in->count >= 2, ERR_ACCOUNTS);
  Escrow *e = state_of(in, 0, TAG_ESCROW, sizeof(Escrow));
  REQUIRE(e, ERR_STATE);
  Clock clock;
  TRY(sol_get_clock_sysvar(&clock));
  REQUIRE(clock.now >= e->expiry, ERR_TIME);
  Places places = {1, 2, 3};
  return end_escrow(in, e, &clock, 0, &places);
}

#endif
