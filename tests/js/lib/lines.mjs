// JSON lines: how a peer speaks with whoever drives it.
import readline from 'node:readline'

export function writeLine (value) {
  process.stdout.write(JSON.stringify(value) + '\n')
}

/**
 * Runs commands {"id":…,"command":…} from standard input one after the other, and resolves when it ends. The first
 * line that is written, {"event":"ready"}, says that commands can be sent.
 */
export async function answerInTurn (commands) {
  writeLine({ event: 'ready' })
  let last = Promise.resolve()
  await readLines(process.stdin, line => { last = last.then(() => answer(commands, line)) })
}

/** Runs one command and writes its result or its error. */
export async function answer (commands, line) {
  let request
  try {
    request = JSON.parse(line)
    const command = commands[request.command]
    if (command == null) {
      throw new Error(`unknown command '${request.command}'; known: ${Object.keys(commands).join(', ')}`)
    }

    writeLine({ id: request.id, result: await command(request) ?? null })
  } catch (error) {
    writeLine({ id: request?.id ?? null, error: { name: error.name, message: error.message } })
  }
}

/** Calls back for each line, and resolves when the input ends. */
export function readLines (input, onLine) {
  return new Promise(resolve => {
    const reader = readline.createInterface({ input })
    reader.on('line', onLine)
    reader.on('close', resolve)
  })
}
