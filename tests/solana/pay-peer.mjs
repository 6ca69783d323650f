// What the reference client does in the benchmark "pay": signs and verifies vouchers, and settles them on the ledger.
import {
  address, AccountRole, appendTransactionMessageInstructions, createKeyPairFromPrivateKeyBytes,
  createKeyPairSignerFromPrivateKeyBytes, createSolanaRpc, createSolanaRpcSubscriptions, createTransactionMessage,
  getAddressEncoder, pipe, sendAndConfirmTransactionFactory, setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash, signBytes, signTransactionMessageWithSigners, verifySignature,
} from '@solana/kit';
import { answerInTurn } from '../js/lib/lines.mjs';

const AT_ONCE = 64;
const ED25519 = address('Ed25519SigVerify111111111111111111111111111');
const fromHex = (hex) => Uint8Array.from(Buffer.from(hex, 'hex'));

function voucher(channel, cumulative) {
  const bytes = Buffer.alloc(50);
  bytes.set([0x56, 0x01]);
  bytes.set(getAddressEncoder().encode(channel), 2);
  bytes.writeBigUInt64LE(BigInt(cumulative), 34);
  return Uint8Array.from(bytes);
}

async function perSecond(seconds, one) {
  const until = performance.now() + 1000 * seconds;
  const start = performance.now();
  let count = 0;
  while (performance.now() < until) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => one(count++)));
  }
  return count / ((performance.now() - start) / 1000);
}

// One message under one signature, as the precompile wants it; all indices say "this instruction".
async function verification(signer, message) {
  const header = Buffer.alloc(16);
  header[0] = 1;
  [48, 0xffff, 16, 0xffff, 112, message.length, 0xffff].forEach((value, i) => header.writeUInt16LE(value, 2 + 2 * i));
  const signature = await signBytes(signer.keyPair.privateKey, message);
  return {
    programAddress: ED25519,
    data: Uint8Array.from([...header, ...getAddressEncoder().encode(signer.address), ...signature, ...message]),
  };
}

await answerInTurn({
  async sign({ seconds, channel }) {
    const { privateKey } = await createKeyPairFromPrivateKeyBytes(new Uint8Array(32).fill(7));
    return perSecond(seconds, (n) => signBytes(privateKey, voucher(channel, n)));
  },

  async verify({ seconds, channel }) {
    const { privateKey, publicKey } = await createKeyPairFromPrivateKeyBytes(new Uint8Array(32).fill(7));
    const message = voucher(channel, 1);
    const signature = await signBytes(privateKey, message);
    return perSecond(seconds, () => verifySignature(publicKey, signature, message));
  },

  // Settles the same channel `times` times, each time for one unit more; how many a second.
  async settle({ http, ws, payer, signer, program, accounts, channel, first, step, times }) {
    const rpc = createSolanaRpc(http);
    const sendAndConfirm = sendAndConfirmTransactionFactory({ rpc, rpcSubscriptions: createSolanaRpcSubscriptions(ws) });
    const [pays, signs] = await Promise.all(
      [payer, signer].map((seed) => createKeyPairSignerFromPrivateKeyBytes(fromHex(seed))));
    const metas = accounts.map((a) => ({
      address: address(a.address), role: a.writable ? AccountRole.WRITABLE : AccountRole.READONLY,
    }));
    const start = performance.now();
    for (let n = 0; n < times; n++) {
      const message = voucher(channel, first + n * step);
      const data = Uint8Array.from([3, ...message.slice(34), 0]);
      const verified = await verification(signs, message);
      const { value: blockhash } = await rpc.getLatestBlockhash().send();
      const transaction = await signTransactionMessageWithSigners(pipe(
        createTransactionMessage({ version: 0 }),
        (m) => setTransactionMessageFeePayerSigner(pays, m),
        (m) => setTransactionMessageLifetimeUsingBlockhash(blockhash, m),
        (m) => appendTransactionMessageInstructions(
          [verified, { programAddress: address(program), accounts: metas, data }], m),
      ));
      await sendAndConfirm(transaction, { commitment: 'confirmed' });
    }
    return times / ((performance.now() - start) / 1000);
  },
});
process.exit(0);
