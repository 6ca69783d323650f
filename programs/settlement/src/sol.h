// What Solana's runtime gives a program: types, system calls, and the serialised input. No SDK is used.
// Source: https://solana.com/docs/programs/faq, "Input parameter serialization"; the syscalls are named by their
// symbols, which the linker checks against a list.
#ifndef SOL_H
#define SOL_H

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long i64;

// A call costs more than the few instructions of a small function; a big one would burst its caller's 4 KiB frame.
#define INLINE static inline __attribute__((always_inline))
#define NOINLINE static __attribute__((noinline))

// Keeps the compiler from seeing how a value was computed, where it would turn a check into 128-bit arithmetic.
#define HIDE(value) __asm__ volatile("" : "+r"(value))

typedef struct { u8 bytes[32]; } Key;

typedef struct {
  const Key *key;
  u8 is_writable, is_signer;
} Meta;

typedef struct {
  const Key *program;
  const Meta *accounts;
  u64 account_count;
  const u8 *data;
  u64 data_length;
} Call;

typedef struct {
  const Key *key;
  u64 *lamports;
  u64 length;
  u8 *data;
  const Key *owner;
  u64 rent_epoch;
  u8 is_signer, is_writable, executable;
} Account;

typedef struct { const u8 *at; u64 length; } Seed;
typedef struct { const Seed *seeds; u64 count; } Seeds;

typedef struct {
  u64 slot;
  i64 epoch_started;
  u64 epoch, leader_schedule_epoch;
  i64 now;
} Clock;

_Static_assert(sizeof(void *) == 8, "addresses have 64 bits");
_Static_assert(sizeof(Meta) == 16 && sizeof(Account) == 56 && sizeof(Clock) == 40, "the runtime's layouts");

extern u64 sol_get_clock_sysvar(Clock *);
extern u64 sol_get_rent_sysvar(u8 *);
extern u64 sol_create_program_address(const Seed *, u64 count, const Key *program, Key *result);
extern u64 sol_try_find_program_address(const Seed *, u64 count, const Key *program, Key *result, u8 *bump);
extern u64 sol_invoke_signed_c(const Call *, const Account *, u64 accounts, const Seeds *signers, u64 signer_count);
extern void sol_log_pubkey(const Key *);

// Loads need no alignment in SBPF.
INLINE u64 read64(const u8 *p) { return *(const u64 *)p; }
INLINE u32 read32(const u8 *p) { return *(const u32 *)p; }
INLINE u16 read16(const u8 *p) { return *(const u16 *)p; }
INLINE void write64(u8 *p, u64 value) { *(u64 *)p = value; }
INLINE void write32(u8 *p, u32 value) { *(u32 *)p = value; }

INLINE int same(const void *a, const void *b) {
  const u64 *x = a, *y = b;
  return ((x[0] ^ y[0]) | (x[1] ^ y[1]) | (x[2] ^ y[2]) | (x[3] ^ y[3])) == 0;
}

INLINE int is_zero(const Key *key) {
  const u64 *x = (const u64 *)key;
  return (x[0] | x[1] | x[2] | x[3]) == 0;
}

// Struct assignment would become a call of memcpy, which does not exist here.
INLINE void copy_key(void *to, const void *from) {
  u64 *x = to;
  const u64 *y = from;
  x[0] = y[0], x[1] = y[1], x[2] = y[2], x[3] = y[3];
}

#define KEY_SEED(key) { (key)->bytes, 32 }
#define TEXT_SEED(text) { (const u8 *)(text), sizeof(text) - 1 }

// The longest list of accounts that an instruction of this program takes.
#define MAX_ACCOUNTS 12
#define GROWTH_ROOM 10240
#define NO_DUPLICATE 0xff

typedef struct {
  Account accounts[MAX_ACCOUNTS];
  u64 count;
  const u8 *data;
  u64 length;
  const Key *program;
} Input;

// The loader wrote this buffer, so lengths in it can be trusted; only the number of accounts is the caller's choice.
INLINE int parse_input(u8 *p, Input *in) {
  u64 count = read64(p);
  p += 8;
  if (count > MAX_ACCOUNTS) return 0;
  in->count = count;
  for (u64 i = 0; i < count; i++) {
    Account *a = &in->accounts[i];
    if (p[0] != NO_DUPLICATE) {
      const Account *first = &in->accounts[p[0]];
      a->key = first->key, a->lamports = first->lamports, a->length = first->length, a->data = first->data;
      a->owner = first->owner, a->rent_epoch = first->rent_epoch;
      a->is_signer = first->is_signer, a->is_writable = first->is_writable, a->executable = first->executable;
      p += 8;
      continue;
    }
    a->is_signer = p[1], a->is_writable = p[2], a->executable = p[3];
    a->key = (const Key *)(p + 8), a->owner = (const Key *)(p + 40);
    a->lamports = (u64 *)(p + 72), a->length = read64(p + 80), a->data = p + 88;
    p += 88 + a->length + GROWTH_ROOM;
    p = (u8 *)(((u64)p + 7) & ~7ull);
    a->rent_epoch = read64(p);
    p += 8;
  }
  in->length = read64(p), in->data = p + 8;
  in->program = (const Key *)(p + 8 + in->length);
  return 1;
}

#endif
