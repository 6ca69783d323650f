// Test data that shows where it came from: a pattern of prime length, so that a lost, doubled or swapped part of any
// usual size does not fit. The C# side has the same one (TestPattern).
const LENGTH = 65_521
const pattern = new Uint8Array(LENGTH)
for (let i = 0, state = 1; i < LENGTH; i++) {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  pattern[i] = state >>> 24
}

/** Sends `count` bytes of the pattern, waiting whenever the stream says that it is full. */
export async function sendPattern (stream, count) {
  for (let sent = 0; sent < count;) {
    const at = sent % LENGTH
    const size = Math.min(LENGTH - at, count - sent)
    await send(stream, pattern.subarray(at, at + size))
    sent += size
  }
}

/** Reads to the end of the stream, checks that it is the pattern, and returns its length. */
export async function receivePattern (stream) {
  let received = 0
  for await (const chunk of stream) {
    for (const part of chunk instanceof Uint8Array ? [chunk] : chunk) {
      checkPattern(part, received)
      received += part.byteLength
    }
  }

  return received
}

export async function send (stream, bytes) {
  if (!stream.send(bytes)) {
    await stream.onDrain()
  }
}

/** Reads to the end of the stream and returns the number of bytes. */
export async function drain (stream) {
  let received = 0
  for await (const chunk of stream) {
    received += chunk.byteLength
  }

  return received
}

/** A count as eight bytes, most significant first. */
export function encodeCount (count) {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(count))
  return bytes
}

export function decodeCount (bytes) {
  return Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0))
}

/** Reads to the end of the stream and returns everything; for short answers only. */
export async function readAll (stream) {
  const parts = []
  for await (const chunk of stream) {
    parts.push(chunk.subarray())
  }

  return new Uint8Array(Buffer.concat(parts))
}

function checkPattern (part, offset) {
  for (let done = 0; done < part.byteLength;) {
    const at = (offset + done) % LENGTH
    const size = Math.min(LENGTH - at, part.byteLength - done)
    if (Buffer.compare(part.subarray(done, done + size), pattern.subarray(at, at + size)) !== 0) {
      throw new Error(`the bytes differ from what was sent somewhere in ${offset + done}..${offset + done + size}`)
    }

    done += size
  }
}
