// Random instructions of the programs that have builders on both sides. Each names its arguments, for ours.
import { getAddressEncoder, signBytes } from '@solana/kit';
import {
  getSetComputeUnitLimitInstruction, getSetComputeUnitPriceInstruction,
} from '@solana-program/compute-budget';
import { getCreateAccountInstruction, getTransferSolInstruction } from '@solana-program/system';
import {
  getCloseAccountInstruction, getCreateAssociatedTokenIdempotentInstruction, getInitializeAccount3Instruction,
  getInitializeMint2Instruction, getMintToInstruction, getTransferCheckedInstruction, findAssociatedTokenPda,
  TOKEN_PROGRAM_ADDRESS,
} from '@solana-program/token';

const named = (args) =>
  Object.fromEntries(Object.entries(args).map(([k, v]) => [k, typeof v === 'bigint' ? String(v) : v]));

// The precompile has no package; what it is given is laid out here by its documentation, and signed by kit.
// Source: https://solana.com/docs/core/programs/precompiles.
async function ed25519Instruction(message, signers) {
  const here = 0xffff;
  const offsets = Buffer.alloc(2 + 14 * signers.length);
  const entries = [];
  offsets[0] = signers.length;
  const messageAt = offsets.length + 96 * signers.length;
  for (const [index, signer] of signers.entries()) {
    const keyAt = offsets.length + 96 * index;
    [keyAt + 32, here, keyAt, here, messageAt, message.length, here]
      .forEach((value, field) => offsets.writeUInt16LE(value, 2 + 14 * index + 2 * field));
    entries.push(getAddressEncoder().encode(signer.address), await signBytes(signer.keyPair.privateKey, message));
  }
  return {
    programAddress: 'Ed25519SigVerify111111111111111111111111111',
    accounts: [],
    data: Buffer.concat([offsets, ...entries, message]),
  };
}

export const builders = {
  async ed25519(random, keys) {
    const message = random.bytes(random.below(151));
    const signers = Array.from({ length: 1 + random.below(4) }, () => random.pick(keys).signer);
    return {
      instruction: await ed25519Instruction(message, signers),
      message: Buffer.from(message).toString('hex'),
      signers: signers.map((signer) => keys.find((key) => key.signer === signer).seed),
    };
  },

  memo(random) {
    const text = `paid ${random.next()} \u2713`;
    const programAddress = 'MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr';
    return { instruction: { programAddress, accounts: [], data: new TextEncoder().encode(text) }, text };
  },

  unitLimit(random) {
    const units = random.next();
    return { instruction: getSetComputeUnitLimitInstruction({ units }), units };
  },

  unitPrice(random) {
    const microLamports = random.u64();
    return { instruction: getSetComputeUnitPriceInstruction({ microLamports }), ...named({ microLamports }) };
  },

  transfer(random, keys, address) {
    const source = random.pick(keys).signer;
    const args = { destination: address(), amount: random.u64() };
    return {
      instruction: getTransferSolInstruction({ source, ...args }),
      source: source.address,
      ...named(args),
    };
  },

  createAccount(random, keys, address) {
    const payer = random.pick(keys).signer;
    const newAccount = random.pick(keys).signer;
    const args = { lamports: random.u64(), space: random.u64(), programAddress: address() };
    return {
      instruction: getCreateAccountInstruction({ payer, newAccount, ...args }),
      payer: payer.address,
      newAccount: newAccount.address,
      ...named(args),
    };
  },

  initializeMint(random, keys, address) {
    const args = { mint: address(), decimals: random.below(19), mintAuthority: address() };
    return { instruction: getInitializeMint2Instruction(args), ...args };
  },

  initializeAccount(random, keys, address) {
    const args = { account: address(), mint: address(), owner: address() };
    return { instruction: getInitializeAccount3Instruction(args), ...args };
  },

  mintTo(random, keys, address) {
    const mintAuthority = random.pick(keys).signer;
    const args = { mint: address(), token: address(), amount: random.u64() };
    return {
      instruction: getMintToInstruction({ mintAuthority, ...args }),
      mintAuthority: mintAuthority.address,
      ...named(args),
    };
  },

  transferChecked(random, keys, address) {
    const authority = random.pick(keys).signer;
    const args = {
      source: address(), mint: address(), destination: address(), amount: random.u64(), decimals: random.below(19),
    };
    return {
      instruction: getTransferCheckedInstruction({ authority, ...args }),
      authority: authority.address,
      ...named(args),
    };
  },

  closeAccount(random, keys, address) {
    const owner = random.pick(keys).signer;
    const args = { account: address(), destination: address() };
    return { instruction: getCloseAccountInstruction({ owner, ...args }), owner: owner.address, ...args };
  },

  async createAssociated(random, keys, address) {
    const payer = random.pick(keys).signer;
    const args = { owner: address(), mint: address() };
    const [ata] = await findAssociatedTokenPda({ ...args, tokenProgram: TOKEN_PROGRAM_ADDRESS });
    return {
      instruction: getCreateAssociatedTokenIdempotentInstruction({ payer, ata, ...args }),
      payer: payer.address,
      ...args,
    };
  },
};
