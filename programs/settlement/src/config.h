// The program's one configuration, written by whoever may upgrade the program and by nobody else.
#ifndef CONFIG_H
#define CONFIG_H
#include "accounts.h"
#include "state.h"

// BPFLoaderUpgradeab1e11111111111111111111111
static const Key LOADER = {{2, 168, 246, 145, 78, 136, 161, 176, 226, 16, 21, 62, 247, 99, 174, 43,
                            0, 194, 185, 61, 22, 193, 36, 210, 192, 83, 122, 16, 4, 128, 0, 0}};

#define HOUR 3600
#define DAY (24 * HOUR)
// Evidence against a node must reach the chain within the cool-down, so it can't be a moment.
#define MIN_COOLDOWN HOUR
#define MAX_COOLDOWN (365 * DAY)
// The bounds of x402's withdrawDelay.
#define MIN_WITHDRAW_DELAY 900
#define MAX_WITHDRAW_DELAY (30 * DAY)
#define WHOLE_BPS 10000

#define CONFIG_FIXED (6 + 2 + 16 + 8 * TIERS + 4 * TIERS + 32)

// The loader keeps the authority behind the program's data: tag 3, slot, 1 for "there is one", key.
NOINLINE u64 check_authority(const Input *in, u64 signer, u64 program_data) {
  const Account *a = in->accounts;
  Seed seeds[1] = {KEY_SEED(in->program)};
  Key derived;
  u8 bump;
  TRY(sol_try_find_program_address(seeds, 1, &LOADER, &derived, &bump));
  REQUIRE(same(&derived, a[program_data].key), ERR_AUTHORITY);
  REQUIRE(a[program_data].length >= 45 && a[program_data].data[12] == 1, ERR_AUTHORITY);
  REQUIRE(same(a[program_data].data + 13, a[signer].key), ERR_AUTHORITY);
  REQUIRE(a[signer].is_signer, ERR_SIGNER);
  return 0;
}

NOINLINE u64 check_config_data(const u8 *d, u64 length) {
  u64 size = length >= CONFIG_FIXED ? d[7] : 0;
  REQUIRE(length == CONFIG_FIXED + 32 * size, ERR_DATA);
  u64 threshold = d[6];
  i64 cooldown = (i64)read64(d + 8), delay = (i64)read64(d + 16);
  REQUIRE((u64)read16(d) + read16(d + 2) <= WHOLE_BPS && read16(d + 4) <= WHOLE_BPS, ERR_DATA);
  REQUIRE(threshold > 0 && threshold <= size && threshold <= MAX_THRESHOLD && size <= MAX_COMMITTEE, ERR_DATA);
  REQUIRE(cooldown >= MIN_COOLDOWN && cooldown <= MAX_COOLDOWN, ERR_DATA);
  REQUIRE(delay >= MIN_WITHDRAW_DELAY && delay <= MAX_WITHDRAW_DELAY, ERR_DATA);
  for (u64 i = 0; i < TIERS; i++) {
    u64 below = i == 0 ? 0 : read64(d + 24 + 8 * (i - 1));
    REQUIRE(read64(d + 24 + 8 * i) > below, ERR_DATA);
  }
  // One key twice would be one vote that counts twice.
  const u8 *committee = d + CONFIG_FIXED;
  for (u64 i = 0; i < size; i++)
    for (u64 k = 0; k < i; k++) REQUIRE(!same(committee + 32 * i, committee + 32 * k), ERR_DATA);
  return 0;
}

// [authority ws, config w, program data, treasury, platform, system]
// u16 protocol, u16 platform, u16 burn, u8 k, u8 n, i64 cool-down, i64 withdraw delay, u64 stakes[4], u32 jobs[4],
// stake mint, n keys. Writes the configuration, or writes it anew.
NOINLINE u64 set_config(Input *in, const u8 *d, u64 length) {
  REQUIRE(in->count >= 6, ERR_ACCOUNTS);
  Account *a = in->accounts;
  TRY(check_authority(in, 0, 2));
  TRY(check_config_data(d, length));
  // A share that is below the rent floor could not be paid to an empty account, and every settlement would fail.
  REQUIRE(*a[3].lamports >= rent_floor(0) && *a[4].lamports >= rent_floor(0), ERR_AMOUNT);

  const u8 *stake_mint = d + CONFIG_FIXED - 32;
  Config *config = state_of(in, 1, TAG_CONFIG, sizeof(Config));
  if (!config) {
    Seed seeds[2] = {TEXT_SEED("config"), {0, 0}};
    Key derived;
    u8 bump;
    TRY(sol_try_find_program_address(seeds, 1, in->program, &derived, &bump));
    seeds[1] = (Seed){&bump, 1};
    Seeds signer = {seeds, 2};
    TRY(make_account(in, 0, 1, sizeof(Config), 0, &signer));
    config = (Config *)a[1].data;
    config->tag = TAG_CONFIG;
    copy_key(&config->stake_mint, stake_mint);
  }
  // Stakes are there already, in this mint.
  REQUIRE(same(&config->stake_mint, stake_mint), ERR_DATA);

  copy_key(&config->treasury, a[3].key), copy_key(&config->platform, a[4].key);
  config->protocol_bps = read16(d), config->platform_bps = read16(d + 2), config->burn_bps = read16(d + 4);
  config->threshold = d[6], config->committee_size = d[7];
  config->cooldown = (i64)read64(d + 8), config->withdraw_delay = (i64)read64(d + 16);
  for (u64 i = 0; i < TIERS; i++) {
    config->tier_stake[i] = read64(d + 24 + 8 * i);
    config->tier_jobs[i] = read32(d + 24 + 8 * TIERS + 4 * i);
  }
  for (u64 i = 0; i < config->committee_size; i++) copy_key(&config->committee[i], d + CONFIG_FIXED + 32 * i);
  return 0;
}

INLINE void fix_terms(Terms *terms, const Config *config, u8 decimals, u8 bump) {
  terms->protocol_bps = config->protocol_bps, terms->platform_bps = config->platform_bps;
  terms->burn_bps = config->burn_bps, terms->decimals = decimals, terms->bump = bump;
}

#endif
