// What tests may do that no cluster allows: move the clock, and put an account where they want it.
import { lamports } from '@solana/kit';

export function testMethodsOf(runtime) {
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
  };
}
