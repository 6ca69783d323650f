// A network of js-libp2p kad-dht nodes in this process, for the DHT benchmark: does what DhtNetwork does in C#.
//
// {"id":1,"command":"build","links":[[],[0],[0,1]]} starts a node for each entry, which connects to those it names.
import { answerInTurn } from '../../tests/js/lib/lines.mjs'
import { createNode, rawCid } from '../../tests/js/lib/node.mjs'

const nodes = []

await answerInTurn({
  /** Starts the nodes, connects them and fills their routing tables; the median size of those. */
  async build ({ links }) {
    const kad = { querySelfInterval: 3_600_000, allowQueryWithZeroPeers: false }
    for (const to of links) {
      const node = await createNode({ kad, push: false, monitor: false })
      nodes.push(node)
      for (const other of to) {
        await node.dial(nodes[other].getMultiaddrs())
      }
    }

    for (const node of nodes) {
      await node.services.dht.refreshRoutingTable()
    }

    const sizes = nodes.map(node => node.services.dht.routingTable.size).sort((a, b) => a - b)
    return sizes[sizes.length >> 1]
  },

  /** Milliseconds until the provider was announced, and from then until another node had found it. */
  async provideAndFind ({ provider, seeker, name }) {
    const cid = await rawCid(Buffer.from(name))
    const provide = await milliseconds(async () => {
      for await (const event of nodes[provider].services.dht.provide(cid)) { void event }
    })
    const find = await milliseconds(() => firstProvider(nodes[seeker], cid))
    return [provide, find]
  },

  /** Milliseconds until the value was stored, and from then until another node had read it. */
  async putAndGet ({ writer, reader, name }) {
    const key = Buffer.from('/v/' + name)
    const put = await milliseconds(async () => {
      for await (const event of nodes[writer].services.dht.put(key, Buffer.from(name))) { void event }
    })
    const get = await milliseconds(() => firstValue(nodes[reader], key))
    return [put, get]
  }
})
process.exit(0)

async function firstProvider (node, cid) {
  for await (const event of node.services.dht.findProviders(cid)) {
    if (event.name === 'PROVIDER' && event.providers.length > 0) {
      return
    }
  }

  throw new Error('no provider was found')
}

async function firstValue (node, key) {
  for await (const event of node.services.dht.get(key)) {
    if (event.name === 'VALUE') {
      return
    }
  }

  throw new Error('no value was found')
}

async function milliseconds (action) {
  const start = performance.now()
  await action()
  return performance.now() - start
}
