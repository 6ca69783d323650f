// The real Solana runtime, in process, and around it what a cluster adds: slots, a window of blockhashes, signatures
// by address, and a journal from which the same state comes back.
import { FailedTransactionMetadata, LiteSVM } from 'litesvm';
import {
  getBase58Decoder, getCompiledTransactionMessageDecoder, getSignatureFromTransaction, getTransactionDecoder, lamports,
} from '@solana/kit';
import { RpcError } from './rpc-error.mjs';
import { failureOf } from './failure.mjs';
import { feeOf } from './fees.mjs';
import { checkWire } from './wire.mjs';

// A blockhash is good for this many slots.
export const HASH_WINDOW = 150;
const MAX_TRANSACTION_LENGTH = 1232;
const base58 = getBase58Decoder();

export class Runtime {
  svm;
  slot;
  genesis;
  signatures = new Map();
  byAddress = new Map();
  totals = { transactions: 0, fees: 0n };
  #hashes = new Map();
  #journal;
  #listeners = new Set();

  constructor({ journal = null, unixTime, genesis }) {
    // litesvm knows its last blockhash only; the window is kept here.
    this.svm = new LiteSVM().withBlockhashCheck(false).withTransactionHistory(0n);
    this.#journal = journal;
    this.genesis = genesis;
    this.slot = 1n;
    this.setClock(1n, unixTime);
  }

  get unixTime() {
    return Number(this.svm.getClock().unixTimestamp);
  }

  // Calls back with ('slot', slot) or ('signature', signature, entry). Returns what ends it.
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  setClock(slot, unixTime) {
    const clock = this.svm.getClock();
    clock.slot = slot;
    clock.unixTimestamp = BigInt(unixTime);
    this.svm.setClock(clock);
    this.slot = slot;
    this.newBlockhash();
    this.#tell('slot', slot);
  }

  newBlockhash() {
    this.svm.expireBlockhash();
    const hash = this.svm.latestBlockhash();
    this.#hashes.set(hash, this.slot);
    for (const [old, slot] of this.#hashes) {
      if (slot + BigInt(HASH_WINDOW) >= this.slot) {
        break;
      }
      this.#hashes.delete(old);
    }
    return { blockhash: hash, lastValidBlockHeight: Number(this.slot) + HASH_WINDOW };
  }

  // The runtime loads a new program one slot after its deployment.
  warpTo(slot) {
    this.svm.warpToSlot(slot);
    this.setClock(slot, this.unixTime);
  }

  isFresh(blockhash) {
    return this.#hashes.has(blockhash);
  }

  decode(bytes) {
    if (bytes.length > MAX_TRANSACTION_LENGTH) {
      throw new RpcError(-32602, `transaction too large: ${bytes.length} bytes (max: ${MAX_TRANSACTION_LENGTH} bytes)`);
    }
    try {
      checkWire(bytes);
      const transaction = getTransactionDecoder().decode(bytes);
      const message = getCompiledTransactionMessageDecoder().decode(transaction.messageBytes);
      return { transaction, message, wire: Buffer.from(bytes).toString('base64') };
    } catch (error) {
      throw new RpcError(-32602, `failed to deserialize transaction: ${error.message}`);
    }
  }

  simulate({ transaction, message }, { verify, replaceBlockhash }) {
    if (!replaceBlockhash) {
      this.#requireFresh(message);
    }
    this.svm.withSigverify(verify);
    try {
      const result = this.svm.simulateTransaction(transaction);
      return { err: failureOf(result), meta: result.meta() };
    } finally {
      this.svm.withSigverify(true);
    }
  }

  // The same transaction twice is one: the second time only its signature comes back.
  send(decoded, preflight) {
    const signature = getSignatureFromTransaction(decoded.transaction);
    if (this.signatures.has(signature)) {
      return signature;
    }
    this.#requireFresh(decoded.message);
    if (preflight) {
      this.#preflight(decoded);
    }
    this.execute(decoded, (entry) => this.#journal?.append({ ...entry, transaction: decoded.wire }));
    return signature;
  }

  execute({ transaction, message, wire }, journal = () => {}) {
    const result = this.svm.sendTransaction(transaction);
    const err = failureOf(result);
    if (err === 'SignatureFailure') {
      throw new RpcError(-32003, 'Transaction signature verification failure');
    }
    journal({ slot: String(this.slot), time: this.unixTime });
    const fee = feeOf(message);
    this.totals.transactions++;
    this.totals.fees += fee;
    this.#record(getSignatureFromTransaction(transaction), result, message.staticAccounts, wire, fee);
  }

  airdrop(address, amount) {
    this.svm.expireBlockhash();
    const result = this.svm.airdrop(address, lamports(BigInt(amount)));
    if (!result || result instanceof FailedTransactionMetadata) {
      throw new RpcError(-32603, `${amount} lamports can't be given: too little for an account's rent, or too much`);
    }
    // Only now: what can't be done once can't be done again when the journal is replayed, and the ledger would not start.
    this.#journal?.append({
      slot: String(this.slot), time: this.unixTime, airdrop: address, lamports: String(amount),
    });
    const signature = base58.decode(result.signature());
    this.#record(signature, result, [address], null);
    return signature;
  }

  // Does again what a journal's entry says. Nothing is journaled.
  replay(entry) {
    this.setClock(BigInt(entry.slot), entry.time);
    const journal = this.#journal;
    this.#journal = null;
    try {
      if (entry.airdrop) {
        this.airdrop(entry.airdrop, entry.lamports);
      } else if (entry.warp) {
        this.warpTo(BigInt(entry.warp));
      } else {
        this.execute(this.decode(Buffer.from(entry.transaction, 'base64')));
      }
    } finally {
      this.#journal = journal;
    }
  }

  #requireFresh(message) {
    if (!this.isFresh(message.lifetimeToken)) {
      throw new RpcError(-32002, 'Transaction simulation failed: Blockhash not found', {
        accounts: null, err: 'BlockhashNotFound', logs: [], unitsConsumed: 0,
      });
    }
  }

  #preflight(decoded) {
    const { err, meta } = this.simulate(decoded, { verify: true, replaceBlockhash: false });
    if (err === 'SignatureFailure') {
      throw new RpcError(-32003, 'Transaction signature verification failure');
    }
    if (err) {
      throw new RpcError(-32002, `Transaction simulation failed: ${JSON.stringify(err)}`, {
        accounts: null, err, logs: meta.logs(), unitsConsumed: Number(meta.computeUnitsConsumed()),
      });
    }
  }

  #record(signature, result, addresses, wire, fee = 0n) {
    const meta = result instanceof FailedTransactionMetadata ? result.meta() : result;
    const entry = {
      slot: this.slot,
      time: this.unixTime,
      err: failureOf(result),
      logs: meta.logs(),
      units: Number(meta.computeUnitsConsumed()),
      wire,
      fee,
    };
    this.signatures.set(signature, entry);
    for (const address of addresses) {
      const list = this.byAddress.get(address) ?? [];
      this.byAddress.set(address, list);
      list.push(signature);
    }
    this.#tell('signature', signature, entry);
  }

  #tell(...event) {
    for (const listener of this.#listeners) {
      listener(...event);
    }
  }
}
