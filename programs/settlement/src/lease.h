// Leases: prepaid time of a node, paid out by the second.
#ifndef LEASE_H
#define LEASE_H
#include "config.h"
#include "purse.h"

#define MAX_LEASE (365ull * DAY)

INLINE void lease_seeds(Seed *seeds, const Lease *l) {
  seeds[0] = (Seed)TEXT_SEED("lease");
  seeds[1] = (Seed)KEY_SEED(&l->renter), seeds[2] = (Seed)KEY_SEED(&l->provider), seeds[3] = (Seed)KEY_SEED(&l->mint);
  seeds[4] = (Seed){(const u8 *)&l->id, 8}, seeds[5] = (Seed){&l->terms.bump, 1};
}

INLINE void lease_purse(Purse *p, Input *in, const Lease *l, const Seed *seeds, u64 vault) {
  p->in = in, p->mint = &l->mint, p->vault_key = &l->vault, p->decimals = l->terms.decimals;
  p->self = 0, p->vault = vault, p->mint_at = vault + 1, p->seeds = (Seeds){seeds, seeds ? 6 : 0};
}

INLINE u64 lease_due(const Lease *l, i64 now) {
  u64 elapsed = now > l->start ? (u64)(now - l->start) : 0;
  return l->price * (elapsed < l->seconds ? elapsed : l->seconds);
}

// [renter ws, lease w, provider w, config, system | renter's tokens w, vault w, mint, token program]
// u8 bump, u64 id, u64 price of a second, u64 seconds, mint. Time runs from now.
NOINLINE u64 create_lease(Input *in, const u8 *d, u64 length) {
  REQUIRE(in->count >= 5, ERR_ACCOUNTS);
  REQUIRE(length == 57, ERR_DATA);
  Account *a = in->accounts;
  const Config *config = state_of(in, 3, TAG_CONFIG, sizeof(Config));
  REQUIRE(config, ERR_STATE);
  REQUIRE(a[0].is_signer, ERR_SIGNER);
  Lease made;
  made.id = read64(d + 1), made.price = read64(d + 9), made.seconds = read64(d + 17), made.terms.bump = d[0];
  copy_key(&made.renter, a[0].key), copy_key(&made.provider, a[2].key), copy_key(&made.mint, d + 25);
  REQUIRE(made.seconds > 0 && made.seconds <= MAX_LEASE, ERR_TIME);
  u64 most = ~0ull / made.seconds;
  HIDE(most);
  REQUIRE(made.price > 0 && made.price <= most, ERR_AMOUNT);
  u64 total = made.price * made.seconds;
  Clock clock;
  TRY(sol_get_clock_sysvar(&clock));

  int lamports = is_zero(&made.mint);
  // Nobody can write to what the runtime reserves, so what is due there could not be paid, nor the rest ever go back.
  REQUIRE(!lamports || a[2].is_writable, ERR_ADDRESS);
  Seed seeds[6];
  lease_seeds(seeds, &made);
  Seeds signer = {seeds, 6};
  TRY(make_account(in, 0, 1, sizeof(Lease), lamports ? total : 0, &signer));
  Lease *l = (Lease *)a[1].data;
  l->tag = TAG_LEASE, l->id = made.id, l->price = made.price, l->seconds = made.seconds, l->start = clock.now;
  copy_key(&l->renter, &made.renter), copy_key(&l->provider, &made.provider), copy_key(&l->mint, &made.mint);
  fix_terms(&l->terms, config, 0, made.terms.bump);
  if (lamports) return 0;

  REQUIRE(in->count >= 9, ERR_ACCOUNTS);
  copy_key(&l->vault, a[6].key);
  Purse purse;
  lease_purse(&purse, in, l, 0, 6);
  purse.self = 1;
  TRY(check_new_vault(&purse));
  purse.decimals = l->terms.decimals = a[7].data[44];
  return pay_in(&purse, 5, 0, total);
}

NOINLINE u64 check_lease_vault(const Input *in, const Lease *l, u64 vault) {
  if (is_zero(&l->mint)) return 0;
  REQUIRE(in->count > vault + 2, ERR_ACCOUNTS);
  REQUIRE(same(in->accounts[vault].key, &l->vault), ERR_ADDRESS);
  return 0;
}

// [lease w, provider w, treasury w, platform w, config | incinerator w, or vault w, mint w, token program]
// Pays out the time that has passed. Anybody may submit it, for the provider.
NOINLINE u64 release_lease(Input *in) {
  REQUIRE(in->count >= 6, ERR_ACCOUNTS);
  Lease *l = state_of(in, 0, TAG_LEASE, sizeof(Lease));
  REQUIRE(l, ERR_STATE);
  TRY(check_lease_vault(in, l, 5));
  Clock clock;
  TRY(sol_get_clock_sysvar(&clock));
  u64 before = l->released, due = lease_due(l, clock.now);
  REQUIRE(due > before, ERR_AMOUNT);
  l->released = due;
  Seed seeds[6];
  lease_seeds(seeds, l);
  Purse purse;
  lease_purse(&purse, in, l, seeds, 5);
  return pay_split(&purse, &l->provider, &l->terms, before, due);
}

// [lease w, provider w, treasury w, platform w, config, who s, renter w | incinerator w, or
//  vault w, mint w, token program, renter's tokens w] Either side ends it: what is due is paid, the rest goes back.
// After its end anybody may.
NOINLINE u64 cancel_lease(Input *in) {
  REQUIRE(in->count >= 8, ERR_ACCOUNTS);
  Account *a = in->accounts;
  Lease *l = state_of(in, 0, TAG_LEASE, sizeof(Lease));
  REQUIRE(l, ERR_STATE);
  TRY(check_lease_vault(in, l, 7));
  if (!is_zero(&l->mint)) REQUIRE(in->count >= 11, ERR_ACCOUNTS);
  Clock clock;
  TRY(sol_get_clock_sysvar(&clock));
  int party = a[5].is_signer && (same(a[5].key, &l->renter) || same(a[5].key, &l->provider));
  REQUIRE(party || clock.now >= l->start + (i64)l->seconds, ERR_SIGNER);

  Lease kept;
  kept.terms = l->terms, kept.id = l->id;
  copy_key(&kept.renter, &l->renter), copy_key(&kept.provider, &l->provider);
  copy_key(&kept.mint, &l->mint), copy_key(&kept.vault, &l->vault);
  Seed seeds[6];
  lease_seeds(seeds, &kept);
  Purse purse;
  lease_purse(&purse, in, &kept, seeds, 7);
  TRY(pay_split(&purse, &kept.provider, &kept.terms, l->released, lease_due(l, clock.now)));
  Places places = {6, 10, 7};
  return refund_and_close(&purse, &kept.renter, &places);
}

#endif
