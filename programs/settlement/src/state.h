// What the program keeps in its accounts. Clients read these layouts: little-endian, in this order, without gaps.
#ifndef STATE_H
#define STATE_H
#include "sol.h"

enum { TAG_CONFIG = 1, TAG_CHANNEL, TAG_ESCROW, TAG_NODE, TAG_LEASE };

#define TIERS 4
#define MAX_COMMITTEE 10
// More signatures than this do not fit one transaction beside the accounts; beside those of an escrow in tokens four do,
// and five only with an address table.
#define MAX_THRESHOLD 5

typedef struct {
  u64 tag;
  Key treasury, platform;    // who gets the protocol's and the platform's share
  Key stake_mint;            // zero: stakes are lamports
  u64 tier_stake[TIERS];     // ascending
  u32 tier_jobs[TIERS];      // jobs at once; the program keeps them for the clients
  i64 cooldown;              // seconds between asking for a stake and getting it
  i64 withdraw_delay;        // seconds that a payee has to settle after a payer asks to close
  u16 protocol_bps, platform_bps, burn_bps;  // the last is a share of the protocol's share
  u8 threshold, committee_size;
  Key committee[MAX_COMMITTEE];
} Config;

// Fees are fixed when a channel, an escrow or a lease opens: nobody can change them under a running contract.
typedef struct {
  u16 protocol_bps, platform_bps, burn_bps;
  u8 decimals, bump;
} Terms;

typedef struct {
  u64 tag;
  Key payer, payee, mint, signer, vault;
  u64 salt, open_slot, deposit, settled;
  i64 expiry, reclaim_at, withdraw_delay;
  Terms terms;
} Channel;

typedef struct {
  u64 tag;
  Key payer, payee, mint, vault;
  u8 job[32];
  u64 amount, opened_slot;
  i64 expiry;
  Terms terms;
} Escrow;

typedef struct {
  u64 tag;
  Key owner, mint, vault;
  u8 peer[32];               // SHA-256 of the libp2p peer id
  u64 staked, pending, slashed, registered_slot, slashes, tier;
  i64 unlock_at;
  Terms terms;
} Node;

typedef struct {
  u64 tag;
  Key renter, provider, mint, vault;
  u64 id, price, seconds, released;
  i64 start;
  Terms terms;
} Lease;

_Static_assert(sizeof(Config) == 496 && sizeof(Channel) == 232 && sizeof(Escrow) == 200, "published layouts");
_Static_assert(sizeof(Node) == 200 && sizeof(Lease) == 184, "published layouts");

#endif
