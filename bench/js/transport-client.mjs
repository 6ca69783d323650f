// The dialing side of the transport benchmark in js-libp2p: does what TransportClient does in C#, on command.
//
//   node transport-client.mjs /ip4/127.0.0.1/tcp/4001/p2p/12D3KooW…
//
// Each line {"id":1,"command":"upload","streams":1,"bytes":1000} is answered by {"id":1,"result":…}; one at a time.
import { drain, send } from '../../tests/js/lib/bytes.mjs'
import { REPLY, REPLY_LENGTH, SINK } from '../../tests/js/lib/handlers.mjs'
import { answerInTurn } from '../../tests/js/lib/lines.mjs'
import { createNode, multiaddr } from '../../tests/js/lib/node.mjs'

const PING = '/ipfs/ping/1.0.0'
const CHUNK = new Uint8Array(64 * 1024)
const server = multiaddr(process.argv[2])
const quiet = { listen: [], push: false, monitor: false }
const node = await createNode(quiet)
const connection = await node.dial(server)
const idle = []

await answerInTurn({
  /** Seconds to upload `bytes` over each of `streams` streams. */
  upload: ({ streams, bytes }) => seconds(() => times(streams, () => upload(bytes))),

  /** Seconds for `clients` nodes to connect, be identified and hang up `count` times each. */
  async connect ({ clients, count }) {
    const nodes = await times(clients, () => createNode(quiet))
    const taken = await seconds(() => Promise.all(nodes.map(client => connectInTurn(client, count))))
    await Promise.all(nodes.map(client => client.stop()))
    return taken
  },

  /** Microseconds of each of `count` requests, made by `concurrency` at a time, and the seconds of all. */
  async request ({ concurrency, count }) {
    const latencies = []
    let left = count
    const taken = await seconds(() => times(concurrency, async () => {
      while (left-- > 0) {
        latencies.push(await microseconds(request))
      }
    }))
    return { seconds: taken, latencies }
  },

  /** Microseconds of each of `count` pings on one stream. */
  ping: ({ count }) => ping(count),

  /** Opens `count` connections from a node each, and leaves them open. */
  async idle ({ count }) {
    for (let i = 0; i < count; i++) {
      const client = await createNode(quiet)
      await connectAndIdentify(client)
      idle.push(client)
    }

    return true
  }
})
process.exit(0)

async function upload (bytes) {
  const stream = await connection.newStream(SINK)
  const answer = drain(stream)
  for (let left = bytes; left > 0; left -= CHUNK.length) {
    await send(stream, left < CHUNK.length ? CHUNK.subarray(0, left) : CHUNK)
  }

  await stream.close()
  await answer
}

async function connectInTurn (client, count) {
  for (let i = 0; i < count; i++) {
    const opened = await connectAndIdentify(client)
    await opened.close()
  }
}

async function connectAndIdentify (client) {
  const identified = new Promise(resolve => client.addEventListener('peer:identify', resolve, { once: true }))
  const opened = await client.dial(server, { force: true })
  await identified
  return opened
}

async function request () {
  const stream = await connection.newStream(REPLY)
  const answer = drain(stream)
  stream.send(new Uint8Array(REPLY_LENGTH))
  const received = await answer
  await stream.close()
  if (received !== REPLY_LENGTH) {
    throw new Error(`the answer has ${received} bytes`)
  }
}

async function ping (count) {
  const stream = await connection.newStream(PING)
  const chunks = stream[Symbol.asyncIterator]()
  const payload = new Uint8Array(32)
  const latencies = []
  for (let i = 0; i < count; i++) {
    latencies.push(await microseconds(async () => {
      stream.send(payload)
      for (let received = 0; received < payload.length;) {
        received += (await chunks.next()).value.byteLength
      }
    }))
  }

  await stream.close()
  return latencies
}

function times (count, action) {
  return Promise.all(Array.from({ length: count }, action))
}

async function seconds (action) {
  return await microseconds(action) / 1e6
}

async function microseconds (action) {
  const start = performance.now()
  await action()
  return (performance.now() - start) * 1e3
}
