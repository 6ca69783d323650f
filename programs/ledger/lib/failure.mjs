// litesvm describes a failure in Rust's debug notation; RPC has the same as JSON:
// {"InstructionError":[0,{"Custom":8}]}.
import { FailedTransactionMetadata } from 'litesvm';

export function failureOf(result) {
  if (!(result instanceof FailedTransactionMetadata)) {
    return null;
  }
  const text = result.toString();
  const inInstruction = /err: InstructionError\((\d+), (\w+)(?:\((\d+)\))?/.exec(text);
  if (inInstruction) {
    const [, index, name, code] = inInstruction;
    return { InstructionError: [Number(index), code === undefined ? name : { [name]: Number(code) }] };
  }
  const other = /err: (\w+)(?: \{ account_index: (\d+) \}|\((\d+)\))?/.exec(text);
  if (!other) {
    return 'UnknownError';
  }
  const [, name, account, number] = other;
  if (account !== undefined) {
    return { [name]: { account_index: Number(account) } };
  }
  return number === undefined ? name : { [name]: Number(number) };
}
