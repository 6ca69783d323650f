// Fetches a file from another Helia over bitswap: {"id":1,"command":"fetch","address":…,"cid":…} is answered by the
// seconds that it took and the bytes that came. Each fetch has a node of its own, with nothing in store.
import { multiaddr } from '@multiformats/multiaddr'
import { CID } from 'multiformats/cid'
import { answerInTurn } from '../../tests/js/lib/lines.mjs'
import { createHelia } from './helia-node.mjs'

await answerInTurn({
  async fetch ({ address, cid }) {
    const { helia, files } = await createHelia()
    const identified = new Promise(resolve => helia.libp2p.addEventListener('peer:identify', resolve, { once: true }))
    await helia.libp2p.dial(multiaddr(address))
    await identified
    const start = performance.now()
    let bytes = 0
    for await (const chunk of files.cat(CID.parse(cid))) {
      bytes += chunk.length
    }

    const seconds = (performance.now() - start) / 1e3
    await helia.stop()
    return { seconds, bytes }
  }
})
process.exit(0)
