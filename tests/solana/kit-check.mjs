// What an unmodified @solana/kit does with the local ledger: node kit-check.mjs HTTP WS
// Ends with 0 if all of it works.
import assert from 'node:assert';
import {
  airdropFactory, appendTransactionMessageInstruction, assertIsTransactionWithBlockhashLifetime, createSolanaRpc,
  createSolanaRpcSubscriptions, createTransactionMessage, generateKeyPairSigner, getBase64EncodedWireTransaction,
  isSolanaError, lamports, pipe, sendAndConfirmTransactionFactory, setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash, signTransactionMessageWithSigners,
  SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE,
} from '@solana/kit';
import { getTransferSolInstruction } from '@solana-program/system';

const [, , httpUrl, wsUrl] = process.argv;
const rpc = createSolanaRpc(httpUrl);
const rpcSubscriptions = createSolanaRpcSubscriptions(wsUrl);
const [payer, payee] = [await generateKeyPairSigner(), await generateKeyPairSigner()];
const balance = async (signer) => (await rpc.getBalance(signer.address).send()).value;

const transfer = async (amount) => {
  const { value: blockhash } = await rpc.getLatestBlockhash().send();
  return signTransactionMessageWithSigners(pipe(
    createTransactionMessage({ version: 0 }),
    (m) => setTransactionMessageFeePayerSigner(payer, m),
    (m) => setTransactionMessageLifetimeUsingBlockhash(blockhash, m),
    (m) => appendTransactionMessageInstruction(
      getTransferSolInstruction({ source: payer, destination: payee.address, amount }), m),
  ));
};

await airdropFactory({ rpc, rpcSubscriptions })({
  recipientAddress: payer.address, lamports: lamports(2_000_000_000n), commitment: 'confirmed',
});
assert.equal(await balance(payer), 2_000_000_000n);

const confirmed = await transfer(300_000_000n);
assertIsTransactionWithBlockhashLifetime(confirmed);
const wire = getBase64EncodedWireTransaction(confirmed);
const simulated = await rpc.simulateTransaction(wire, { encoding: 'base64' }).send();
assert.equal(simulated.value.err, null);
await sendAndConfirmTransactionFactory({ rpc, rpcSubscriptions })(confirmed, { commitment: 'confirmed' });
assert.equal(await balance(payee), 300_000_000n);
assert.equal(await balance(payer), 2_000_000_000n - 300_000_000n - 5_000n);

// The same bytes again are the same payment.
await rpc.sendTransaction(wire, { encoding: 'base64' }).send();
assert.equal(await balance(payee), 300_000_000n);

const tooMuch = getBase64EncodedWireTransaction(await transfer(10n ** 12n));
await assert.rejects(
  rpc.sendTransaction(tooMuch, { encoding: 'base64' }).send(),
  (error) => isSolanaError(error, SOLANA_ERROR__JSON_RPC__SERVER_ERROR_SEND_TRANSACTION_PREFLIGHT_FAILURE),
);
process.exit(0);
