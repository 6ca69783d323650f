// Accounts and transactions as RPC shows them.
import { getBase58Decoder, getBase58Encoder } from '@solana/kit';
import { RpcError } from './rpc-error.mjs';

const base58 = getBase58Decoder();
const fromBase58 = getBase58Encoder();
const MINT_DECIMALS_AT = 44;
const TOKEN_ACCOUNT_LENGTH = 165;

export const TOKEN_PROGRAMS = [
  'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA', 'TokenzQdBNbLqP5VEhdkAS6EPFLC1PHnBqCXEpPxuEb',
];

export function accountView(account, { encoding = 'base64', dataSlice } = {}) {
  if (!account || account.exists === false) {
    return null;
  }
  const data = dataSlice ? account.data.slice(dataSlice.offset, dataSlice.offset + dataSlice.length) : account.data;
  return {
    data: encoding === 'base58' ? [base58.decode(data), 'base58'] : [Buffer.from(data).toString('base64'), 'base64'],
    executable: account.executable,
    lamports: account.lamports,
    owner: account.programAddress,
    rentEpoch: 18446744073709551615n,
    space: account.data.length,
  };
}

export function matchesFilters(account, filters = []) {
  return filters.every(({ dataSize, memcmp }) => {
    if (dataSize !== undefined) {
      return account.data.length === Number(dataSize);
    }
    if (!memcmp) {
      return true;
    }
    const wanted = memcmp.encoding === 'base64'
      ? Buffer.from(memcmp.bytes, 'base64')
      : Buffer.from(fromBase58.encode(memcmp.bytes));
    const offset = Number(memcmp.offset);
    return wanted.equals(Buffer.from(account.data.slice(offset, offset + wanted.length)));
  });
}

export function tokenOwnerAndMint(account) {
  return { mint: base58.decode(account.data.slice(0, 32)), owner: base58.decode(account.data.slice(32, 64)) };
}

export const isTokenAccount = (account) =>
  account.exists !== false && TOKEN_PROGRAMS.includes(account.programAddress)
  && account.data.length >= TOKEN_ACCOUNT_LENGTH;

export function tokenBalance(svm, address) {
  const account = svm.getAccount(address);
  if (!isTokenAccount(account)) {
    throw new RpcError(-32602, 'Invalid param: not a Token account');
  }
  const amount = Buffer.from(account.data).readBigUInt64LE(64);
  const decimals = svm.getAccount(tokenOwnerAndMint(account).mint).data[MINT_DECIMALS_AT];
  const digits = String(amount).padStart(decimals + 1, '0');
  const text = decimals === 0
    ? digits
    : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`.replace(/\.?0+$/, '');
  return { amount: String(amount), decimals, uiAmount: Number(text), uiAmountString: text };
}

export const statusView = ({ slot, err }) => ({
  slot, confirmations: null, err, status: err ? { Err: err } : { Ok: null }, confirmationStatus: 'finalized',
});
