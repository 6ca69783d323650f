// The protocols that a peer serves. Those under /infernet/test/ exist for the tests and benchmarks alone; the C# side
// serves the same ones (TestProtocols).
import { decodeCount, encodeCount, send } from './bytes.mjs'

export const ECHO = '/echo/1.0.0'
export const PERF = '/perf/1.0.0'
export const SINK = '/infernet/test/sink/1'
export const REPLY = '/infernet/test/reply/1'
export const CLOSE_FIRST = '/infernet/test/close-first/1'
export const RESET = '/infernet/test/reset/1'
export const HANG = '/infernet/test/hang/1'

export const REPLY_LENGTH = 100

const LIMITS = { maxInboundStreams: 100_000, maxOutboundStreams: 100_000 }
const PERF_CHUNK = new Uint8Array(64 * 1024)

/** Serves all of them; `report` is called with an event when a stream's end is worth knowing. */
export async function addHandlers (node, report = () => {}) {
  await handle(node, ECHO, echo)
  await handle(node, PERF, perf)
  await handle(node, SINK, sink)
  await handle(node, REPLY, reply)
  await handle(node, CLOSE_FIRST, stream => closeFirst(stream, report))
  await handle(node, RESET, reset)
  await handle(node, HANG, stream => hang(stream, report))
}

export function handle (node, protocol, handler) {
  return node.handle(protocol, stream => { serve(stream, handler) }, LIMITS)
}

async function serve (stream, handler) {
  try {
    await handler(stream)
  } catch (error) {
    stream.abort(error)
  }
}

/** Sends back what comes, then closes. */
export async function echo (stream) {
  for await (const chunk of stream) {
    await send(stream, chunk)
  }

  await stream.close()
}

/** libp2p's perf: eight bytes say how much to send back; the rest is read to its end first. */
async function perf (stream) {
  const header = new Uint8Array(8)
  let received = 0
  for await (const chunk of stream) {
    if (received < header.length) {
      header.set(chunk.subarray(0, header.length - received), received)
    }

    received += chunk.byteLength
  }

  for (let left = decodeCount(header); left > 0;) {
    const size = Math.min(left, PERF_CHUNK.length)
    await send(stream, PERF_CHUNK.subarray(0, size))
    left -= size
  }

  await stream.close()
}

/** Reads to the end, then answers how many bytes came. */
async function sink (stream) {
  let received = 0
  for await (const chunk of stream) {
    received += chunk.byteLength
  }

  stream.send(encodeCount(received))
  await stream.close()
}

/** Reads a request of 100 bytes and answers with as many. */
async function reply (stream) {
  let received = 0
  for await (const chunk of stream) {
    received += chunk.byteLength
    if (received >= REPLY_LENGTH) {
      break
    }
  }

  stream.send(new Uint8Array(REPLY_LENGTH))
  await stream.close()
}

/** Closes its own side at once, and goes on reading: the other half stays open. */
async function closeFirst (stream, report) {
  await stream.close()
  let received = 0
  for await (const chunk of stream) {
    received += chunk.byteLength
  }

  report({ event: 'close-first', received })
}

/** Takes the first bytes, then resets the stream. */
async function reset (stream) {
  for await (const chunk of stream) {
    if (chunk.byteLength > 0) {
      break
    }
  }

  stream.abort(new Error('this protocol always resets'))
}

/** Never answers; reports how the other side ended the stream. */
async function hang (stream, report) {
  try {
    for await (const chunk of stream) {
      report({ event: 'hang', received: chunk.byteLength })
    }

    report({ event: 'hang', ended: 'close' })
  } catch (error) {
    report({ event: 'hang', ended: error.name })
    throw error
  }
}
