// Signatures that the Ed25519 precompile verified in this transaction, read from the instructions sysvar.
#ifndef SIGNATURE_H
#define SIGNATURE_H
#include "guard.h"
#include "state.h"

// Ed25519SigVerify111111111111111111111111111
static const Key ED25519 = {{3, 125, 70, 214, 124, 147, 251, 190, 18, 249, 66, 143, 131, 141, 64, 255,
                             5, 112, 116, 73, 39, 244, 138, 100, 252, 202, 112, 68, 128, 0, 0, 0}};
// Sysvar1nstructions1111111111111111111111111
static const Key INSTRUCTIONS = {{6, 167, 213, 23, 24, 123, 209, 102, 53, 218, 212, 4, 85, 253, 194, 192,
                                  193, 36, 198, 143, 33, 86, 117, 165, 219, 186, 203, 95, 8, 0, 0, 0}};

INLINE int same_bytes(const u8 *a, const u8 *b, u64 length) {
  u64 i = 0;
  for (; i + 8 <= length; i += 8) if (read64(a + i) != read64(b + i)) return 0;
  for (; i < length; i++) if (a[i] != b[i]) return 0;
  return 1;
}

// The precompile's instruction at an index of this transaction.
NOINLINE u64 find_verified(const Input *in, u64 sysvar, u64 index, const u8 **found) {
  const Account *instructions = &in->accounts[sysvar];
  REQUIRE(same(instructions->key, &INSTRUCTIONS), ERR_SIGNATURE);
  const u8 *all = instructions->data;
  REQUIRE(index < read16(all), ERR_SIGNATURE);
  const u8 *p = all + read16(all + 2 + 2 * index);
  p += 2 + 33 * (u64)read16(p);
  REQUIRE(same(p, &ED25519), ERR_SIGNATURE);
  *found = p + 34;
  return 0;
}

// One entry of it: whose signature, over exactly this message? All three indices must say "this instruction", or the
// precompile verified other bytes than the ones read here. That the offsets lie within it, the precompile has checked.
NOINLINE u64 read_signer(const u8 *from, u64 entry, const u8 *message, u64 length, const Key **signer) {
  // Where the precompile checked nothing, the bytes that follow are another instruction's. To abuse that takes a
  // program address with eight chosen bytes, so no test gets there, and this is no REQUIRE.
  if (entry >= from[0]) return ERR_SIGNATURE;
  const u8 *offsets = from + 2 + 14 * entry;
  REQUIRE(read16(offsets + 2) == 0xffff, ERR_SIGNATURE);
  REQUIRE(read16(offsets + 6) == 0xffff, ERR_SIGNATURE);
  REQUIRE(read16(offsets + 12) == 0xffff, ERR_SIGNATURE);
  u64 key_at = read16(offsets + 4), message_at = read16(offsets + 8);
  REQUIRE(read16(offsets + 10) == length, ERR_VOUCHER);
  REQUIRE(same_bytes(from + message_at, message, length), ERR_VOUCHER);
  *signer = (const Key *)(from + key_at);
  return 0;
}

// x402's batch-settlement voucher for Solana: 'V', version 1, channel, cumulative amount, expiry.
#define VOUCHER_SIZE 50

NOINLINE u64 check_voucher(
    const Input *in, u64 sysvar, u64 index, const Key *key, const Key *channel, const u8 *terms) {
  u8 message[VOUCHER_SIZE];
  message[0] = 0x56, message[1] = 0x01;
  copy_key(message + 2, channel);
  write64(message + 34, read64(terms)), write64(message + 42, read64(terms + 8));
  const u8 *verified;
  const Key *signer;
  TRY(find_verified(in, sysvar, index, &verified));
  TRY(read_signer(verified, 0, message, VOUCHER_SIZE, &signer));
  REQUIRE(same(signer, key), ERR_VOUCHER_KEY);
  return 0;
}

// What a member of the committee signs. It names the program and the account, and by slot and sequence the one
// occasion: it fits neither a later account at the same address nor a second time.
enum { ACTION_RELEASE = 1, ACTION_SLASH = 2 };

typedef struct {
  u8 domain[16];
  Key program, subject;
  u8 evidence[32];
  u64 action, amount, slot, sequence;
} Attestation;

_Static_assert(sizeof(Attestation) == 144, "published layout");

INLINE void fill_attestation(Attestation *a, const Input *in, const Key *subject, const u8 *evidence) {
  write64(a->domain, 0x54454e5245464e49ull), write64(a->domain + 8, 0x315453455454412dull);  // "INFERNET-ATTEST1"
  copy_key(&a->program, in->program), copy_key(&a->subject, subject), copy_key(a->evidence, evidence);
}

NOINLINE u64 check_attestation(
    const Input *in, u64 sysvar, u64 index, const Config *config, const Attestation *attestation) {
  const u8 *verified;
  TRY(find_verified(in, sysvar, index, &verified));
  u64 seen = 0, count = 0;
  for (u64 i = 0; i < verified[0]; i++) {
    const Key *signer;
    TRY(read_signer(verified, i, (const u8 *)attestation, sizeof(Attestation), &signer));
    for (u64 member = 0; member < config->committee_size; member++) {
      if (same(signer, &config->committee[member]) && !(seen >> member & 1)) seen |= 1ull << member, count++;
    }
  }
  REQUIRE(count >= config->threshold, ERR_THRESHOLD);
  return 0;
}

#endif
