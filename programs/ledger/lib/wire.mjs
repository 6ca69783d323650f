// Checks that bytes are a transaction before the runtime sees them: it ends the whole process over some that are not.
// The rules are those by which a cluster sanitizes: every length and index within what is there, and nothing left over.
// Source: https://solana.com/docs/core/transactions.
const SIGNATURE = 64;
const KEY = 32;
const VERSIONED = 0x80;
const MAX_ACCOUNTS = 256;

class Reader {
  #bytes;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  get left() {
    return this.#bytes.length - this.#at;
  }

  peek() {
    return this.#bytes[this.#at];
  }

  byte() {
    return this.take(1)[0];
  }

  take(length) {
    require(length <= this.left, 'it is cut off');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  // Seven bits a byte, the lowest first, in as few bytes as there can be.
  length() {
    let value = 0;
    for (let shift = 0; shift <= 14; shift += 7) {
      const byte = this.byte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        require((byte > 0 || shift === 0) && value <= 0xffff, 'a length is not written as it should be');
        return value;
      }
    }
    return require(false, 'a length is not written as it should be');
  }
}

function require(holds, what) {
  if (!holds) {
    throw new Error(what);
  }
}

// Throws, and says what is wrong.
export function checkWire(bytes) {
  const reader = new Reader(bytes);
  const signatures = reader.length();
  reader.take(signatures * SIGNATURE);
  const versioned = reader.peek() >= VERSIONED;
  require(!versioned || reader.byte() === VERSIONED, 'only legacy messages and those of version 0 are known');

  const [signers, readonlySigners, readonlyOthers] = reader.take(3);
  const keys = reader.length();
  reader.take(keys * KEY);
  require(signatures === signers, 'it has another number of signatures than its message names signers');
  require(readonlySigners < signers, 'nobody who can pay the fee signs it');
  require(signers + readonlyOthers <= keys, 'it names fewer accounts than its header');
  reader.take(KEY);

  const programs = [];
  const named = [0];
  for (let left = reader.length(); left > 0; left--) {
    programs.push(reader.byte());
    named.push(...reader.take(reader.length()));
    reader.take(reader.length());
  }
  const all = keys + (versioned ? lookedUp(reader) : 0);
  require(reader.left === 0, 'there are bytes behind its end');
  require(all <= MAX_ACCOUNTS, `it has more than ${MAX_ACCOUNTS} accounts`);
  require(programs.every((index) => index > 0 && index < keys), 'an instruction names a program that is not there');
  require(Math.max(...named) < all, 'an instruction names an account that is not there');
}

function lookedUp(reader) {
  let found = 0;
  for (let left = reader.length(); left > 0; left--) {
    reader.take(KEY);
    const writable = reader.length();
    reader.take(writable);
    const readonly = reader.length();
    reader.take(readonly);
    require(writable + readonly > 0, 'it looks nothing up in a table');
    found += writable + readonly;
  }
  return found;
}
