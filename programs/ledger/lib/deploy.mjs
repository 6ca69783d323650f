// Puts a program on the chain as `solana program deploy` does: a buffer, written in pieces, becomes the program.
import {
  address, appendTransactionMessageInstructions, AccountRole, createTransactionMessage, getAddressEncoder,
  getProgramDerivedAddress, getTransactionEncoder, pipe, setTransactionMessageFeePayerSigner,
  setTransactionMessageLifetimeUsingBlockhash, signTransactionMessageWithSigners,
} from '@solana/kit';
import { getCreateAccountInstruction } from '@solana-program/system';
import { Random } from './random.mjs';

const LOADER = address('BPFLoaderUpgradeab1e11111111111111111111111');
const RENT = address('SysvarRent111111111111111111111111111111111');
const CLOCK = address('SysvarC1ock11111111111111111111111111111111');
const SYSTEM = address('11111111111111111111111111111111');
const BUFFER_HEADER = 37;
const PROGRAM_LENGTH = 36;
const PIECE = 900;

const little = (value, length) =>
  Uint8Array.from({ length }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 255n));
const writable = (account) => ({ address: account, role: AccountRole.WRITABLE });
const readonly = (account) => ({ address: account, role: AccountRole.READONLY });
const signs = (signer, role = AccountRole.READONLY_SIGNER) => ({ address: signer.address, role, signer });
const call = (accounts, data) => ({ programAddress: LOADER, accounts, data: Uint8Array.from(data) });

export async function deploy(runtime, { elf, payer, program, buffer, journal }) {
  const run = async (instructions) => {
    const message = pipe(
      createTransactionMessage({ version: 0 }),
      (m) => setTransactionMessageFeePayerSigner(payer, m),
      (m) => setTransactionMessageLifetimeUsingBlockhash(runtime.newBlockhash(), m),
      (m) => appendTransactionMessageInstructions(instructions, m),
    );
    const signed = await signTransactionMessageWithSigners(message);
    const signature = runtime.send(runtime.decode(getTransactionEncoder().encode(signed)), false);
    const { err, logs } = runtime.signatures.get(signature);
    if (err) {
      throw new Error(`the program was not deployed: ${JSON.stringify(err)}\n${logs.join('\n')}`);
    }
  };
  const create = (newAccount, space) => getCreateAccountInstruction({
    payer,
    newAccount,
    lamports: runtime.svm.minimumBalanceForRentExemption(BigInt(space)),
    space,
    programAddress: LOADER,
  });

  await run([
    create(buffer, BUFFER_HEADER + elf.length),
    call([writable(buffer.address), readonly(payer.address)], little(0, 4)),
  ]);
  for (let at = 0; at < elf.length; at += PIECE) {
    const piece = elf.subarray(at, at + PIECE);
    await run([call(
      [writable(buffer.address), signs(payer)],
      [...little(1, 4), ...little(at, 4), ...little(piece.length, 8), ...piece],
    )]);
  }
  const [programData] = await getProgramDerivedAddress({
    programAddress: LOADER,
    seeds: [getAddressEncoder().encode(program.address)],
  });
  await run([create(program, PROGRAM_LENGTH), call(
    [
      signs(payer, AccountRole.WRITABLE_SIGNER), writable(programData), writable(program.address),
      writable(buffer.address), readonly(RENT), readonly(CLOCK), readonly(SYSTEM), signs(payer),
    ],
    [...little(2, 4), ...little(elf.length, 8)],
  )]);
  const slot = runtime.slot + 2n;
  journal?.append({ slot: String(runtime.slot), time: runtime.unixTime, warp: String(slot) });
  runtime.warpTo(slot);
}

// Keys for a ledger whose addresses are the same each time; only for chains that nobody else can reach.
export const seedOf = (number) => new Random(number).bytes(32);
