// Solana's JSON-RPC methods over one runtime. Source: https://solana.com/docs/rpc.
import { getBase58Encoder } from '@solana/kit';
import { RpcError } from './rpc-error.mjs';
import {
  accountView, isTokenAccount, matchesFilters, statusView, TOKEN_PROGRAMS, tokenBalance, tokenOwnerAndMint,
} from './views.mjs';

const MAX_SIGNATURES = 256;
const MAX_ACCOUNTS = 100;

export function methodsOf(runtime) {
  const { svm } = runtime;
  const inContext = (value) => ({ context: { apiVersion: '3.0.0', slot: runtime.slot }, value });
  const decode = (raw, { encoding = 'base58' } = {}) =>
    runtime.decode(
      encoding === 'base64' ? Uint8Array.from(Buffer.from(raw, 'base64')) : getBase58Encoder().encode(raw));
  const limited = (list, limit) => {
    if (!Array.isArray(list) || list.length > limit) {
      throw new RpcError(-32602, `Too many inputs provided; max ${limit}`);
    }
    return list;
  };

  return {
    getHealth: () => 'ok',
    getVersion: () => ({ 'feature-set': 0, 'solana-core': '4.0.0-local' }),
    getGenesisHash: () => runtime.genesis,
    getSlot: () => runtime.slot,
    getBlockHeight: () => runtime.slot,
    getBlockTime: () => runtime.unixTime,
    getEpochInfo: () => ({
      absoluteSlot: runtime.slot, blockHeight: runtime.slot, epoch: 0, slotIndex: runtime.slot, slotsInEpoch: 432000,
      transactionCount: runtime.signatures.size,
    }),
    getLatestBlockhash: () => inContext(runtime.newBlockhash()),
    isBlockhashValid: (hash) => inContext(runtime.isFresh(hash)),
    getRecentPrioritizationFees: () => [],
    getFeeForMessage: () => inContext(5000),
    getMinimumBalanceForRentExemption: (length) => svm.minimumBalanceForRentExemption(BigInt(length)),

    getBalance: (address) => inContext(svm.getBalance(address) ?? 0n),
    getAccountInfo: (address, config) => inContext(accountView(svm.getAccount(address), config)),
    getMultipleAccounts: (addresses, config) =>
      inContext(limited(addresses, MAX_ACCOUNTS).map((a) => accountView(svm.getAccount(a), config))),
    getProgramAccounts: (program, config = {}) => {
      const found = svm.getProgramAccounts(program)
        .filter((account) => matchesFilters(account, config.filters))
        .map((account) => ({ pubkey: account.address, account: accountView(account, config) }));
      return config.withContext ? inContext(found) : found;
    },
    getTokenAccountBalance: (address) => inContext(tokenBalance(svm, address)),
    getTokenAccountsByOwner: (owner, filter, config) => inContext(
      (filter.programId ? [filter.programId] : TOKEN_PROGRAMS)
        .flatMap((program) => svm.getProgramAccounts(program))
        .filter((account) => isTokenAccount(account) && tokenOwnerAndMint(account).owner === owner)
        .filter((account) => !filter.mint || tokenOwnerAndMint(account).mint === filter.mint)
        .map((account) => ({ pubkey: account.address, account: accountView(account, config) })),
    ),

    // Not one of Solana's: what all transactions together have cost.
    ledgerTotals: () => runtime.totals,

    requestAirdrop: (address, amount) => runtime.airdrop(address, amount),
    sendTransaction: (raw, config = {}) => runtime.send(decode(raw, config), !config.skipPreflight),
    simulateTransaction: (raw, config = {}) => {
      const { err, meta } = runtime.simulate(
        decode(raw, config),
        { verify: Boolean(config.sigVerify), replaceBlockhash: Boolean(config.replaceRecentBlockhash) });
      return inContext({
        err, logs: meta.logs(), unitsConsumed: meta.computeUnitsConsumed(), accounts: null, innerInstructions: null,
        returnData: null, replacementBlockhash: null,
      });
    },
    getSignatureStatuses: (signatures) => inContext(limited(signatures, MAX_SIGNATURES).map((signature) => {
      const entry = runtime.signatures.get(signature);
      return entry ? statusView(entry) : null;
    })),
    getSignaturesForAddress: (address, { limit = 1000 } = {}) =>
      (runtime.byAddress.get(address) ?? []).toReversed().slice(0, limit).map((signature) => {
        const { slot, err, time } = runtime.signatures.get(signature);
        return { signature, slot, err, memo: null, blockTime: time, confirmationStatus: 'finalized' };
      }),
    getTransaction: (signature) => {
      const entry = runtime.signatures.get(signature);
      return entry?.wire ? {
        slot: entry.slot, blockTime: entry.time, transaction: [entry.wire, 'base64'], version: 0,
        meta: {
          err: entry.err, logMessages: entry.logs, computeUnitsConsumed: entry.units, fee: entry.fee, preBalances: [],
          postBalances: [], status: entry.err ? { Err: entry.err } : { Ok: null },
        },
      } : null;
    },
  };
}
