// A local Solana ledger: the real runtime behind Solana's JSON-RPC, with the settlement program deployed.
//
//   node ledger.mjs [--port N] [--state FOLDER] [--program FILE] [--slot-time MILLISECONDS | --manual-clock]
//
// Writes one line of JSON when it is ready ({http, ws, program, authority}), and ends when its input does. With
// --state the ledger is kept. With --manual-clock time stands still until ledgerAdvance is called, and tests may set
// accounts by ledgerSetAccount.
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { createKeyPairSignerFromPrivateKeyBytes, getBase58Decoder } from '@solana/kit';
import { deploy, seedOf } from './lib/deploy.mjs';
import { Journal } from './lib/journal.mjs';
import { methodsOf } from './lib/methods.mjs';
import { Runtime } from './lib/runtime.mjs';
import { serve } from './lib/server.mjs';
import { testMethodsOf } from './lib/test-methods.mjs';

const AUTHORITY_LAMPORTS = 1_000_000_000_000n;
const TEST_TIME = 1_800_000_000;

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    state: { type: 'string' },
    program: {
      type: 'string',
      default: new URL('../settlement/settlement.so', import.meta.url).pathname,
    },
    'slot-time': { type: 'string', default: '400' },
    'manual-clock': { type: 'boolean', default: false },
  },
});

const manual = options['manual-clock'];
const now = () => (manual ? TEST_TIME : Math.floor(Date.now() / 1000));
const [journal, entries] = options.state ? Journal.open(options.state) : [null, []];
// Two ledgers are two clusters, and none may take the other for itself. The hash is written last: a ledger without it
// was cut off while it was made, and is made anew.
const made = entries.find((entry) => entry.genesis);
const genesis = made?.genesis ?? getBase58Decoder().decode(randomBytes(32));
const runtime = new Runtime({ journal, unixTime: now(), genesis });
const [authority, program, buffer] = await Promise.all(
  [1, 2, 3].map((n) => createKeyPairSignerFromPrivateKeyBytes(seedOf(n))));

if (made) {
  entries.filter((entry) => entry !== made).forEach((entry) => runtime.replay(entry));
} else {
  journal?.clear();
  runtime.airdrop(authority.address, AUTHORITY_LAMPORTS);
  await deploy(runtime, { elf: fs.readFileSync(options.program), payer: authority, program, buffer, journal });
  journal?.append({ genesis });
}

const methods = methodsOf(runtime);
if (manual) {
  Object.assign(methods, testMethodsOf(runtime, methods));
}
const server = await serve(runtime, methods, Number(options.port)).catch((error) => {
  console.error(error.code === 'EADDRINUSE' ? `port ${options.port} is in use; choose another by --port` : error.message);
  process.exit(1);
});
const timer = manual ? null : setInterval(() => runtime.setClock(runtime.slot + 1n, now()), Number(options['slot-time']));

// Whoever started the ledger ends it by closing its input; so none outlives its owner.
process.stdin.resume();
process.stdin.on('end', () => {
  clearInterval(timer);
  server.close();
  journal?.close();
});

process.stdout.write(`${JSON.stringify({
  http: server.http,
  ws: server.ws,
  program: program.address,
  authority: authority.address,
  authoritySeed: Buffer.from(seedOf(1)).toString('hex'),
})}\n`);
