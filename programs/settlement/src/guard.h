// How an instruction refuses. Checks go through REQUIRE, so that the mutation test can leave out one at a time.
#ifndef GUARD_H
#define GUARD_H

// Clients know these numbers: append, never renumber.
enum {
  ERR_ACCOUNTS = 1,        // too few accounts
  ERR_DATA = 2,            // data of the wrong length, or a value out of its range
  ERR_STATE = 3,           // an account is not this program's, or of another kind
  ERR_SIGNER = 4,          // a signature is missing, or it is somebody else's
  ERR_ADDRESS = 5,         // an account is not the one that the state names
  ERR_EXISTS = 6,          // the address is in use already
  ERR_AMOUNT = 7,          // zero, too little, too much, or an overflow
  ERR_TIME = 8,            // too early, or too late
  ERR_STALE = 9,           // a voucher that is not above what was settled
  ERR_DEPOSIT = 10,        // a voucher above the deposit
  ERR_SIGNATURE = 11,      // no Ed25519 instruction where one was named, or one that checks other bytes
  ERR_VOUCHER_KEY = 12,    // signed by another key
  ERR_VOUCHER = 13,        // another message was signed
  ERR_THRESHOLD = 14,      // fewer than k of the committee
  ERR_TOKEN_ACCOUNT = 15,  // not a token account of the right mint and owner, or one that others may touch
  ERR_AUTHORITY = 16,      // not the program's upgrade authority
  ERR_CLOSING = 17,        // the channel is being closed already
};

#define REQUIRE(condition, error) \
  do { if (!(condition)) return (error); } while (0)

#define TRY(call) \
  do { u64 error_ = (call); if (error_) return error_; } while (0)

#endif
