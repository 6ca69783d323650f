// Adds a file of random bytes to Helia and serves it: {"id":1,"command":"add","bytes":200000000} is answered by where
// and under which CID.
import { randomFillSync } from 'node:crypto'
import { answerInTurn } from '../../tests/js/lib/lines.mjs'
import { createHelia } from './helia-node.mjs'

const { helia, files } = await createHelia()
await answerInTurn({
  async add ({ bytes }) {
    const cid = await files.addByteStream(randomBytes(bytes))
    return { address: helia.libp2p.getMultiaddrs()[0].toString(), cid: cid.toString() }
  }
})
process.exit(0)

async function * randomBytes (count) {
  for (let left = count; left > 0;) {
    const chunk = randomFillSync(new Uint8Array(Math.min(left, 1024 * 1024)))
    left -= chunk.length
    yield chunk
  }
}
