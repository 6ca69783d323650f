// A complete network of js-libp2p gossipsub nodes in this process, for the GossipSub benchmark: does what GossipNetwork
// does in C#.
import { answerInTurn } from '../../tests/js/lib/lines.mjs'
import { createNode } from '../../tests/js/lib/node.mjs'

const TOPIC = 'bench'

// Messages that may be under way at the same time in a burst.
const WINDOW = 40

const nodes = []
let deliver = () => {}

await answerInTurn({
  async build ({ nodes: count }) {
    for (let i = 0; i < count; i++) {
      const node = await createNode({ gossip: { emitSelf: false }, push: false, monitor: false })
      node.services.pubsub.subscribe(TOPIC)
      node.services.pubsub.addEventListener('message', ({ detail }) => deliver(detail.data))
      for (const other of nodes) {
        await node.dial(other.getMultiaddrs())
      }

      nodes.push(node)
    }

    // A few heartbeats let the meshes settle.
    while (nodes.some(node => node.services.pubsub.getSubscribers(TOPIC).length < count - 1)) {
      await pause(20)
    }

    await pause(3_000)
    return nodes.map(node => node.services.pubsub.getMeshPeers(TOPIC).length)
  },

  /** Deliveries a second, from the first publication to the last delivery. */
  async burst ({ messages, size }) {
    const start = performance.now()
    await publish(messages, size, WINDOW)
    return messages * (nodes.length - 1) / ((performance.now() - start) / 1_000)
  },

  /** Milliseconds from each publication to each of its deliveries. */
  oneByOne: ({ messages, size }) => publish(messages, size, 1)
})
process.exit(0)

async function publish (messages, size, window) {
  const published = []
  const missing = []
  const latencies = []
  let underWay = 0
  let wake = () => {}
  deliver = data => {
    const number = new DataView(data.buffer, data.byteOffset).getUint32(0)
    latencies.push(performance.now() - published[number])
    if (--missing[number] === 0) {
      underWay--
      wake()
    }
  }

  for (let i = 0; i < messages; i++) {
    while (underWay >= window) {
      await new Promise(resolve => { wake = resolve })
    }

    const data = new Uint8Array(size)
    new DataView(data.buffer).setUint32(0, i)
    published[i] = performance.now()
    missing[i] = nodes.length - 1
    underWay++
    await nodes[i % nodes.length].services.pubsub.publish(TOPIC, data)
  }

  while (underWay > 0) {
    await new Promise(resolve => { wake = resolve })
  }

  return latencies
}

function pause (milliseconds) {
  return new Promise(resolve => setTimeout(resolve, milliseconds))
}
