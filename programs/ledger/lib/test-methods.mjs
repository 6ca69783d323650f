// What tests may do that no cluster allows: move the clock, put an account where they want it, and begin anew.
import { getBase58Decoder, lamports } from '@solana/kit';
import { methodsOf } from './methods.mjs';
import { Runtime } from './runtime.mjs';

const PROGRAM_DATA_HEADER = 45;
const PROGRAM_DATA_AT = 4;
const AUTHORITY_AT = 13;
const base58 = getBase58Decoder();
const keyAt = (account, at) => base58.decode(account.data.slice(at, at + 32));

// A new chain with another build of the program at the same address, and the same authority over it.
function plant(old, program, elf, unixTime) {
  const deployed = old.svm.getAccount(program);
  const programData = old.svm.getAccount(keyAt(deployed, PROGRAM_DATA_AT));
  const authority = keyAt(programData, AUTHORITY_AT);
  const data = new Uint8Array(PROGRAM_DATA_HEADER + elf.length);
  data.set(programData.data.slice(0, PROGRAM_DATA_HEADER));
  data.set(elf, PROGRAM_DATA_HEADER);
  const runtime = new Runtime({ unixTime, genesis: old.genesis });
  runtime.svm.setAccount({
    ...programData, data, space: BigInt(data.length),
    lamports: lamports(runtime.svm.minimumBalanceForRentExemption(BigInt(data.length))),
  });
  runtime.svm.setAccount(deployed);
  runtime.airdrop(authority, old.svm.getBalance(authority));
  runtime.warpTo(old.slot);
  return runtime;
}

export function testMethodsOf(runtime, methods, origin = runtime) {
  return {
    ledgerAdvance: ({ seconds = 0, slots = 1 }) => {
      runtime.setClock(runtime.slot + BigInt(slots), runtime.unixTime + seconds);
      return { slot: runtime.slot, unixTime: runtime.unixTime };
    },
    ledgerSetAccount: ({ address, owner, amount, data }) => {
      const bytes = Uint8Array.from(Buffer.from(data, 'base64'));
      runtime.svm.setAccount({
        address, lamports: lamports(BigInt(amount)), data: bytes, programAddress: owner, executable: false,
        space: BigInt(bytes.length),
      });
      return true;
    },
    // For requests only: subscribers go on hearing of the old chain.
    ledgerBegin: ({ program, elf, unixTime }) => {
      const next = plant(origin, program, Uint8Array.from(Buffer.from(elf, 'base64')), unixTime);
      Object.assign(methods, methodsOf(next), testMethodsOf(next, methods, origin));
      return true;
    },
  };
}
