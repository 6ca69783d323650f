// Infernet's settlement program: channels, escrow, stakes and leases, in lamports or SPL tokens.
//
// An instruction is one byte that names it, then its data. Each function's comment lists its accounts (w: writable,
// s: signs) and its data, little-endian. Accounts after a bar are those of tokens; with lamports they are left out,
// but for the incinerator, which takes the burned share. One translation unit: the linker takes one object.
#include "channel.h"
#include "config.h"
#include "escrow.h"
#include "lease.h"
#include "stake.h"

u64 entrypoint(u8 *input) {
  Input in;
  REQUIRE(parse_input(input, &in), ERR_ACCOUNTS);
  REQUIRE(in.length > 0, ERR_DATA);
  const u8 *data = in.data + 1;
  u64 length = in.length - 1;
  switch (in.data[0]) {
  case 0: return set_config(&in, data, length);
  case 1: return open_channel(&in, data, length);
  case 2: return top_up(&in, data, length);
  case 3: return settle(&in, data, length);
  case 4: return close_channel(&in);
  case 5: return request_close(&in);
  case 6: return reclaim(&in);
  case 7: return authorise_escrow(&in, data, length);
  case 8: return release_escrow(&in, data, length);
  case 9: return refund_escrow(&in);
  case 10: return stake(&in, data, length);
  case 11: return unstake(&in, data, length);
  case 12: return withdraw_stake(&in);
  case 13: return slash(&in, data, length);
  case 14: return create_lease(&in, data, length);
  case 15: return release_lease(&in);
  case 16: return cancel_lease(&in);
  }
  return ERR_DATA;
}
