// JSON lines: how a peer speaks with whoever drives it.
import readline from 'node:readline'

export function writeLine (value) {
  process.stdout.write(JSON.stringify(value) + '\n')
}

/** Calls back for each line, and resolves when the input ends. */
export function readLines (input, onLine) {
  return new Promise(resolve => {
    const reader = readline.createInterface({ input })
    reader.on('line', onLine)
    reader.on('close', resolve)
  })
}
