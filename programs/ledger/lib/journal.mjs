// The ledger's file: one JSON object a line, on disk before anybody hears of it. A line that a crash cut off was
// never answered, and is dropped.
import fs from 'node:fs';
import path from 'node:path';

export class Journal {
  #file;

  constructor(file) {
    this.#file = file;
  }

  // Opens or makes the journal of a folder: [journal, the entries that are in it].
  static open(folder) {
    fs.mkdirSync(folder, { recursive: true });
    const name = path.join(folder, 'ledger.jsonl');
    const file = fs.openSync(name, fs.constants.O_RDWR | fs.constants.O_CREAT | fs.constants.O_APPEND, 0o600);
    const text = fs.readFileSync(name, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) {
      fs.ftruncateSync(file, Buffer.byteLength(whole));
    }
    const entries = whole.split('\n').slice(0, -1).map((line, index) => {
      try {
        return JSON.parse(line);
      } catch {
        throw new Error(
          `${name}: line ${index + 1} is no JSON. Restore the file from a copy, or remove it to start anew.`);
      }
    });
    return [new Journal(file), entries];
  }

  append(entry) {
    fs.writeSync(this.#file, `${JSON.stringify(entry)}\n`);
    fs.fdatasyncSync(this.#file);
  }

  clear() {
    fs.ftruncateSync(this.#file);
  }

  close() {
    fs.closeSync(this.#file);
  }
}
