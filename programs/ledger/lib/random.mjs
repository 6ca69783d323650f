// Random choices that a seed repeats (mulberry32).
export class Random {
  #state;

  constructor(seed) {
    this.#state = seed >>> 0;
  }

  next() {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  below(limit) {
    return this.next() % limit;
  }

  pick(items) {
    return items[this.below(items.length)];
  }

  bytes(length) {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  // Small numbers and extreme ones are as likely as those between.
  u64() {
    return BigInt.asUintN(64, Buffer.from(this.bytes(8)).readBigUInt64LE() >> BigInt(this.below(65)));
  }
}
