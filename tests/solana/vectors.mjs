// Writes what @solana/kit makes of random keys, addresses and transactions, as JSON: node vectors.mjs SEED COUNT
import {
  address, AccountRole, appendTransactionMessageInstructions, compileTransactionMessage,
  compressTransactionMessageUsingAddressLookupTables,
  createKeyPairSignerFromPrivateKeyBytes, createTransactionMessage, getAddressDecoder, getAddressEncoder,
  getBase64EncodedWireTransaction, getProgramDerivedAddress, getShortU16Encoder, isOffCurveAddress, pipe,
  setTransactionMessageFeePayerSigner, setTransactionMessageLifetimeUsingBlockhash, signTransactionMessageWithSigners,
} from '@solana/kit';
import { findAssociatedTokenPda, TOKEN_PROGRAM_ADDRESS } from '@solana-program/token';
import { builders } from './lib/builders.mjs';
import { Random } from '../../programs/ledger/lib/random.mjs';

const random = new Random(Number(process.argv[2]));
const count = Number(process.argv[3]);
const hex = (bytes) => Buffer.from(bytes).toString('hex');
const randomAddress = () => getAddressDecoder().decode(random.bytes(32));

const keys = [];
for (let i = 0; i < 8; i++) {
  const seed = random.bytes(32);
  keys.push({ seed: hex(seed), signer: await createKeyPairSignerFromPrivateKeyBytes(seed) });
}

function rawInstruction(programs, pool) {
  const accounts = Array.from({ length: random.below(7) }, () => {
    const key = random.below(3) === 0 ? random.pick(keys) : null;
    return key === null
      ? { address: random.pick(pool), role: random.pick([AccountRole.READONLY, AccountRole.WRITABLE]) }
      : {
        address: key.signer.address,
        role: random.pick([AccountRole.READONLY_SIGNER, AccountRole.WRITABLE_SIGNER]),
        signer: key.signer,
      };
  });
  return { programAddress: random.pick(programs), accounts, data: random.bytes(random.below(120)) };
}

// Some of the accounts, in one place or in several, also such as can't come from a table: programs and signers.
function tablesOf(pool, programs) {
  const candidates = [...pool, ...programs, ...keys.map((k) => k.signer.address), randomAddress()];
  return Object.fromEntries(Array.from({ length: random.below(4) }, () => [
    randomAddress(), Array.from({ length: random.below(20) }, () => random.pick(candidates)),
  ]));
}

async function transaction() {
  const pool = Array.from({ length: 1 + random.below(12) }, randomAddress);
  const programs = Array.from({ length: 1 + random.below(3) }, randomAddress);
  const described = [];
  const instructions = [];
  for (let n = 1 + random.below(4); n > 0; n--) {
    if (random.below(2) === 0) {
      const raw = rawInstruction(programs, pool);
      instructions.push(raw);
      described.push({
        kind: 'raw',
        program: raw.programAddress,
        accounts: raw.accounts.map((a) => ({ address: a.address, role: a.role })),
        data: hex(raw.data),
      });
    } else {
      const [kind, build] = random.pick(Object.entries(builders));
      const { instruction, ...args } = await build(random, keys, randomAddress);
      instructions.push(instruction);
      described.push({ kind, ...args });
    }
  }
  const version = random.pick(['legacy', 0]);
  const tables = version === 0 ? tablesOf(pool, programs) : {};
  const payer = random.pick(keys);
  const blockhash = randomAddress();
  const message = pipe(
    createTransactionMessage({ version }),
    (m) => setTransactionMessageFeePayerSigner(payer.signer, m),
    (m) => setTransactionMessageLifetimeUsingBlockhash({ blockhash, lastValidBlockHeight: 1n }, m),
    (m) => appendTransactionMessageInstructions(instructions, m),
    (m) => (version === 0 ? compressTransactionMessageUsingAddressLookupTables(m, tables) : m),
  );
  const signers = compileTransactionMessage(message);
  const wire = getBase64EncodedWireTransaction(await signTransactionMessageWithSigners(message));
  return {
    version: String(version),
    payer: payer.signer.address,
    blockhash,
    instructions: described,
    tables: Object.entries(tables).map(([table, addresses]) => ({ table, addresses })),
    signers: signers.staticAccounts.slice(0, signers.header.numSignerAccounts),
    wire,
  };
}

const transactions = [];
while (transactions.length < count) {
  const made = await transaction();
  // Ours refuses what no cluster takes; kit leaves that to the cluster.
  if (Buffer.from(made.wire, 'base64').length <= 1232) {
    transactions.push(made);
  }
}

const derived = [];
for (let i = 0; i < 64; i++) {
  const program = randomAddress();
  const seeds = Array.from({ length: random.below(5) }, () => random.bytes(random.below(33)));
  const [found, bump] = await getProgramDerivedAddress({ programAddress: program, seeds });
  derived.push({ program, seeds: seeds.map(hex), address: found, bump });
}

const associated = [];
for (let i = 0; i < 16; i++) {
  const owner = randomAddress();
  const mint = randomAddress();
  const [found] = await findAssociatedTokenPda({ owner, mint, tokenProgram: TOKEN_PROGRAM_ADDRESS });
  associated.push({ owner, mint, address: found });
}

// Beside random bytes: small numbers, the prime and its neighbours, with and without the sign bit.
const edges = [];
for (const base of [0n, 2n ** 255n - 19n, 2n ** 255n - 1n]) {
  for (let delta = -20n; delta <= 20n; delta++) {
    for (const sign of [0n, 2n ** 255n]) {
      const value = base + delta + sign;
      if (value >= 0n && value < 2n ** 256n) {
        edges.push(Buffer.from(value.toString(16).padStart(64, '0'), 'hex').reverse());
      }
    }
  }
}
const points = [...edges, ...Array.from({ length: 200 }, () => random.bytes(32))]
  .map((bytes) => ({ bytes: hex(bytes), onCurve: !isOffCurveAddress(getAddressDecoder().decode(bytes)) }));

const compact = [0, 1, 127, 128, 129, 255, 256, 16383, 16384, 16385, 65534, 65535]
  .map((value) => ({ value, bytes: hex(getShortU16Encoder().encode(value)) }));

const addresses = Array.from({ length: 64 }, () => {
  const bytes = random.bytes(32);
  bytes.fill(0, 0, random.below(33));
  return { bytes: hex(bytes), text: address(getAddressDecoder().decode(bytes)) };
});

process.stdout.write(JSON.stringify({
  keys: keys.map((k) => ({ seed: k.seed, address: k.signer.address })),
  transactions, derived, associated, points, compact, addresses,
  encoded: hex(getAddressEncoder().encode(keys[0].signer.address)),
}));
