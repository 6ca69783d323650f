// What a transaction costs: each signature, its own and those that the Ed25519 precompile checks, and what it offers for
// being taken early. Source: https://solana.com/docs/core/fees.
const PER_SIGNATURE = 5000n;
const ED25519 = 'Ed25519SigVerify111111111111111111111111111';
const COMPUTE_BUDGET = 'ComputeBudget111111111111111111111111111111';
const SET_LIMIT = 2;
const SET_PRICE = 3;
const MICRO = 1_000_000n;

export function feeOf(message) {
  let signatures = BigInt(message.header.numSignerAccounts);
  let limit = 0n;
  let price = 0n;
  for (const { programAddressIndex, data = [] } of message.instructions) {
    const program = message.staticAccounts[programAddressIndex];
    const bytes = Buffer.from(data);
    if (program === ED25519 && bytes.length > 0) {
      signatures += BigInt(bytes[0]);
    } else if (program === COMPUTE_BUDGET && bytes[0] === SET_LIMIT) {
      limit = BigInt(bytes.readUInt32LE(1));
    } else if (program === COMPUTE_BUDGET && bytes[0] === SET_PRICE) {
      price = bytes.readBigUInt64LE(1);
    }
  }
  return signatures * PER_SIGNATURE + (limit * price + MICRO - 1n) / MICRO;
}
