// Reading, making and closing the program's accounts.
#ifndef ACCOUNTS_H
#define ACCOUNTS_H
#include "guard.h"
#include "sol.h"

static const Key SYSTEM = {{0}};

// Owner, size and tag are all checked: no other account can pose as this kind.
INLINE void *state_of(const Input *in, u64 index, u64 tag, u64 size) {
  const Account *a = &in->accounts[index];
  if (!same(a->owner, in->program) || a->length != size || read64(a->data) != tag) return 0;
  return a->data;
}

// Lamports that keep an account of this size alive, without floating point: the threshold is 1.0 or 2.0 years.
NOINLINE u64 rent_floor(u64 size) {
  u8 rent[24];
  if (sol_get_rent_sysvar(rent)) return ~0ull;
  u64 years = read64(rent + 8) == 0x4000000000000000ull ? 2 : 1;
  return (128 + size) * read64(rent) * years;
}

NOINLINE u64 transfer_lamports(const Input *in, const Key *from, const Key *to, u64 amount) {
  u8 data[12];
  write32(data, 2), write64(data + 4, amount);
  Meta metas[2] = {{from, 1, 1}, {to, 1, 0}};
  Call call = {&SYSTEM, metas, 2, data, sizeof data};
  return sol_invoke_signed_c(&call, in->accounts, in->count, 0, 0);
}

// Makes an account of this program that holds `extra` lamports above the rent. It is built by transfer, allocate and
// assign, since create_account fails where somebody has sent lamports to the address before.
NOINLINE u64 make_account(const Input *in, u64 payer, u64 target, u64 size, u64 extra, const Seeds *seeds) {
  const Account *account = &in->accounts[target];
  Key derived;
  REQUIRE(!sol_create_program_address(seeds->seeds, seeds->count, in->program, &derived), ERR_ADDRESS);
  REQUIRE(same(&derived, account->key), ERR_ADDRESS);
  REQUIRE(same(account->owner, &SYSTEM), ERR_EXISTS);
  u64 need = rent_floor(size) + extra, have = *account->lamports;
  REQUIRE(need >= extra, ERR_AMOUNT);
  // What others sent beforehand counts for the rent alone: a deposit is paid by its payer.
  u64 gift = have < need - extra ? have : need - extra;
  if (need > gift) TRY(transfer_lamports(in, in->accounts[payer].key, account->key, need - gift));

  u8 data[36];
  Meta meta = {account->key, 1, 1};
  Call call = {&SYSTEM, &meta, 1, data, 12};
  write32(data, 8), write64(data + 4, size);
  TRY(sol_invoke_signed_c(&call, in->accounts, in->count, seeds, 1));
  write32(data, 1), copy_key(data + 4, in->program), call.data_length = 36;
  return sol_invoke_signed_c(&call, in->accounts, in->count, seeds, 1);
}

// All lamports leave, and the account is empty and the system's before the transaction ends: it can't be revived.
INLINE void close_account(Account *account, Account *to) {
  u64 lamports = *account->lamports;
  *account->lamports = 0;
  *to->lamports += lamports;
  for (u64 i = 0; i + 8 <= account->length; i += 8) write64(account->data + i, 0);
  write64(account->data - 8, 0);
  copy_key((u8 *)account->owner, &SYSTEM);
}

#endif
