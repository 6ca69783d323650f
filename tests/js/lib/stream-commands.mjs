// Commands that open streams to a peer that is connected already. Reading begins before the own side is closed: a
// js-libp2p stream that the peer has closed meanwhile would never end for a reader that comes later.
import { peerIdFromString } from '@libp2p/peer-id'
import { decodeCount, drain, encodeCount, readAll, receivePattern, send, sendPattern } from './bytes.mjs'
import { CLOSE_FIRST, ECHO, HANG, PERF, RESET, SINK } from './handlers.mjs'

const PERF_CHUNK = new Uint8Array(64 * 1024)

export function streamCommands (node) {
  const open = (peer, protocol) =>
    node.dialProtocol(peerIdFromString(peer), protocol, { maxOutboundStreams: 100_000 })

  return {
    /** Echoes `bytes` over each of `streams` streams at once; answers with the bytes that came back, all compared. */
    async echo ({ peer, bytes, streams = 1, protocol = ECHO }) {
      const counts = await Promise.all(Array.from({ length: streams }, async () => {
        const stream = await open(peer, protocol)
        const sending = sendPattern(stream, bytes).then(() => stream.close())
        const [received] = await Promise.all([receivePattern(stream), sending])
        return received
      }))
      return counts.reduce((sum, count) => sum + count, 0)
    },

    /** Uploads and closes our side; the answer, which comes after that, is the count that the peer saw. */
    async upload ({ peer, bytes }) {
      const stream = await open(peer, SINK)
      const answer = readAll(stream)
      await sendPattern(stream, bytes)
      await stream.close()
      return decodeCount(await answer)
    },

    /** libp2p's perf; answers with the bytes that came. */
    async perf ({ peer, upload, download }) {
      const stream = await open(peer, PERF)
      const answer = drain(stream)
      await send(stream, encodeCount(download))
      for (let left = upload; left > 0; left -= PERF_CHUNK.length) {
        await send(stream, PERF_CHUNK.subarray(0, Math.min(left, PERF_CHUNK.length)))
      }

      await stream.close()
      return await answer
    },

    /** Waits until the peer has closed its side, then still sends: a half-closed stream carries the other half. */
    async sendAfterPeerClosed ({ peer, bytes }) {
      const stream = await open(peer, CLOSE_FIRST)
      if (stream.remoteWriteStatus !== 'closed') {
        await drain(stream)
      }

      await sendPattern(stream, bytes)
      await stream.close()
      return true
    },

    /** Sends a little and resets the stream. */
    async resetByUs ({ peer }) {
      const stream = await open(peer, HANG)
      await send(stream, new Uint8Array(10))
      stream.abort(new Error('reset on purpose'))
      return true
    },

    /** Provokes a reset by the peer; answers with how the stream ended here. */
    async resetByPeer ({ peer }) {
      const stream = await open(peer, RESET)
      const ending = drain(stream)
      stream.send(new Uint8Array(10))
      try {
        await ending
        return 'close'
      } catch (error) {
        return error.name
      }
    },

    /** Opens a stream for any protocol, and closes it again. */
    async open ({ peer, protocol }) {
      const stream = await open(peer, protocol)
      await stream.close()
      return stream.protocol
    }
  }
}
