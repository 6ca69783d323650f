// Random instructions of the programs that have builders on both sides. Each names its arguments, for ours.
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

export const builders = {
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
