// A js-libp2p peer that is driven over standard input and output, one JSON object a line.
//
//   node peer.mjs '{"kad":true,"clientMode":false}'
//
// It says {"event":"ready","peer":…,"addresses":[…]} once it listens; answers {"id":1,"command":"dial",…} with
// {"id":1,"result":…} or {"id":1,"error":{"name":…,"message":…}}, in whatever order they finish; and says other
// events by itself (see lib/handlers.mjs). It ends when its input ends, so it can't outlive who started it.
import { connectionCommands } from './lib/connection-commands.mjs'
import { dhtCommands } from './lib/dht-commands.mjs'
import { gossipCommands } from './lib/gossip-commands.mjs'
import { addHandlers } from './lib/handlers.mjs'
import { answer, readLines, writeLine } from './lib/lines.mjs'
import { createNode } from './lib/node.mjs'
import { streamCommands } from './lib/stream-commands.mjs'

const options = JSON.parse(process.argv[2] ?? '{}')
const node = await createNode(options)
const commands = {
  ...connectionCommands(node), ...streamCommands(node), ...dhtCommands(node), ...gossipCommands(node, writeLine), quit
}
await addHandlers(node, event => writeLine(event))

writeLine({ event: 'ready', peer: node.peerId.toString(), addresses: node.getMultiaddrs().map(String) })
await readLines(process.stdin, line => { answer(commands, line) })
process.exit(0)

async function quit () {
  await node.stop()
  setImmediate(() => process.exit(0))
  return true
}
