// The money behind a channel, an escrow, a stake or a lease: lamports in the account itself, or tokens in a vault
// that only the account's program address can move.
#ifndef PURSE_H
#define PURSE_H
#include "accounts.h"
#include "state.h"

// TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA. Token-2022 is left out: its mints may take fees or be drained.
static const Key TOKEN = {{6, 221, 246, 225, 215, 101, 161, 147, 217, 203, 225, 70, 206, 235, 121, 172,
                           28, 180, 133, 237, 95, 91, 55, 145, 58, 140, 245, 133, 126, 255, 0, 169}};
// 1nc1nerator11111111111111111111111111111111: the runtime destroys what arrives here.
static const Key INCINERATOR = {{0, 51, 144, 114, 141, 52, 17, 96, 121, 189, 201, 17, 191, 255, 0, 219,
                                 212, 77, 46, 205, 204, 247, 156, 166, 225, 0, 56, 225, 0, 0, 0, 0}};

#define TOKEN_ACCOUNT_SIZE 165
#define MINT_SIZE 82

typedef struct {
  Input *in;
  const Key *mint;       // zero: lamports
  const Key *vault_key;
  u64 self, vault, mint_at;
  u8 decimals;
  Seeds seeds;           // of the account, which signs for the vault; none where only others pay in
} Purse;

// Where the accounts that get the rest of the money lie. A call takes five arguments at most.
typedef struct { u64 owner, owner_tokens, vault; } Places;

INLINE int is_token_account(const Account *a, const Key *mint, const Key *owner) {
  return same(a->owner, &TOKEN) && a->length == TOKEN_ACCOUNT_SIZE && a->data[108] == 1 &&
         same(a->data, mint) && same(a->data + 32, owner);
}

NOINLINE u64 token_call(const Purse *purse, const Meta *metas, u64 count, u8 *data, u64 length) {
  Call call = {&TOKEN, metas, count, data, length};
  return sol_invoke_signed_c(&call, purse->in->accounts, purse->in->count, &purse->seeds, purse->seeds.count ? 1 : 0);
}

NOINLINE u64 move_tokens(const Purse *purse, const Key *from, const Key *to, const Key *owner, u64 amount) {
  u8 data[10];
  data[0] = 12, write64(data + 1, amount), data[9] = purse->decimals;
  Meta metas[4] = {{from, 1, 0}, {purse->mint, 0, 0}, {to, 1, 0}, {owner, 0, 1}};
  return token_call(purse, metas, 4, data, sizeof data);
}

// The vault is new to the program: nobody but the purse's own address may have a say over it, now or later.
NOINLINE u64 check_new_vault(const Purse *purse) {
  const Account *a = purse->in->accounts, *vault = &a[purse->vault], *mint = &a[purse->mint_at];
  REQUIRE(is_token_account(vault, purse->mint, a[purse->self].key), ERR_TOKEN_ACCOUNT);
  REQUIRE(read32(vault->data + 72) == 0 && read32(vault->data + 129) == 0, ERR_TOKEN_ACCOUNT);
  REQUIRE(same(mint->key, purse->mint) && same(mint->owner, &TOKEN) && mint->length == MINT_SIZE, ERR_TOKEN_ACCOUNT);
  return 0;
}

// Tokens come from the account `source`, whose owner signed the transaction.
NOINLINE u64 pay_in(const Purse *purse, u64 source, u64 owner, u64 amount) {
  const Account *a = purse->in->accounts;
  REQUIRE(same(a[purse->vault].key, purse->vault_key), ERR_ADDRESS);
  return move_tokens(purse, a[source].key, purse->vault_key, a[owner].key, amount);
}

// `to` is the account `owner` itself, or for tokens one of the owner's token accounts.
NOINLINE u64 pay_out(const Purse *purse, u64 to, const Key *owner, u64 amount) {
  Account *a = purse->in->accounts;
  if (amount == 0) return 0;
  if (is_zero(purse->mint)) {
    REQUIRE(same(a[to].key, owner), ERR_ADDRESS);
    *a[purse->self].lamports -= amount;
    *a[to].lamports += amount;
    return 0;
  }
  REQUIRE(is_token_account(&a[to], purse->mint, owner), ERR_TOKEN_ACCOUNT);
  return move_tokens(purse, purse->vault_key, a[to].key, a[purse->self].key, amount);
}

// Lamports are burned by the incinerator, which then stands where a vault would.
NOINLINE u64 burn(const Purse *purse, u64 amount) {
  if (amount == 0) return 0;
  if (is_zero(purse->mint)) return pay_out(purse, purse->vault, &INCINERATOR, amount);
  u8 data[9];
  data[0] = 8, write64(data + 1, amount);
  Meta metas[3] = {{purse->vault_key, 1, 0}, {purse->mint, 1, 0}, {purse->in->accounts[purse->self].key, 0, 1}};
  return token_call(purse, metas, 3, data, sizeof data);
}

// v * bps / 10,000 without 128 bits.
INLINE u64 share(u64 v, u64 bps) { return v / 10000 * bps + v % 10000 * bps / 10000; }

// The treasury's part of the fees; the rest is the platform's.
INLINE u64 part(u64 fees, u64 bps, u64 of) { return of == 0 ? 0 : fees / of * bps + fees % of * bps / of; }

// Accounts 1, 2, 3 and 4 are payee, treasury, platform and configuration wherever a split is paid. Fees are those of
// the total minus those of what was paid before, so that many small payments cost what one big one does. Each part is
// rounded from the one that it is taken from: none can shrink as the total grows, so no step takes more than there is.
NOINLINE u64 pay_split(const Purse *purse, const Key *payee, const Terms *terms, u64 before, u64 total) {
  const Config *config = state_of(purse->in, 4, TAG_CONFIG, sizeof(Config));
  REQUIRE(config, ERR_STATE);
  u64 bps = (u64)terms->protocol_bps + terms->platform_bps;
  u64 fees_total = share(total, bps), fees_before = share(before, bps), fees = fees_total - fees_before;
  u64 protocol_total = part(fees_total, terms->protocol_bps, bps);
  u64 protocol_before = part(fees_before, terms->protocol_bps, bps);
  u64 protocol = protocol_total - protocol_before;
  u64 burned = share(protocol_total, terms->burn_bps) - share(protocol_before, terms->burn_bps);
  TRY(pay_out(purse, 1, payee, total - before - fees));
  TRY(pay_out(purse, 2, &config->treasury, protocol - burned));
  TRY(pay_out(purse, 3, &config->platform, fees - protocol));
  return burn(purse, burned);
}

// Everything that is left goes back, also what others sent here: a vault with a rest could never be closed.
NOINLINE u64 refund_and_close(const Purse *purse, const Key *owner_key, const Places *places) {
  u64 owner = places->owner;
  Account *a = purse->in->accounts;
  REQUIRE(same(a[owner].key, owner_key), ERR_ADDRESS);
  if (!is_zero(purse->mint)) {
    REQUIRE(same(a[purse->vault].key, purse->vault_key), ERR_ADDRESS);
    TRY(pay_out(purse, places->owner_tokens, owner_key, read64(a[purse->vault].data + 64)));
    u8 data[1] = {9};
    Meta metas[3] = {{purse->vault_key, 1, 0}, {owner_key, 1, 0}, {a[purse->self].key, 0, 1}};
    TRY(token_call(purse, metas, 3, data, sizeof data));
  }
  close_account(&a[purse->self], &a[owner]);
  return 0;
}

#endif
